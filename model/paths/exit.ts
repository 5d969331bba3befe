/**
 * exit(2) of one thread: the last user of an address space tears it down, one PTE a step, with no lock of the file and,
 * before 5.15 at least, none of the mm: nobody is left to take it.
 */
import { chart, otherwise, type StateConfig, step, when } from '../../explorer/chart.ts';
import { mm } from '../entries/mm.ts';
import { mmapLock } from '../entries/rwsem.ts';
import { vma } from '../entries/vma.ts';
import type { Here } from '../here.ts';
import type { MmParts, Returns } from '../parts.ts';
import { pinsOn } from '../pins.ts';
import { LOCAL } from '../sections.ts';
import { V40 } from '../sources.ts';
import { thpOn } from '../thp.ts';
import { down, up } from './locks.ts';
import { freePgtables } from './thp/free_pgtables.ts';
import { iMmapCounts, zapOf } from './unmap_mapping_range.ts';

export function exit(d: MmParts, here: Here, ret: Returns<'GONE'>): StateConfig {
  const mmapSem = mmapLock(here.thread.mm);
  const users = mm(here.thread.mm);
  const areas = here.scene.vmas.filter((v) => v.mm === here.thread.mm);
  const pages = here.allPages;
  const zapped = thpOn(here.scene) && iMmapCounts(here.scene, d) ? 'unlink_file_vma' : 'remove_vma';
  return chart(here, {
    // Round the test for a core dump.
    ...down(here, 'mmap_sem', { lock: mmapSem, mode: 'read', fn: 'exit_mm', src: V40.exit, to: 'up_read' }),
    up_read: up(here, mmapSem, 'exit_mm', V40.exit, 'mmput'),
    mmput: step(
      LOCAL,
      'mmput',
      V40.fork,
      when(
        (s) => s.read(users).users.length === 1,
        'exit_mmap',
        'mm_users is 0: exit_mmap()',
        (s) => s.send(users, { type: 'LEAVE', who: here.me }),
      ),
      otherwise(ret.GONE, 'others use the mm', (s) => s.send(users, { type: 'LEAVE', who: here.me })),
    ),
    exit_mmap: chart(here.at('exit_mmap'), {
      ...zapOf(d, here.at('exit_mmap'), areas, { pages, even_cows: true }, here.to(zapped)),
    }),
    ...(zapped !== 'remove_vma' && freePgtables(here, areas, { all: true, to: 'remove_vma' })),
    remove_vma: step(
      LOCAL,
      'exit_mmap',
      V40.mmap,
      otherwise(ret.GONE, 'remove_vma()', (s) => {
        for (const v of areas) {
          for (const page of v.pages) s.send(vma(v.id), { type: 'DETACH', page });
          if (pinsOn(here.scene)) for (const page of v.pages) s.send(vma(v.id), { type: 'UNLINK', page });
        }
      }),
    ),
  });
}
