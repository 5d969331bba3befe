/**
 * do_dax_fault() of 4.0 and 4.1: no entry lock, no fault lock. What protects it is the page lock of a hole page, and
 * i_mmap_rwsem with a check of i_size round the insertion. kernel.md 2.a; fs/dax.c
 */
import {
  chart,
  dispatch,
  type Look,
  otherwise,
  type StateConfig,
  step,
  type Target,
  unreached,
  when,
} from '../../../explorer/chart.ts';
import { anon } from '../../entries/anon.ts';
import { block } from '../../entries/block.ts';
import { hasMapping, page } from '../../entries/page.ts';
import { iMmapRwsem } from '../../entries/rwsem.ts';
import type { Here } from '../../here.ts';
import { mark } from '../../marks.ts';
import type { GetBlockParts, IomapParts, MmParts, Returns } from '../../parts.ts';
import { cowPage, heldPage, mapping, vmFault } from '../../registers.ts';
import { LOCAL, LOCK, SLEEP, TL } from '../../sections.ts';
import { V40, V41 } from '../../sources.ts';
import { isBehindEof } from '../address_space.ts';
import { faultHandler, fileUpdateTime, mkwriteHandler, sbEndPagefault, sbStartPagefault } from '../ext4_dax_fault.ts';
import { allocHolePage, removeHolePage } from '../hole_page.ts';
import { down, lockPage, unlockPage, up } from '../locks.ts';
import { failingCall, faultResult, inFault, injects, mayFail, type OnError } from '../may_fail.ts';
import { convertUnwritten, getBlock, getBlockCreate } from './ext4_get_block.ts';

export const held = (s: Pick<Look, 'get'>): string => s.get(heldPage)!;

/** As ext4_dax_fault() of 4.5, in a design of 4.0 whose faults take a fault lock (ea3d7209ca01). */
const underFaultLock = faultHandler({ fn: 'dax_fault', src: V40.dax });

/** dax_fault() = dax_mkwrite(): freeze protection and times round the work, for stores. */
export function dax_fault(d: GetBlockParts, here: Here, ret: Returns<'NOPAGE' | 'LOCKED' | 'SIGBUS'>): StateConfig {
  if (d.fault_lock.faults) {
    const dax_iomap_pte_fault: IomapParts['dax_iomap_pte_fault'] = (_d, at, back) => d.do_dax_fault(d, at, back);
    return underFaultLock(
      { ...d, dax_iomap_pte_fault, dax_finish_sync_fault: null } as unknown as IomapParts,
      here,
      ret,
    );
  }
  if (!here.write) return chart(here, { do_dax_fault: d.do_dax_fault(d, here.at('do_dax_fault'), ret) });
  return chart(here, {
    sb_start_pagefault: sbStartPagefault(here, 'dax_fault', V40.dax, 'file_update_time'),
    file_update_time: fileUpdateTime(here, 'dax_fault', V40.dax, 'do_dax_fault'),
    do_dax_fault: d.do_dax_fault(d, here.at('do_dax_fault'), {
      NOPAGE: here.to('end'),
      LOCKED: here.to('end_locked'),
      SIGBUS: here.to('end_sigbus'),
    }),
    end: sbEndPagefault(here, 'dax_fault', V40.dax, ret.NOPAGE),
    ...(here.cow
      ? { end_locked: sbEndPagefault(here, 'dax_fault', V40.dax, ret.LOCKED) }
      : {
          end_locked: dispatch(
            'dax_fault',
            V40.dax,
            unreached('a store to a shared mapping never comes back with a locked page', otherwise('end', '')),
          ),
        }),
    end_sigbus: sbEndPagefault(here, 'dax_fault', V40.dax, ret.SIGBUS),
  });
}

/** `#define dax_mkwrite dax_fault`: a store never comes back with a locked page. */
export const dax_mkwrite = (d: GetBlockParts, here: Here, ret: Returns<'NOPAGE' | 'SIGBUS'>): StateConfig =>
  dax_fault(d, here, { ...ret, LOCKED: ret.NOPAGE });

/** v4.1: the times are updated, and do_wp_page() then makes the PTE writable. Freeze protection ends before that. */
export function dax_pfn_mkwrite_v41(d: MmParts, here: Here, ret: Returns<'NOPAGE' | 'SIGBUS'>): StateConfig {
  if (d.fault_lock.faults) return cyclesFaultLock(d, here, ret);
  return chart(here, {
    sb_start_pagefault: sbStartPagefault(here, 'dax_pfn_mkwrite', V41.dax, 'file_update_time'),
    file_update_time: fileUpdateTime(here, 'dax_pfn_mkwrite', V41.dax, 'sb_end_pagefault'),
    sb_end_pagefault: sbEndPagefault(here, 'dax_pfn_mkwrite', V41.dax, ret.NOPAGE),
  });
}

/** As ext4_dax_pfn_mkwrite() of 4.5: the lock is cycled, so that a punch that began before has unmapped the PTE. */
const cyclesFaultLock = mkwriteHandler(
  { fn: 'dax_pfn_mkwrite', src: V41.dax },
  { states: () => ({}), forgets: 'at SIGBUS' },
);

/** Unlocks and drops the page in register `page`. */
export const releasePage = (here: Here, fn: string, to: Target): StateConfig =>
  unlockPage(here, {
    page: held,
    fn,
    src: V40.dax,
    to,
    after: (s) => {
      s.send(page(held(s)), { type: 'PUT' });
      s.set(heldPage, null);
    },
  });

/** States `name`, `name`_lock, `name`_mapping, `name`_again: find_get_page() or find_lock_page(), with its retry. */
export function findPage(
  here: Here,
  name: string,
  fn: string,
  to: { NONE: Target; PAGE: Target },
): Record<string, StateConfig> {
  return {
    [name]: step(
      LOCAL,
      fn,
      V40.filemap,
      when(
        (s) => s.read(here.entry).kind === 'page',
        `${name}_lock`,
        'hole page in the cache: get it',
        (s) => removeHolePage.hold(s, here.page),
      ),
      otherwise(to.NONE, 'no page in the cache'),
    ),
    ...lockPage(here, `${name}_lock`, { page: held, fn, src: V40.dax, to: `${name}_mapping` }),
    [`${name}_mapping`]: step(
      LOCAL,
      fn,
      V40.dax,
      when((s) => s.read(page(held(s)), hasMapping), to.PAGE, 'page->mapping == mapping'),
      otherwise(`${name}_again`, 'page got truncated'),
    ),
    [`${name}_again`]: releasePage(here, fn, name),
  };
}

type Lookup = (here: Here, fn: string, to: { HOLE: Target; BLOCK: Target }, failed: OnError) => StateConfig;
type Create = (here: Here, fn: string, to: Target, options: { failed: OnError }) => StateConfig;

/** @param ask get_block without and with the create flag */
export const daxFaultOf =
  (fn: string, ask: { lookup: Lookup; create: Create }): GetBlockParts['do_dax_fault'] =>
  (d, here, ret) => {
    const failed = inFault('error');
    const result = faultResult(here, 'out', { fn, src: V40.dax, ...ret });
    return chart(here, {
      check_size: step(
        LOCAL,
        fn,
        V40.dax,
        when(isBehindEof(here), ret.SIGBUS, 'pgoff >= size: SIGBUS'),
        otherwise('find_get_page', 'pgoff < size'),
      ),
      ...findPage(here, 'find_get_page', fn, { NONE: 'get_block', PAGE: 'recheck_size' }),
      recheck_size: step(
        LOCAL,
        fn,
        V40.dax,
        when(isBehindEof(here), 'unlock_sigbus', 'pgoff >= size now'),
        otherwise('get_block', 'pgoff < size'),
      ),
      unlock_sigbus: releasePage(here, fn, ret.SIGBUS),
      get_block: ask.lookup(
        here,
        fn,
        {
          HOLE: here.cow ? 'copy_user_bh' : here.write ? 'get_block_create' : 'dax_load_hole',
          BLOCK: here.cow ? 'copy_user_bh' : 'have_block',
        },
        failed,
      ),
      // An error so far drops the hole page, if there is one.
      ...(injects(here) && {
        error: dispatch(
          fn,
          V40.dax,
          when((s) => s.get(heldPage) !== null, 'unlock_error', ''),
          otherwise(result.first, ''),
        ),
        unlock_error: releasePage(here, fn, result.first),
        ...result.states,
      }),
      ...(here.cow && copyStates(here, fn, ret)),
      ...(here.sharedWrite
        ? {
            get_block_create: ask.create(here, fn, 'was_page', { failed }),
            was_page: dispatch(
              fn,
              V40.dax,
              when((s) => s.get(heldPage) === null, 'find_lock_page', ''),
              otherwise('unmap_mapping_range', ''),
            ),
            // A hole page may have come meanwhile; one that comes after this look is missed.
            ...findPage(here, 'find_lock_page', fn, { NONE: 'dax_insert_mapping', PAGE: 'unmap_mapping_range' }),
          }
        : {}),
      ...(!here.write && {
        // Out of memory: the OOM killer is taken to kill somebody else, and the access is tried again.
        dax_load_hole: d.dax_load_hole(d, here.at('dax_load_hole'), { ...ret, OOM: ret.NOPAGE }),
      }),
      have_block: dispatch(
        fn,
        V40.dax,
        when((s) => s.get(heldPage) === null, 'dax_insert_mapping', ''),
        otherwise('unmap_mapping_range', ''),
      ),
      unmap_mapping_range: d.unmap_mapping_range(
        d,
        here.at('unmap_mapping_range'),
        { RETURN: here.to('delete_from_page_cache') },
        { pages: [here.page] },
      ),
      delete_from_page_cache: step(
        TL,
        'delete_from_page_cache',
        V40.filemap,
        otherwise('unlock_page', 'delete hole page', (s) => {
          if (s.read(page(held(s))).mapcount > 0)
            s.mark(mark({ type: 'warn', site: '__delete_from_page_cache: page is mapped' }));
          s.send(here.entry, { type: 'DELETE' });
          s.send(page(held(s)), { type: 'REMOVE_FROM_MAPPING' });
          s.send(page(held(s)), { type: 'PUT' });
        }),
      ),
      unlock_page: releasePage(here, fn, 'dax_insert_mapping'),
      dax_insert_mapping: d.dax_insert_mapping(d, here.at('dax_insert_mapping'), ret),
    });
  };

export const do_dax_fault = daxFaultOf('do_dax_fault', { lookup: getBlock, create: getBlockCreate });

/**
 * A private store: what is written is copied, all else reads as zeros. Without a page to lock, i_mmap_rwsem is held for
 * the core's do_set_pte(), and i_size is checked under it.
 */
const copyStates = (here: Here, fn: string, ret: Returns<'LOCKED' | 'SIGBUS'>): Record<string, StateConfig> => ({
  copy_user_bh: step(
    SLEEP,
    fn,
    V40.dax,
    ...mayFail(here, 'copy_user_bh()', { EIO: (s) => s.get(mapping)?.type === 'MAPPED' }, inFault('error')),
    otherwise('locked_page', 'copy_user_bh() or clear_user_highpage()', (s) => {
      const m = s.get(mapping);
      if (m?.type === 'MAPPED') s.send(anon(s.get(cowPage)!), { type: 'FILL', mem: s.read(block(m.block!)).mem });
      s.set(mapping, null);
    }),
  ),
  locked_page: dispatch(
    fn,
    V40.dax,
    when((s) => s.get(heldPage) !== null, ret.LOCKED, ''),
    otherwise('cow_i_mmap_rwsem', ''),
  ),
  ...down(here, 'cow_i_mmap_rwsem', {
    lock: iMmapRwsem,
    mode: 'read',
    fn,
    src: V40.dax,
    to: 'cow_size',
  }),
  cow_size: step(
    LOCAL,
    fn,
    V40.dax,
    when(isBehindEof(here), 'cow_up_read', 'pgoff >= size: -EIO'),
    otherwise(ret.LOCKED, 'returns with i_mmap_rwsem held'),
  ),
  cow_up_read: up(here, iMmapRwsem, fn, V40.dax, ret.SIGBUS),
});

/**
 * dax_load_hole(): a zeroed page of the page cache, returned locked; get_block is not asked again.
 * @param among.entries whether the slot can hold an entry (4.5), which no page can replace
 */
export const loadHole =
  (among: { entries: boolean }) =>
  (_d: GetBlockParts, here: Here, ret: Returns<'LOCKED' | 'SIGBUS' | 'OOM'>): StateConfig => {
    const fn = 'dax_load_hole';
    return chart(here, {
      have_page: dispatch(
        fn,
        V40.dax,
        when((s) => s.get(heldPage) !== null, 'check_size', ''),
        otherwise('find_or_create_page', ''),
      ),
      ...findPage(here, 'find_or_create_page', 'find_or_create_page', { NONE: 'alloc', PAGE: 'check_size' }),
      alloc: step(
        LOCK,
        'find_or_create_page',
        V40.filemap,
        ...mayFail(here, 'alloc_page()', { ENOMEM: true }, { to: ret.OOM, leave: (s) => s.set(vmFault, 'OOM') }),
        otherwise('add_to_page_cache', 'alloc_page(zeroed), __set_page_locked()', (s) => {
          s.set(heldPage, allocHolePage(s, here));
        }),
      ),
      add_to_page_cache: step(
        TL,
        'add_to_page_cache_lru',
        V40.filemap,
        when((s) => s.read(here.entry).kind === 'page', 'lost', '-EEXIST: someone else inserted one'),
        ...(among.entries
          ? [
              when(
                (s) => s.read(here.entry).kind !== 'nil',
                'out_of_memory',
                'WARN_ON(dax_mapping): -EINVAL',
                (s) => s.mark(mark({ type: 'warn', site: 'page_cache_tree_insert: an entry in a DAX mapping' })),
              ),
            ]
          : []),
        otherwise('check_size', 'insert hole page', (s) => {
          s.send(here.entry, { type: 'INSERT', slot: { kind: 'page', pfn: held(s) }, lockedBy: null });
          s.send(page(held(s)), { type: 'ADD_TO_MAPPING' });
          s.send(page(held(s)), { type: 'GET' });
        }),
      ),
      lost: releasePage(here, 'find_or_create_page', 'find_or_create_page'),
      ...(among.entries && { out_of_memory: releasePage(here, fn, ret.OOM) }),
      check_size: step(
        LOCAL,
        fn,
        V40.dax,
        when(isBehindEof(here), 'unlock_sigbus', 'pgoff >= size: SIGBUS; the page stays in the cache'),
        otherwise(ret.LOCKED, 'returns the page locked'),
      ),
      unlock_sigbus: releasePage(here, fn, ret.SIGBUS),
    });
  };

export const dax_load_hole = loadHole({ entries: false });

/** dax_insert_mapping(): i_size is checked against truncate under i_mmap_rwsem; nothing is checked against punch. */
export function dax_insert_mapping(d: GetBlockParts, here: Here, ret: Returns<'NOPAGE' | 'SIGBUS'>): StateConfig {
  const fn = 'dax_insert_mapping';
  const convert = (name: string, to: Target): Record<string, StateConfig> => ({
    [name]: dispatch(
      fn,
      V40.dax,
      when((s) => s.get(mapping)!.type === 'UNWRITTEN', `${name}_unwritten`, ''),
      otherwise(to, '', (s) => s.set(mapping, null)),
    ),
    // bh->b_end_io runs on every way out.
    [`${name}_unwritten`]: convertUnwritten(here, 'ext4_end_io_unwritten', to, {
      // Nobody looks at the error: the extent stays unwritten under the PTE.
      failed: { to, leave: (s) => s.set(mapping, null) },
    }),
  });
  const fresh = (s: Look): boolean => s.get(mapping)!.fresh || s.get(mapping)!.type === 'UNWRITTEN';
  const access = failingCall(here, 'bdev_direct_access', {
    call: 'bdev_direct_access()',
    fn,
    src: V40.dax,
    to: 'accessed',
    errors: ['EIO'],
    on: { to: 'up_read_eio' },
  });
  return chart(here, {
    ...down(here, 'i_mmap_rwsem', { lock: iMmapRwsem, mode: 'read', fn, src: V40.dax, to: 'check_size' }),
    check_size: step(
      LOCAL,
      fn,
      V40.dax,
      when(isBehindEof(here), 'up_read_eio', 'pgoff >= size: -EIO'),
      ...(injects(here)
        ? [otherwise(access.first, 'pgoff < size')]
        : [
            when(fresh, 'clear_page', 'pgoff < size; block is new or unwritten'),
            otherwise('vm_insert_mixed', 'pgoff < size'),
          ]),
    ),
    ...access.states,
    ...(injects(here) && {
      accessed: dispatch(fn, V40.dax, when(fresh, 'clear_page', ''), otherwise('vm_insert_mixed', '')),
    }),
    clear_page: step(
      SLEEP,
      fn,
      V40.dax,
      otherwise('vm_insert_mixed', 'clear_page()', (s) => s.send(block(s.get(mapping)!.block!), { type: 'ZERO' })),
    ),
    vm_insert_mixed: d.insert_pfn(
      d,
      here.at('vm_insert_mixed'),
      { OK: here.to('up_read'), EBUSY: here.to('up_read') },
      { pfn: (s) => s.get(mapping)!.block!, mkwrite: false },
    ),
    up_read: up(here, iMmapRwsem, fn, V40.dax, 'end_io'),
    up_read_eio: up(here, iMmapRwsem, fn, V40.dax, 'end_io_eio'),
    ...convert('end_io', ret.NOPAGE),
    ...convert('end_io_eio', ret.SIGBUS),
  });
}
