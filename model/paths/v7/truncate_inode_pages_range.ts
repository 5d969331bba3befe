/** truncate_inode_pages_range() of 7.2, after dax_break_layout(): there is nothing left for it. mm/truncate.c; read from 7.1.3 */
import { chart, otherwise, type StateConfig, step, unreached, when } from '../../../explorer/chart.ts';
import { entry, isValueEntry } from '../../entries/entry.ts';
import type { Here } from '../../here.ts';
import { mark } from '../../marks.ts';
import type { MmParts, Range, Returns } from '../../parts.ts';
import { LOCAL } from '../../sections.ts';
import { V72 } from '../../sources.ts';

/** Layouts were broken under the same locks, so nothing is left to be found: an entry here is warned of. */
export const truncate_inode_pages_range = (
  _d: MmParts,
  here: Here,
  ret: Returns<'RETURN'>,
  { pages }: Range,
): StateConfig =>
  chart(here, {
    find_get_entries: step(
      LOCAL,
      'truncate_folio_batch_exceptionals',
      V72.truncate,
      unreached(
        'layouts were broken under the locks that are still held: no entry is left, and none can be made',
        when(
          (s) => pages.some((p) => isValueEntry(s.read(entry(p)))),
          ret.RETURN,
          'WARN_ON_ONCE(1): an entry',
          (s) => s.mark(mark({ type: 'warn', site: 'truncate_folio_batch_exceptionals: a DAX entry' })),
        ),
      ),
      otherwise(ret.RETURN, 'nothing in the tree'),
    ),
  });
