/**
 * mprotect(2) of the whole mapping, under mmap_sem held for writing: the VMA's flags, then PTE by PTE, then one TLB
 * flush. What a PTE keeps of its write bit is what eras differ in.
 */
import {
  type Act,
  chart,
  dispatch,
  otherwise,
  register,
  type Source,
  type StateConfig,
  step,
  when,
} from '../../explorer/chart.ts';
import { anon } from '../entries/anon.ts';
import { isAnon } from '../entries/pfn.ts';
import { isHuge, peek } from '../entries/pmd.ts';
import { type Pte, pte } from '../entries/pte.ts';
import { mmapLock } from '../entries/rwsem.ts';
import { vma } from '../entries/vma.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import type { MmParts, Returns } from '../parts.ts';
import { locksVma } from '../per-vma-lock.ts';
import { pageIndex } from '../registers.ts';
import { LOCAL } from '../sections.ts';
import { V40, V61, V414, V612 } from '../sources.ts';
import { pmdHere, thpOn } from '../thp.ts';
import { down, up } from './locks.ts';
import { vmaWriter } from './per_vma_lock.ts';
import { pmdSection } from './thp/pmd_lock.ts';
import { flushTlbBatchedPending, flushTlbRange } from './tlb.ts';
import { walkPtes } from './walk_ptes.ts';

/** PTEs that were met present: what the flush at the end is for. */
const changed = register<readonly string[]>('changed', []);

/** VM_WRITE of the new flags. */
const toWritable = (here: Here): boolean => here.op.word === 'rw';

export function mprotect(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const mmapSem = mmapLock(here.thread.mm);
  const area = vma(here.thread.vma);
  const writable = toWritable(here);
  const change = thpOn(here.scene) ? 'change_pmd_range' : 'change_pte_range';
  const setFlags = (s: Act): void => s.send(area, { type: 'MPROTECT', writable });
  const flags = `vm_flags: VM_WRITE ${writable ? 'set' : 'cleared'}`;
  const vmas = vmaWriter(d, here, { to: 'vm_flags_reset', up: 'up_write' });
  const locks = locksVma(d, here);
  return chart(here, {
    ...down(here, 'mmap_sem', { lock: mmapSem, mode: 'write', fn: 'sys_mprotect', src: V40.mprotect, to: 'fixup' }),
    fixup: step(
      LOCAL,
      'mprotect_fixup',
      V40.mprotect,
      when((s) => s.read(area).pages.length === 0, 'up_write', 'no VMA: -ENOMEM'),
      when((s) => s.read(area).writable === writable, 'up_write', 'newflags == oldflags: nothing to do'),
      locks ? otherwise(vmas.first, '') : otherwise(change, flags, setFlags),
    ),
    ...vmas.states,
    ...(locks && {
      vm_flags_reset: step(LOCAL, 'mprotect_fixup', V612.mprotect, otherwise(change, flags, setFlags)),
    }),
    ...(thpOn(here.scene) && changePmdRange(d, here)),
    change_pte_range: d.change_pte_range(d, here.at('change_pte_range'), { RETURN: here.to('changed') }),
    changed: dispatch(
      'change_protection_range',
      V40.mprotect,
      when((s) => s.get(changed).length > 0, 'flush_tlb_range', ''),
      otherwise(vmas.last, ''),
    ),
    flush_tlb_range: step(
      LOCAL,
      'change_protection_range',
      V40.mprotect,
      otherwise(vmas.last, 'flush_tlb_range()', (s) => {
        for (const id of s.get(changed)) s.mark(mark({ type: 'tlb-flush', pte: id }));
        flushTlbRange(s, here, here.thread.vma, here.vma.pages);
        s.set(changed, []);
      }),
    ),
    up_write: up(here, mmapSem, 'sys_mprotect', V40.mprotect, ret.RETURN),
  });
}

/**
 * change_pmd_range() of a mapping that has all of the range: a lockless look, then change_huge_pmd(). pmd_modify() takes the
 * write bit, and up to 6.1 nothing gives it back; the dirty bit stays. (No fault can put anything there: mmap_sem is held.)
 */
function changePmdRange(d: MmParts, here: Here): Record<string, StateConfig> {
  const ref = pmdHere(here);
  const keeps = (now: Pte): boolean => d.mprotect_huge_writable && toWritable(here) && here.shared && now.d;
  return {
    change_pmd_range: step(
      LOCAL,
      'change_pmd_range',
      V414.mprotect,
      when((s) => s.read(ref, peek) === 'table', 'change_pte_range', 'a page table'),
      when((s) => s.read(ref, isHuge), 'change_huge_pmd', 'pmd_trans_huge() or pmd_devmap()'),
      otherwise('changed', 'pmd_none()'),
    ),
    change_huge_pmd: pmdSection(
      'change_huge_pmd',
      V414.hugeMemory,
      () => here.thread.vma,
      when(
        (s) => s.read(ref, isHuge),
        'changed',
        'pmd_modify()',
        (s) => {
          const now = s.read(ref).huge!;
          if (keeps(now)) s.line('can_change_pmd_writable(): pmd_mkwrite()');
          s.send(ref, { type: 'SET', huge: { ...now, w: keeps(now) } });
          s.set(changed, [ref.id]);
        },
      ),
      otherwise('changed', 'not huge any more'),
    ),
  };
}

interface Area {
  readonly shared: boolean;
  /** VM_WRITE of the new flags. */
  readonly writable: boolean;
}

/**
 * change_pte_range(): one PTL section per PTE. vm_page_prot has no write bit, in a private mapping and in a shared one
 * whose file wants to know of writes, so that pte_modify() takes it away; pfn and dirty bit stay.
 * @param getsWrite whether the PTE gets its write bit back
 * @param era.because the condition as the code has it
 * @param era.needsFlush whether the change is one that the TLBs have to be told of
 */
export const changePteRange =
  (
    getsWrite: (was: Pte, area: Area, isExclusive: () => boolean) => boolean,
    {
      because = 'dirty_accountable and pte_dirty()',
      src = V40.mprotect,
      needsFlush = () => true,
    }: { because?: string; src?: Source; needsFlush?: (was: Pte, w: boolean) => boolean } = {},
  ) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const { pages, shared } = here.vma;
    const change = (s: Act, i: number): void => {
      flushTlbBatchedPending(s, d, here, here.thread.vma);
      const ref = pte(here.thread.vma, pages[i]!);
      const was = s.read(ref);
      s.line(was === null ? `${ref.id} is none` : `pte_modify(${ref.id})`);
      if (was === null) return;
      const w = getsWrite(
        was,
        { shared, writable: toWritable(here) },
        () => isAnon(was.pfn) && s.read(anon(was.pfn)).exclusive,
      );
      if (w) s.line(`${because}: pte_mkwrite()`);
      s.send(ref, { type: 'SET', pte: { ...was, w } });
      if (needsFlush(was, w)) s.set(changed, [...s.get(changed), ref.id]);
    };
    return chart(here, {
      pte: walkPtes(
        'pte',
        { fn: 'change_pte_range', src, index: pageIndex, count: pages.length, to: ret.RETURN },
        change,
      ),
    });
  };

/**
 * Up to 5.17: "Avoid taking write faults for known dirty pages", in VMAs that want to be notified of writes
 * (vma_wants_writenotify(): shared, VM_WRITE, with ->page_mkwrite()). The soft-dirty half of the condition is always
 * true: pte_mkdirty() sets that bit with the dirty bit, and nothing here clears it. (Where the MMU alone sets the dirty bit,
 * as in write-faults-2016, it is true without CONFIG_MEM_SOFT_DIRTY only.)
 */
export const change_pte_range = changePteRange((was, { shared, writable }) => shared && writable && was.d);

/**
 * 6.1: also private copies, while they are exclusive: not shared by fork, or reused since. Only a PTE whose write
 * bit changes is flushed: pte_needs_flush().
 */
export const change_pte_range_v61 = changePteRange(
  (was, { shared, writable }, isExclusive) => writable && was.d && (shared || isExclusive()),
  { because: 'can_change_pte_writable()', src: V61.mprotect, needsFlush: (was, w) => was.w !== w },
);
