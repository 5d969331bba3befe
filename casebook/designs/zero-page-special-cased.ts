/**
 * What the zero-page series says that it avoids: dax_pfn_mkwrite() stays, and tells the zero page from storage by the PTE. A
 * store on the zero page is a full fault, which maps the block read-only, as 4.12 does; the next trap makes it writable.
 */
import { chart, otherwise, when } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v412 from '../../model/designs/v4.12.ts';
import v2 from '../../model/designs/zero-page-v2.ts';
import { isValueEntry } from '../../model/entries/entry.ts';
import { ZERO } from '../../model/entries/pfn.ts';
import type { IomapParts } from '../../model/parts.ts';
import { dax_insert_mapping_v412 } from '../../model/paths/dax_iomap_pte_fault.ts';
import { finish_mkwrite_fault, forgetOrigPte } from '../../model/paths/do_wp_page.ts';
import { withUnlockedEntry } from '../../model/paths/entry_lock.ts';
import { mkwriteHandler } from '../../model/paths/ext4_dax_fault.ts';
import { origPte } from '../../model/registers.ts';
import { V413 } from '../../model/sources.ts';

const pfn_mkwrite = mkwriteHandler(
  { fn: 'ext4_dax_pfn_mkwrite', src: V413.ext4File },
  {
    first: 'dax_pfn_mkwrite',
    forgets: 'at SIGBUS',
    states: (d, here, { up, sigbus }) => ({
      dax_pfn_mkwrite: chart(here.at('dax_pfn_mkwrite'), {
        ...withUnlockedEntry(
          here.at('dax_pfn_mkwrite'),
          'get_unlocked_mapping_entry',
          { fn: 'dax_pfn_mkwrite', src: V413.dax, page: () => here.page },
          when((s) => s.get(origPte)?.pfn === ZERO, here.to('fault'), 'is_zero_pfn(): full fault', forgetOrigPte),
          when((s) => !isValueEntry(s.read(here.entry)), here.to(up), 'no entry: retry', forgetOrigPte),
          otherwise('finish_mkwrite_fault', 'set DIRTY; lock_slot()', (s) => {
            s.send(here.entry, { type: 'TAG', tag: 'dirty' });
            s.send(here.entry, { type: 'LOCK', by: here.me });
          }),
        ),
        finish_mkwrite_fault: finish_mkwrite_fault(here, 'dax_unlock_mapping_entry'),
        dax_unlock_mapping_entry: d.dax_unlock_mapping_entry(
          d,
          here.at('dax_pfn_mkwrite').at('dax_unlock_mapping_entry'),
          { RETURN: here.to(up) },
        ),
      }),
      fault: d.dax_iomap_pte_fault(d, here.at('fault'), {
        NOPAGE: here.to(up),
        LOCKED: here.to(up),
        SIGBUS: here.to(sigbus),
      }),
    }),
  },
);

export default defineDesign<IomapParts>({
  id: 'zero-page-special-cased',
  title: 'v2, but dax_pfn_mkwrite() stays and looks at the pfn; nothing is inserted writable',
  source: 'mail 2017-06-14: "Instead of special casing the DAX + 4k zero page case"',
  facts: v2.facts,
  parts: {
    ...v2.parts,
    insert_pfn: v412.parts.insert_pfn,
    dax_insert_mapping: dax_insert_mapping_v412,
    pfn_mkwrite,
  },
  expects: {},
});
