/**
 * mremap(2) with MREMAP_MAYMOVE: move_vma() of the whole mapping, under mmap_sem held for writing. A second VMA is made, the PTEs are
 * moved to it one by one, each under the PTLs of both, and the old one is unmapped. Other threads have the old address. mm/mremap.c;
 * 4.0, 4.9, 4.13.4, 4.14.113, 5.10.89, 6.1.158 and 7.1.3 differ in when the TLBs forget the old addresses
 */
import { type Act, chart, dispatch, otherwise, register, type StateConfig, step, when } from '../../explorer/chart.ts';
import { pte } from '../entries/pte.ts';
import { iMmapRwsem, mmapLock } from '../entries/rwsem.ts';
import { vma } from '../entries/vma.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import type { MmParts, Returns } from '../parts.ts';
import { pinsOn } from '../pins.ts';
import { pageIndex } from '../registers.ts';
import type { SceneVma } from '../scene.ts';
import { LOCAL } from '../sections.ts';
import { V40, V414 } from '../sources.ts';
import { tlbOn } from '../tlb-slots.ts';
import { down, up } from './locks.ts';
import { vmaWriter } from './per_vma_lock.ts';
import { flushTlbBatchedPending, flushTlbRange } from './tlb.ts';
import { walkPtes } from './walk_ptes.ts';

/** PTEs that were moved, and whose old address no TLB was told of yet: need_flush. */
const needFlush = register<readonly string[]>('need_flush', []);

export function mremap(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const mmapSem = mmapLock(here.thread.mm);
  const area = vma(here.thread.vma);
  const to = here.scene.vmas.find((v) => v.movedFrom === here.thread.vma)!;
  const { pages } = here.vma;
  const vmas = vmaWriter(d, here, { to: 'copy_vma', up: 'up_write' });
  const src = (d.mremap_flushes_first === 'none' ? V40 : V414).mremap;
  // need_rmap_locks: both VMAs are of the same part of the file. Without TLBs each PTE's move is one section, and a walk comes to the new VMA last.
  const locks = tlbOn(here.scene);
  const flushed = d.mremap_flushes_first === 'all';
  const moved = flushed ? 'do_munmap' : 'need_flush';
  return chart(here, {
    ...down(here, 'mmap_sem', { lock: mmapSem, mode: 'write', fn: 'sys_mremap', src, to: 'vma_to_resize' }),
    vma_to_resize: step(
      LOCAL,
      'vma_to_resize',
      src,
      when((s) => s.read(area).pages.length === 0, 'up_write', 'no VMA: -EFAULT'),
      otherwise(vmas.first, ''),
    ),
    ...vmas.states,
    copy_vma: step(
      LOCAL,
      'copy_vma',
      src,
      otherwise(locks ? 'take_rmap_locks' : 'move_ptes', `vma_link(${to.id})`, (s) =>
        s.send(vma(to.id), { type: 'DUP', as: s.read(area) }),
      ),
    ),
    ...(locks && {
      ...down(here, 'take_rmap_locks', { lock: iMmapRwsem, mode: 'write', fn: 'move_ptes', src, to: 'move_ptes' }),
      drop_rmap_locks: up(here, iMmapRwsem, 'move_ptes', src, moved),
    }),
    move_ptes: walkPtes(
      'move_ptes',
      { fn: 'move_ptes', src, index: pageIndex, count: pages.length, to: locks ? 'drop_rmap_locks' : moved },
      (s, i) => movePte(s, d, here, to, pages[i]!),
    ),
    ...(!flushed && {
      need_flush: dispatch(
        'move_page_tables',
        src,
        when((s) => s.get(needFlush).length > 0, 'flush_tlb_range', ''),
        otherwise('do_munmap', ''),
      ),
      flush_tlb_range: step(
        LOCAL,
        'move_page_tables',
        src,
        otherwise('do_munmap', 'flush_tlb_range()', (s) => {
          for (const id of s.get(needFlush)) s.mark(mark({ type: 'tlb-flush', pte: id }));
          flushTlbRange(s, here, here.thread.vma, pages);
          s.set(needFlush, []);
        }),
      ),
    }),
    // Its PTEs are none by now, and no fault can fill them: mmap_sem is held.
    do_munmap: step(
      LOCAL,
      'do_munmap',
      src,
      otherwise(vmas.last, `unmap ${here.thread.vma}`, (s) => {
        for (const page of s.read(area).pages) {
          s.send(area, { type: 'DETACH', page });
          if (tlbOn(here.scene) || pinsOn(here.scene)) s.send(area, { type: 'UNLINK', page });
        }
      }),
    ),
    up_write: up(here, mmapSem, 'sys_mremap', src, ret.RETURN),
  });
}

/** The PTE goes to the other address as it is, with its dirty bit. */
function movePte(s: Act, d: MmParts, here: Here, to: SceneVma, page: string): void {
  const old = pte(here.thread.vma, page);
  flushTlbBatchedPending(s, d, here, here.thread.vma);
  const was = s.read(old);
  s.line(was === null ? `${old.id} is none` : `move ${old.id}`);
  if (was === null) return;
  s.send(old, { type: 'CLEAR' });
  const first = d.mremap_flushes_first;
  if (first === 'all' || (first === 'dirty' && was.d)) {
    s.mark(mark({ type: 'tlb-flush', pte: old.id }));
    flushTlbRange(s, here, here.thread.vma, [page]);
  } else {
    s.set(needFlush, [...s.get(needFlush), old.id]);
  }
  s.send(pte(to.id, page), { type: 'SET', pte: was });
  s.mark(mark({ type: 'copy-pte', from: old.id, to: pte(to.id, page).id }));
}
