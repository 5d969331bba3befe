/**
 * mremap(2) with MREMAP_MAYMOVE: move_vma() of the whole mapping, under mmap_sem held for writing. A second VMA is made, the PTEs are
 * moved to it one by one, each under the PTLs of both, and the old one is unmapped. Other threads have the old address. mm/mremap.c,
 * mm/mmap.c; 4.0, 4.9, 4.13.4, 4.14.113, 5.10.89, 6.1.158 and 7.1.3 differ in when the TLBs forget the old addresses.
 * A new VMA that is merged with no other needs no rmap locks for its PTEs (copy_vma(); move_ptes() says why: a walk comes to it after the old one).
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
  // Of the file's tree of VMAs. It makes a difference where a walk over the tree holds it while it flushes.
  const locks = tlbOn(here.scene);
  const vmas = vmaWriter(d, here, { to: locks ? 'vma_link' : 'copy_vma', up: 'up_write' });
  const src = (d.mremap_flushes_first === 'none' ? V40 : V414).mremap;
  const flushed = d.mremap_flushes_first === 'all';
  const unmapped = locks ? 'unlink_file_vma' : 'do_munmap';
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
    ...(locks &&
      down(here, 'vma_link', { lock: iMmapRwsem, mode: 'write', fn: 'vma_link', src: V40.mmap, to: 'copy_vma' })),
    copy_vma: step(
      LOCAL,
      'copy_vma',
      V40.mmap,
      otherwise(locks ? 'linked' : 'move_ptes', `vma_link(${to.id})`, (s) =>
        s.send(vma(to.id), { type: 'DUP', as: s.read(area) }),
      ),
    ),
    ...(locks && { linked: up(here, iMmapRwsem, 'vma_link', V40.mmap, 'move_ptes') }),
    move_ptes: walkPtes(
      'move_ptes',
      { fn: 'move_ptes', src, index: pageIndex, count: pages.length, to: flushed ? unmapped : 'need_flush' },
      (s, i) => movePte(s, d, here, to, pages[i]!),
    ),
    ...(!flushed && {
      need_flush: dispatch(
        'move_page_tables',
        src,
        when((s) => s.get(needFlush).length > 0, 'flush_tlb_range', ''),
        otherwise(unmapped, ''),
      ),
      flush_tlb_range: step(
        LOCAL,
        'move_page_tables',
        src,
        otherwise(unmapped, 'flush_tlb_range()', (s) => {
          for (const id of s.get(needFlush)) s.mark(mark({ type: 'tlb-flush', pte: id }));
          flushTlbRange(s, here, here.thread.vma, pages);
          s.set(needFlush, []);
        }),
      ),
    }),
    // Its PTEs are none by now, and no fault can fill them: mmap_sem is held.
    ...(locks &&
      down(here, 'unlink_file_vma', {
        lock: iMmapRwsem,
        mode: 'write',
        fn: 'unlink_file_vma',
        src: V40.mmap,
        to: 'do_munmap',
      })),
    do_munmap: step(
      LOCAL,
      'do_munmap',
      V40.mmap,
      otherwise(locks ? 'unlinked' : vmas.last, `unmap ${here.thread.vma}`, (s) => {
        for (const page of s.read(area).pages) {
          s.send(area, { type: 'DETACH', page });
          if (tlbOn(here.scene) || pinsOn(here.scene)) s.send(area, { type: 'UNLINK', page });
        }
      }),
    ),
    ...(locks && { unlinked: up(here, iMmapRwsem, 'unlink_file_vma', V40.mmap, vmas.last) }),
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
