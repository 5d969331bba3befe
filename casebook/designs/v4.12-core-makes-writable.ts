/**
 * v4.12 whose ->pfn_mkwrite() makes the PTE writable itself, under the rule of 4.1: whatever it returns short of an error, the
 * core then makes the PTE writable if it is unchanged.
 */
import { otherwise, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v412 from '../../model/designs/v4.12.ts';
import { isValueEntry } from '../../model/entries/entry.ts';
import type { IomapParts } from '../../model/parts.ts';
import { pte_same, wp_pfn_shared_v41 } from '../../model/paths/do_wp_page.ts';
import { withUnlockedEntry } from '../../model/paths/entry_lock.ts';
import { mkwriteHandler } from '../../model/paths/ext4_dax_fault.ts';
import { origPte } from '../../model/registers.ts';
import { PTL } from '../../model/sections.ts';
import { V413, V414 } from '../../model/sources.ts';

const pfn_mkwrite = mkwriteHandler(
  { fn: 'ext4_dax_pfn_mkwrite', src: V413.ext4File },
  {
    first: 'get_unlocked_mapping_entry',
    states: (d, here, { up }) => ({
      ...withUnlockedEntry(
        here,
        'get_unlocked_mapping_entry',
        { fn: 'dax_pfn_mkwrite', src: V413.dax, page: () => here.page },
        when((s) => !isValueEntry(s.read(here.entry)), up, 'no entry: retry'),
        otherwise('finish_mkwrite_fault', 'set DIRTY; lock_slot()', (s) => {
          s.send(here.entry, { type: 'TAG', tag: 'dirty' });
          s.send(here.entry, { type: 'LOCK', by: here.me });
        }),
      ),
      finish_mkwrite_fault: step(
        PTL,
        'finish_mkwrite_fault',
        V414.memory,
        when(pte_same(here), 'dax_unlock_mapping_entry', 'pte_same(): set_pte_at(rw)', (s) =>
          s.send(here.pte, { type: 'SET', pte: { ...s.get(origPte)!, w: true, d: true } }),
        ),
        otherwise('dax_unlock_mapping_entry', '!pte_same(): nothing'),
      ),
      dax_unlock_mapping_entry: d.dax_unlock_mapping_entry(d, here.at('dax_unlock_mapping_entry'), {
        RETURN: here.to(up),
      }),
    }),
  },
);

export default defineDesign<IomapParts>({
  id: 'v4.12-core-makes-writable',
  title: 'v4.12 with the rule of 4.1 for what ->pfn_mkwrite() returns',
  source:
    'Documentation/filesystems/Locking (4.1): "The default behavior after this call is to make the pte read-write"',
  facts: v412.facts,
  parts: { ...v412.parts, pfn_mkwrite, wp_pfn_shared: wp_pfn_shared_v41 },
  expects: {},
});
