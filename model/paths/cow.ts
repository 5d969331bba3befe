/**
 * Copy on write in private mappings: do_cow_fault() for an empty PTE, wp_page_copy() for a read-only one. The copy is an
 * anonymous page of the mm; the file, its tree and its tags are not touched.
 */
import {
  type Act,
  chart,
  dispatch,
  type Look,
  otherwise,
  type StateConfig,
  step,
  unreached,
  unreachedIf,
  when,
} from '../../explorer/chart.ts';
import { FaultlineError } from '../../explorer/errors.ts';
import { type Anon, anon, isFreeAnon } from '../entries/anon.ts';
import { block } from '../entries/block.ts';
import { contents } from '../entries/content.ts';
import { page } from '../entries/page.ts';
import { isAnon, isBlock, isPage, ZERO } from '../entries/pfn.ts';
import { pins } from '../entries/pins.ts';
import { isNone } from '../entries/pte.ts';
import { iMmapRwsem } from '../entries/rwsem.ts';
import { vma } from '../entries/vma.ts';
import { zeroPage } from '../entries/zero-page.ts';
import type { Here } from '../here.ts';
import { countsZero, isNormalPage } from '../normal-page.ts';
import type { MmParts, Returns } from '../parts.ts';
import { locksVmas } from '../per-vma-lock.ts';
import { cowPage, heldPage, origPte, vmFault, vmFaultWrite } from '../registers.ts';
import { HW, LOCAL, PTL, SLEEP } from '../sections.ts';
import { V40, V49, V510 } from '../sources.ts';
import { pte_same } from './do_wp_page.ts';
import { unlockPage, up } from './locks.ts';
import { injects, mayFail, pteAllocLate } from './may_fail.ts';
import { getPage, putPage, unmapPage } from './struct_page.ts';
import { flushTlbRange } from './tlb.ts';

/** alloc_page() for a copy, into register `new_page`. @throws FaultlineError E_BOUND if the pool of the scene is empty */
function allocCopy(s: Act, d: MmParts, here: Here): void {
  const free = here.anonPool.find((a) => s.read(anon(a), isFreeAnon));
  if (free === undefined) {
    throw new FaultlineError('E_BOUND', 'no free anonymous page', 'The path loses anonymous pages.', {
      machine: here.me,
    });
  }
  // anon_vma_prepare()
  if (here.scene.forks || locksVmas(d, here.scene)) s.send(vma(here.thread.vma), { type: 'ANON_VMA' });
  s.send(anon(free), { type: 'ALLOC' });
  s.set(cowPage, free);
}

/** State `vmf_anon_prepare`, which leads to `alloc`, where the fault holds the lock of its VMA only. */
const prepareAnon = (d: MmParts, here: Here, leave: (s: Act) => void): Record<string, StateConfig> =>
  d.vmf_anon_prepare
    ? { vmf_anon_prepare: d.vmf_anon_prepare(here.at('vmf_anon_prepare'), { RETURN: here.to('alloc') }, leave) }
    : {};

const freeCopy = (s: Act): void => {
  s.send(anon(s.get(cowPage)!), { type: 'PUT' });
  s.set(cowPage, null);
};

/** The private PTE, writable; the copy now belongs to it. */
export const mapCopy =
  (here: Here) =>
  (s: Act): void => {
    s.send(here.pte, { type: 'SET', pte: { pfn: s.get(cowPage)!, w: here.mkwrite, d: true } });
    s.send(anon(s.get(cowPage)!), { type: 'ADD_RMAP' });
    s.set(cowPage, null);
  };

/** VM_FAULT_WRITE, where somebody asks for it. */
const faultWrite = (s: Act, { op }: Here): void => {
  if (op.name === 'poke') s.set(vmFaultWrite, true);
};

const PAGE_CACHE = 'the page cache always returns a locked page';
const NEVER_LOCKED = "this era's ->fault maps the copy itself";
const NO_PAGES = 'holes are mapped with the zero page, and nothing forks';

/** A store on an empty PTE: the handler copies into the new page (and, since 4.10, maps it itself). */
export function do_cow_fault(d: MmParts, here: Here, ret: Returns<'DONE' | 'SIGBUS'>): StateConfig {
  const put = (to: string): StateConfig =>
    step(LOCAL, 'do_cow_fault', V40.memory, otherwise(to, 'put_page(new_page)', freeCopy));
  const locks = d.fault_returns_locked;
  const map = pteAllocLate(d, here, 'pte_alloc_one_map', {
    fn: 'alloc_set_pte',
    src: V49.memory,
    to: here.to('do_set_pte'),
    on: { to: 'release', leave: (s) => s.set(vmFault, 'OOM') },
  });
  // Where mapping the copy can fail, the core still has it.
  const released = injects(here) ? here.to('done') : ret.DONE;
  return chart(here, {
    ...prepareAnon(d, here, (s) => s.set(origPte, null)),
    alloc: step(
      LOCAL,
      'do_cow_fault',
      V40.memory,
      ...mayFail(here, 'alloc_page()', { ENOMEM: true }, { to: ret.DONE, leave: (s) => s.set(vmFault, 'OOM') }),
      otherwise('fault', 'alloc_page()', (s) => allocCopy(s, d, here)),
    ),
    fault: d.fault(d, here.at('fault'), {
      NOPAGE: here.to('done'),
      LOCKED: here.to(locks ? 'fault_page' : 'do_set_pte'),
      SIGBUS: here.to('sigbus'),
    }),
    // VM_FAULT_DONE_COW: the handler has mapped the copy; NOPAGE: somebody else was faster, or memory ran out.
    done: dispatch(
      'do_cow_fault',
      V40.memory,
      unreachedIf(
        d.page_cache,
        PAGE_CACHE,
        when((s) => s.get(cowPage) !== null, 'done_put', ''),
      ),
      unreachedIf(d.page_cache, PAGE_CACHE, otherwise(ret.DONE, '')),
    ),
    done_put: step(
      LOCAL,
      'do_cow_fault',
      V40.memory,
      unreachedIf(d.page_cache, PAGE_CACHE, otherwise(ret.DONE, 'put_page(new_page)', freeCopy)),
    ),
    sigbus: put(ret.SIGBUS),
    // Up to 4.9 the core maps the copy, under the lock that the handler returned with.
    ...(d.fault_returns_locked && {
      fault_page: dispatch(
        'do_cow_fault',
        V40.memory,
        when((s) => s.get(heldPage) !== null, 'copy_user_highpage', ''),
        unreachedIf(d.page_cache, PAGE_CACHE, otherwise(map.first, '')),
      ),
      // The hole page is copied over whatever the handler has put there.
      copy_user_highpage: step(
        SLEEP,
        'do_cow_fault',
        V40.memory,
        otherwise(map.first, 'copy_user_highpage(fault_page)', (s) =>
          s.send(anon(s.get(cowPage)!), { type: 'FILL', mem: s.read(page(s.get(heldPage)!), contents) }),
        ),
      ),
      ...map.states,
      do_set_pte: step(
        PTL,
        'do_set_pte',
        V40.memory,
        when((s) => s.read(here.pte, isNone), 'release', `set_pte_at(${here.mkwriteText})`, mapCopy(here)),
        otherwise('release', '!pte_same(): someone else mapped it', freeCopy),
      ),
      release: dispatch(
        'do_cow_fault',
        V40.memory,
        when((s) => s.get(heldPage) !== null, 'unlock_page', ''),
        unreachedIf(d.page_cache, PAGE_CACHE, otherwise('cow_release', '')),
      ),
      unlock_page: unlockPage(here, {
        page: (s) => s.get(heldPage)!,
        fn: 'do_cow_fault',
        src: V40.memory,
        to: released,
        after: (s) => {
          s.send(page(s.get(heldPage)!), { type: 'PUT' });
          s.set(heldPage, null);
        },
      }),
      cow_release: d.cow_release(d, here.at('cow_release'), { RETURN: released }),
    }),
    ...(!d.fault_returns_locked && {
      do_set_pte: dispatch('do_cow_fault', V40.memory, unreached(NEVER_LOCKED, otherwise(ret.DONE, ''))),
    }),
  });
}

/** v4.0: the handler holds i_mmap_rwsem for do_set_pte(). */
export const cow_release_v40 = (_d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig =>
  chart(here, {
    i_mmap_unlock_read: up(here, iMmapRwsem, 'do_cow_fault', V40.memory, ret.RETURN, undefined, 'read'),
  });

/** Since 4.10 the handler returns with nothing. */
export const cow_release_none = (_d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig =>
  chart(here, { none: dispatch('do_cow_fault', V40.memory, unreached(NEVER_LOCKED, otherwise(ret.RETURN, ''))) });

/** What cow_user_page() copies: a struct page directly, anything else through the user's own address, as mapped now. */
function contentNow(s: Look, d: MmParts, here: Here) {
  const { pfn } = s.get(origPte)!;
  if (isPage(pfn)) return s.read(page(pfn), contents);
  if (isAnon(pfn)) return s.read(anon(pfn), contents);
  if (d.blocks_are_pages && isBlock(pfn)) return s.read(block(pfn), contents);
  const now = s.read(here.pte);
  if (now === null) return [];
  if (now.pfn === ZERO) return s.read(zeroPage, contents);
  if (isBlock(now.pfn)) return s.read(block(now.pfn), contents);
  return isAnon(now.pfn) ? s.read(anon(now.pfn), contents) : s.read(page(now.pfn), contents);
}

const copyContents =
  (d: MmParts, here: Here) =>
  (s: Act): void =>
    s.send(anon(s.get(cowPage)!), { type: 'FILL', mem: contentNow(s, d, here) });

/** Since 5.6: the user's address cannot be read as the PTE has gone, so the copy is tried again under the PTL. */
const retryCopy = (d: MmParts, here: Here, to: { COPIED: string; CHANGED: string }): StateConfig =>
  step(
    PTL,
    'cow_user_page',
    V510.memory,
    when(pte_same(here), to.COPIED, 'pte_same(): copy again', copyContents(d, here)),
    otherwise(to.CHANGED, '!pte_same(): retry', (s) => {
      freeCopy(s);
      s.set(origPte, null);
    }),
  );

/** reuse_swap_page() without swap: nobody else maps the page. */
const mappedOnce = (a: Anon): boolean => a.mapcount === 1;
/** Since 5.9 (09854ba94c6a) nobody else may even hold it. */
const heldOnce = (a: Anon): boolean => a.refs === 1;
/** Since 5.19 (6c287605fd56) a page that no fork has shared is reused, whoever holds it. */
const exclusive = (a: Anon): boolean => a.exclusive || heldOnce(a);

/** A store on a read-only PTE of a private mapping; entered with the PTL held, as do_wp_page() is. */
export const wp_page_copy = (d: MmParts, here: Here, ret: Returns<'DONE'>): StateConfig =>
  wpPageCopy(d, here, ret, { retries: false, reuses: mappedOnce });

/** 5.9 and later: a copy that finds the PTE gone does not go on with zeros (5.6). */
export const wp_page_copy_v56 = (d: MmParts, here: Here, ret: Returns<'DONE'>): StateConfig =>
  wpPageCopy(d, here, ret, { retries: true, reuses: heldOnce });

/** 6.1: nothing but fork makes a copy read-only, and who writes to a read-only mapping from outside. */
export const wp_page_copy_v61 = (d: MmParts, here: Here, ret: Returns<'DONE'>): StateConfig =>
  wpPageCopy(d, here, ret, { retries: true, reuses: exclusive, staysWritable: true });

/** Where a block is a page that is counted: that page is copied, not what the PTE maps by then. */
export const wp_page_copy_v615 = (d: MmParts, here: Here, ret: Returns<'DONE'>): StateConfig =>
  wpPageCopy(d, here, ret, { retries: false, reuses: exclusive, staysWritable: true });

function wpPageCopy(
  d: MmParts,
  here: Here,
  ret: Returns<'DONE'>,
  {
    retries,
    reuses,
    staysWritable = false,
  }: { retries: boolean; reuses: (a: Anon) => boolean; staysWritable?: boolean },
): StateConfig {
  const holdsPage = (s: Look): boolean => isNormalPage(here.scene, s.get(origPte)!.pfn);
  // The page's lock is taken and given back within the PTL section, so nobody meets it taken.
  const reusable = (s: Look): boolean => {
    const { pfn } = s.get(origPte)!;
    return isAnon(pfn) && reuses(s.read(anon(pfn)));
  };
  const alloc = d.vmf_anon_prepare ? 'vmf_anon_prepare' : 'alloc';
  const copied = (s: Look): string => s.get(origPte)!.pfn;
  const holdsBlock = (s: Look): boolean => d.blocks_are_pages && isBlock(copied(s));
  const holder = `${here.me} copy`;
  const finish = (s: Act): void => {
    if (holdsPage(s)) putPage(s, copied(s));
    if (holdsBlock(s)) s.send(pins(copied(s)), { type: 'UNPIN', holder });
    s.set(origPte, null);
  };
  return chart(here, {
    unlock: dispatch(
      'wp_page_copy',
      V40.memory,
      unreachedIf(
        staysWritable && !here.scene.forks && here.op.name !== 'poke',
        'mprotect gives a copy that nobody shares its write bit back, and nothing forks',
        when(reusable, ret.DONE, `anonymous, not shared: reuse(${here.mkwriteText})`, (s) => {
          s.send(anon(s.get(origPte)!.pfn), { type: 'OWN' });
          s.send(here.pte, { type: 'SET', pte: { ...s.get(origPte)!, w: here.mkwrite, d: true } });
          faultWrite(s, here);
          s.set(origPte, null);
        }),
      ),
      unreachedIf(
        !d.hole_pages && !countsZero(here.scene) && !here.scene.forks && here.op.name !== 'poke',
        NO_PAGES,
        when(holdsPage, alloc, 'get_page(); unlock ptl', (s) => getPage(s, s.get(origPte)!.pfn)),
      ),
      ...(d.blocks_are_pages
        ? [when(holdsBlock, alloc, 'folio_get(); unlock ptl', (s) => s.send(pins(copied(s)), { type: 'PIN', holder }))]
        : []),
      unreachedIf(d.page_cache, 'it maps pages only', otherwise(alloc, 'unlock ptl')),
    ),
    ...prepareAnon(d, here, finish),
    alloc: step(
      LOCAL,
      'wp_page_copy',
      V40.memory,
      ...mayFail(
        here,
        'alloc_page()',
        { ENOMEM: true },
        {
          to: ret.DONE,
          leave: (s) => {
            s.set(vmFault, 'OOM');
            finish(s);
          },
        },
      ),
      otherwise('copy', 'alloc_page()', (s) => allocCopy(s, d, here)),
    ),
    copy: step(
      HW,
      'cow_user_page',
      V40.memory,
      unreachedIf(
        d.hole_pages,
        'holes are mapped with page-cache pages',
        when((s) => s.get(origPte)!.pfn === ZERO, 'relock', 'the zero page: a zeroed page'),
      ),
      ...(retries
        ? [when((s) => !holdsPage(s) && s.read(here.pte, isNone), 'copy_again', 'the PTE is gone: nothing copied')]
        : []),
      otherwise('relock', 'copy', copyContents(d, here)),
    ),
    ...(retries && { copy_again: retryCopy(d, here, { COPIED: 'relock', CHANGED: ret.DONE }) }),
    relock: step(
      PTL,
      'wp_page_copy',
      V40.memory,
      when(pte_same(here), ret.DONE, `pte_same(): ptep_clear_flush(), set_pte_at(copy, ${here.mkwriteText})`, (s) => {
        const { pfn } = s.get(origPte)!;
        s.send(here.pte, { type: 'CLEAR' });
        flushTlbRange(s, here, here.thread.vma, [here.page]);
        mapCopy(here)(s);
        faultWrite(s, here);
        if (isNormalPage(here.scene, pfn)) unmapPage(s, pfn);
        finish(s);
      }),
      otherwise(ret.DONE, '!pte_same(): retry', (s) => {
        freeCopy(s);
        finish(s);
      }),
    ),
  });
}
