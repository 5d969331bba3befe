/**
 * truncate_inode_pages_range() of 7.2. After dax_break_layout(), under the fault lock, there is nothing left for it. In a design of one's own
 * that does without one of these there is: truncate_folio_batch_exceptionals() warns of an entry, and deletes it. mm/truncate.c; read from 7.1.3
 */
import { type Act, chart, otherwise, step, unreached, when } from '../../../explorer/chart.ts';
import { entry, isValue } from '../../entries/entry.ts';
import { mark } from '../../marks.ts';
import type { MmParts } from '../../parts.ts';
import { LOCAL } from '../../sections.ts';
import { V72 } from '../../sources.ts';
import { truncatePages } from '../truncate_inode_pages_range.ts';
import { dax_folio_put } from './dax_folio_put.ts';

const warnsOfEntry = (s: Act): void => {
  s.line('truncate_folio_batch_exceptionals(): WARN_ON_ONCE(1)');
  s.mark(mark({ type: 'warn', site: 'truncate_folio_batch_exceptionals: a DAX entry' }));
};

/** dax_delete_mapping_entry(): "so truncate_pagecache() doesn't loop forever" */
const deletes = truncatePages('all under TL', {
  fn: '__dax_invalidate_entry',
  src: V72.dax,
  finds: warnsOfEntry,
  put: dax_folio_put,
});

export const truncate_inode_pages_range: MmParts['truncate_inode_pages_range'] = (d, here, ret, range) => {
  const { faults, truncate } = d.fault_lock;
  if (!d.break_layouts || !faults || !truncate) return deletes(d, here, ret, range);
  return chart(here, {
    find_get_entries: step(
      LOCAL,
      'truncate_folio_batch_exceptionals',
      V72.truncate,
      unreached(
        'layouts were broken under the locks that are still held: no entry is left, and none can be made',
        when((s) => range.pages.some((p) => s.read(entry(p), isValue)), ret.RETURN, 'an entry', warnsOfEntry),
      ),
      otherwise(ret.RETURN, 'nothing in the tree'),
    ),
  });
};
