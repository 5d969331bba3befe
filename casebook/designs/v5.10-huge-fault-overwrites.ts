/**
 * v4.20, before 0e40de0338d0 "dax: Fix huge page faults": grab_mapping_entry() of a PMD fault loads the slot of the range's first
 * indices. What it finds there is a conflict; an entry of a later index it overwrites.
 */
import { chart, otherwise, when } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v510 from '../../model/designs/v5.10.ts';
import { entry, slotIn } from '../../model/entries/entry.ts';
import type { IomapParts } from '../../model/parts.ts';
import { withUnlockedEntry } from '../../model/paths/entry_lock.ts';
import { EMPTY_PMD } from '../../model/paths/thp/grab_pmd_entry.ts';
import { grabbed } from '../../model/registers.ts';
import { V510 } from '../../model/sources.ts';
import { rangeStart } from '../../model/thp.ts';

export default defineDesign<IomapParts>({
  ...v510,
  id: 'v5.10-huge-fault-overwrites',
  title: 'v5.10, but a PMD fault looks for an entry at the first index of its range alone',
  source: 'before 0e40de0338d0 "dax: Fix huge page faults"',
  parts: {
    ...v510.parts,
    grab_pmd_entry: (_d, here, ret) => {
      const start = rangeStart(here.scene);
      const slot = entry(start);
      return chart(
        here,
        withUnlockedEntry(
          here,
          'get_unlocked_entry',
          { fn: 'grab_mapping_entry', src: V510.dax, page: () => start },
          when(
            (s) => s.read(slot).kind === 'nil',
            ret.RETURN,
            'no entry: store EMPTY of the whole range',
            (s) => {
              for (const p of here.allPages) if (s.read(entry(p)).kind !== 'nil') s.send(entry(p), { type: 'DELETE' });
              s.send(slot, { type: 'INSERT', slot: EMPTY_PMD, lockedBy: here.me });
              s.set(grabbed, EMPTY_PMD);
            },
          ),
          when((s) => !s.read(slot).pmd, ret.FALLBACK, 'a 4 KiB entry'),
          otherwise(ret.RETURN, 'dax_lock_entry()', (s) => {
            s.set(grabbed, slotIn(s.read(slot)));
            s.send(slot, { type: 'LOCK', by: here.me });
          }),
        ),
      );
    },
  },
  filesystems: undefined,
  expects: {},
});
