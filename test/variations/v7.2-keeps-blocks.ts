/**
 * v7.2, but write(2) into a new block deletes what stands for the hole (a ZERO or empty entry) and keeps an entry of a block: only a fault
 * that has met the new block can have made it.
 */
import { chart, type Look, otherwise, step, when } from '../../explorer/chart.ts';
import v72 from '../../model/designs/v7.2.ts';
import type { Entry } from '../../model/entries/entry.ts';
import type { IomapParts } from '../../model/parts.ts';
import { hasExceptional } from '../../model/paths/address_space.ts';
import { wakeAll, withUnlockedEntry } from '../../model/paths/entry_lock.ts';
import { LOCAL } from '../../model/sections.ts';
import { V72 } from '../../model/sources.ts';
import { entryOf, slotOf } from '../../model/thp.ts';

export const invalidatesHoles: IomapParts['invalidate_inode_pages2_range'] = (d, here, ret, range) => {
  const target = range.pages[0]!;
  const fn = '__dax_invalidate_entry';
  const now = (s: Look): Entry => entryOf(s, here.scene, target);
  return chart(here, {
    find_get_entries: step(
      LOCAL,
      'invalidate_inode_pages2_range',
      V72.truncate,
      when((s) => !hasExceptional(here)(s), ret.RETURN, 'nothing to do'),
      when((s) => now(s).kind === 'nil', 'unmap_mapping_range', 'no entry'),
      otherwise(fn, 'an exceptional entry'),
    ),
    ...withUnlockedEntry(
      here,
      fn,
      { fn, src: V72.dax, page: () => target },
      when((s) => now(s).kind === 'nil', 'unmap_mapping_range', 'entry is gone'),
      when(
        (s) => now(s).kind === 'blk',
        'unmap_mapping_range',
        'the new block: kept; wake all',
        (s) => wakeAll(s, here.waitKey(s, target)),
      ),
      otherwise('unmap_mapping_range', 'delete entry; wake all', (s) => {
        const key = here.waitKey(s, target);
        s.send(slotOf(s, here.scene, target), { type: 'DELETE' });
        wakeAll(s, key);
      }),
    ),
    unmap_mapping_range: d.unmap_mapping_range(d, here.at('unmap_mapping_range'), ret, range),
  });
};

export default {
  ...v72,
  id: 'v7.2-keeps-blocks',
  // It is of one page.
  parts: { ...v72.parts, invalidate_inode_pages2_range: invalidatesHoles, write_pages: null },
};
