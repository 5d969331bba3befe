/**
 * v4.20 to v5.2, before 23c84eb78375 "dax: Fix missed wakeup with PMD faults", in v5.10: a PMD fault waits for a locked 4 KiB entry
 * of its range, in the queue of the range's first index.
 */
import { chart, type Look, otherwise, when } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v510 from '../../model/designs/v5.10.ts';
import { entry, slotIn } from '../../model/entries/entry.ts';
import type { IomapParts } from '../../model/parts.ts';
import { wakeNext, withUnlockedEntry } from '../../model/paths/entry_lock.ts';
import { EMPTY_PMD } from '../../model/paths/thp/grab_pmd_entry.ts';
import { grabbed } from '../../model/registers.ts';
import { V510 } from '../../model/sources.ts';
import { rangeStart } from '../../model/thp.ts';

export default defineDesign<IomapParts>({
  ...v510,
  id: 'v5.2-huge-fault-waits',
  title: 'v5.10, but a PMD fault waits for a 4 KiB entry, under the first index of its range',
  source: 'before 23c84eb78375 "dax: Fix missed wakeup with PMD faults"',
  parts: {
    ...v510.parts,
    grab_pmd_entry: (_d, here, ret) => {
      const start = rangeStart(here.scene);
      // xas_find_conflict(): the first entry in the range.
      const page = (s: Look): string => here.allPages.find((p) => s.read(entry(p)).kind !== 'nil') ?? start;
      const found = (s: Look) => s.read(entry(page(s)));
      return chart(
        here,
        withUnlockedEntry(
          here,
          'get_unlocked_entry',
          { fn: 'grab_mapping_entry', src: V510.dax, page, key: () => start },
          when(
            (s) => found(s).kind === 'nil',
            ret.RETURN,
            'no entry: insert EMPTY of the whole range, locked',
            (s) => {
              s.send(entry(start), { type: 'INSERT', slot: EMPTY_PMD, lockedBy: here.me });
              s.set(grabbed, EMPTY_PMD);
            },
          ),
          when(
            (s) => !found(s).pmd,
            ret.FALLBACK,
            'a 4 KiB entry: put_unlocked_entry()',
            (s) => wakeNext(s, start),
          ),
          otherwise(ret.RETURN, 'dax_lock_entry()', (s) => {
            s.set(grabbed, slotIn(found(s)));
            s.send(entry(start), { type: 'LOCK', by: here.me });
          }),
        ),
      );
    },
  },
  filesystems: undefined,
  expects: {},
});
