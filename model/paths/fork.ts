/**
 * fork(2): dup_mmap() copies the VMAs and page tables under mmap_sem held for writing, then the child begins. Its copy of a
 * VMA is put into the file's interval tree directly after the parent's, before a PTE is copied: so a walk that clears the
 * parent's PTE comes to the child's later.
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
import { mm } from '../entries/mm.ts';
import { isAnon } from '../entries/pfn.ts';
import { peek, pmd } from '../entries/pmd.ts';
import { pte } from '../entries/pte.ts';
import { iMmapRwsem, mmapLock } from '../entries/rwsem.ts';
import { vma } from '../entries/vma.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import { isNormalPage } from '../normal-page.ts';
import type { Duplicate, MmParts, Returns } from '../parts.ts';
import { locksVmas } from '../per-vma-lock.ts';
import { pageIndex } from '../registers.ts';
import { LOCAL, PMDL } from '../sections.ts';
import { V40, V510 } from '../sources.ts';
import { thpOn } from '../thp.ts';
import { tlbOn } from '../tlb-slots.ts';
import { down, up } from './locks.ts';
import { vmaEndWriteAll, vmaStartWrite } from './per_vma_lock.ts';
import { mapPage } from './struct_page.ts';
import { flushTlbMm } from './tlb.ts';
import { walkPtes } from './walk_ptes.ts';

/** PTEs of the parent that were write-protected. */
const protectedPtes = register<readonly string[]>('protected', []);

/** The VMAs of the parent's address space, each with its copy. */
const duplicates = (here: Here): Duplicate[] =>
  here.scene.vmas
    .filter((v) => v.mm === here.child.mm)
    .map((to) => ({ from: here.scene.vmas.find((v) => v.id === to.copyOf)!, to }));

/** @param locksTree whether the model has i_mmap_rwsem also with tlb=off: where DAX faults take it (4.0 to 4.5) */
export const forkOf =
  ({ locksTree }: { locksTree: boolean }) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const mmapSem = mmapLock(here.thread.mm);
    const areas = duplicates(here);
    const locks = locksTree || tlbOn(here.scene);
    const named = (name: string, n: number): string => (areas.length === 1 ? name : `${name}[${areas[n]!.from.id}]`);
    // Each VMA is locked as the loop comes to it.
    const locksEach = locksVmas(d, here.scene);
    const insert = (n: number): string => named(locks ? 'i_mmap_lock_write' : 'insert_after', n);
    const first = (n: number): string =>
      n === areas.length ? 'flush_tlb_mm' : locksEach ? named('vma_start_write', n) : insert(n);
    const copyOf = (n: number): Record<string, StateConfig> => {
      const copy = named('copy_page_range', n);
      const unlock = named('i_mmap_unlock_write', n);
      const lock = down(here, named('i_mmap_lock_write', n), {
        lock: iMmapRwsem,
        mode: 'write',
        fn: 'dup_mmap',
        src: V40.fork,
        to: named('insert_after', n),
      });
      return {
        ...(locksEach && vmaStartWrite(here, named('vma_start_write', n), areas[n]!.from, insert(n))),
        ...(locks && lock),
        [named('insert_after', n)]: insertAfter(areas[n]!, locks ? unlock : copy),
        ...(locks && { [unlock]: up(here, iMmapRwsem, 'dup_mmap', V40.fork, copy) }),
        [copy]: d.copy_page_range(d, here.at(copy), { RETURN: here.to(first(n + 1)) }, areas[n]!),
      };
    };
    return chart(here, {
      ...down(here, 'mmap_sem', { lock: mmapSem, mode: 'write', fn: 'dup_mmap', src: V40.fork, to: first(0) }),
      ...Object.assign({}, ...areas.map((_, n) => copyOf(n))),
      flush_tlb_mm: step(
        LOCAL,
        'dup_mmap',
        V40.fork,
        otherwise(locksEach ? 'vma_end_write_all' : 'up_write', 'flush_tlb_mm(oldmm)', (s) => {
          for (const id of s.get(protectedPtes)) s.mark(mark({ type: 'tlb-flush', pte: id }));
          flushTlbMm(s, here, here.thread.mm);
          s.set(protectedPtes, []);
        }),
      ),
      ...(locksEach && {
        vma_end_write_all: vmaEndWriteAll(
          here,
          areas.map((a) => a.from),
          'up_write',
        ),
      }),
      up_write: up(here, mmapSem, 'dup_mmap', V40.fork, 'wake_up_new_task'),
      wake_up_new_task: step(
        LOCAL,
        'do_fork',
        V40.fork,
        otherwise(ret.RETURN, `wake_up_new_task(${here.child.id})`, (s) =>
          s.send(mm(here.child.mm), { type: 'USE', who: [here.child.id] }),
        ),
      ),
    });
  };

export const fork = forkOf({ locksTree: false });

const insertAfter = ({ from, to }: Duplicate, target: string): StateConfig =>
  step(
    LOCAL,
    'dup_mmap',
    V40.fork,
    otherwise(target, `vma_interval_tree_insert_after(${to.id}, ${from.id})`, (s) =>
      s.send(vma(to.id), { type: 'DUP', as: s.read(vma(from.id)) }),
    ),
  );

/** copy_page_range() of a VM_MIXEDMAP VMA, as DAX's are up to 4.18: every PTE, one section under both PTLs each. */
export const copy_page_range = (_d: MmParts, here: Here, ret: Returns<'RETURN'>, areas: Duplicate): StateConfig =>
  chart(here, { copy_one_pte: copyOnePte(here, areas, ret.RETURN) });

/**
 * Since 4.19 DAX's VMAs are plain: without anonymous pages a fault fills the child's PTEs as well, and nothing is copied.
 * That is so of every shared VMA, and of a private one before its first copy.
 */
export function copy_page_range_v419(_d: MmParts, here: Here, ret: Returns<'RETURN'>, areas: Duplicate): StateConfig {
  if (areas.from.shared) {
    return chart(here, { plain: dispatch('copy_page_range', V510.memory, otherwise(ret.RETURN, '')) });
  }
  return chart(here, {
    anon_vma: step(
      LOCAL,
      'copy_page_range',
      V510.memory,
      when((s) => s.read(vma(areas.from.id)).anonVma, 'copy_one_pte', 'vma->anon_vma'),
      otherwise(ret.RETURN, '!vma->anon_vma: nothing is copied'),
    ),
    copy_one_pte: copyOnePte(here, areas, ret.RETURN, { fn: 'copy_present_pte', src: V510.memory }),
  });
}

const copyOnePte = (
  here: Here,
  areas: Duplicate,
  to: string,
  { fn, src }: { fn: string; src: Source } = { fn: 'copy_one_pte', src: V40.memory },
): StateConfig => {
  const { pages } = areas.from;
  const copy = walkPtes('copy_one_pte', { fn, src, index: pageIndex, count: pages.length, to }, (s, i) =>
    copyPte(s, here, areas, pages[i]!),
  );
  return thpOn(here.scene) ? copyTable(here.at('copy_one_pte'), areas, copy, to) : copy;
};

/** With thp=on: copy_huge_pmd() leaves a file's huge PMD to faults; of a page table the child gets one of its own. */
const copyTable = (here: Here, { from, to: child }: Duplicate, copy: StateConfig, to: string): StateConfig =>
  chart(here, {
    copy_pmd_range: step(
      LOCAL,
      'copy_pmd_range',
      V40.memory,
      when((s) => s.read(pmd(from.id), peek) === 'table', 'pte_alloc', 'a page table'),
      otherwise(to, 'none, or huge: nothing is copied'),
    ),
    pte_alloc: step(
      PMDL,
      'copy_pte_range',
      V40.memory,
      otherwise('copy_one_pte', 'pte_alloc_map_lock(dst_pmd)', (s) => s.send(pmd(child.id), { type: 'POPULATE' })),
    ),
    copy_one_pte: copy,
  });

/** A private mapping's PTE becomes read-only in both; a shared one's stays writable, and clean in the child. */
function copyPte(s: Act, here: Here, { from, to }: Duplicate, page: string): void {
  const source = pte(from.id, page);
  const target = pte(to.id, page);
  const was = s.read(source);
  s.line(was === null ? `${source.id} is none` : `copy ${source.id}`);
  if (was === null) return;
  if (!from.shared && was.w) {
    s.send(source, { type: 'SET', pte: { ...was, w: false } });
    s.set(protectedPtes, [...s.get(protectedPtes), source.id]);
  }
  if (isNormalPage(here.scene, was.pfn)) mapPage(s, was.pfn);
  if (isAnon(was.pfn)) s.send(anon(was.pfn), { type: 'SHARE' });
  s.send(target, { type: 'SET', pte: { pfn: was.pfn, w: from.shared && was.w, d: !from.shared && was.d } });
  s.mark(mark({ type: 'copy-pte', from: source.id, to: target.id }));
}
