/**
 * v4.11, before 4636e70bb0a8 "dax: prevent invalidation of mapped DAX entries": drop_caches removes entries that are clean and not
 * locked, and looks at no mapping of them.
 */
import { otherwise, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v412 from '../../model/designs/v4.12.ts';
import { entry, isValueEntry } from '../../model/entries/entry.ts';
import type { IomapParts } from '../../model/parts.ts';
import { wakeAll } from '../../model/paths/entry_lock.ts';
import { invalidateMappingPages } from '../../model/paths/invalidate_mapping_pages.ts';
import { LOCAL, TL } from '../../model/sections.ts';
import { V413 } from '../../model/sources.ts';

const fn = 'dax_invalidate_mapping_entry';

export default defineDesign<IomapParts>({
  ...v412,
  id: 'v4.12-drop-caches-removes-entries',
  title: 'v4.12, but drop_caches removes clean entries, mapped or not',
  source: 'before 4636e70bb0a8 "dax: prevent invalidation of mapped DAX entries"',
  parts: {
    ...v412.parts,
    invalidate_mapping_pages: invalidateMappingPages({
      state: fn,
      states: (_here, page, to) => ({
        [fn]: step(
          TL,
          fn,
          V413.dax,
          when(
            (s) => {
              const e = s.read(entry(page(s)));
              return !isValueEntry(e) || e.lockedBy !== null || e.dirty || e.towrite;
            },
            to,
            'gone, locked, DIRTY or TOWRITE: kept',
          ),
          otherwise('wake', 'delete entry', (s) => s.send(entry(page(s)), { type: 'DELETE' })),
        ),
        wake: step(
          LOCAL,
          'dax_wake_mapping_entry_waiter',
          V413.dax,
          otherwise(to, 'wake all waiters', (s) => wakeAll(s, page(s))),
        ),
      }),
    }),
  },
  filesystems: undefined,
  expects: {},
});
