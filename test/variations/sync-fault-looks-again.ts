/** A fix of finding AJ: dax_insert_pfn_mkwrite() looks at the PMD under the entry lock, as dax_iomap_pmd_fault() does. */
import { chart, otherwise, type StateConfig, step, when } from '../../explorer/chart.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import { peek } from '../../model/entries/pmd.ts';
import type { FinishSyncFault, IomapParts } from '../../model/parts.ts';
import { LOCAL } from '../../model/sections.ts';
import { V510 } from '../../model/sources.ts';
import { pmdHere } from '../../model/thp.ts';

const lookingFirst =
  (part: FinishSyncFault): FinishSyncFault =>
  (d, here, ret, how) => {
    const whole = part(d, here, ret, how);
    if (!how.pmd) return whole;
    const states = whole.states as Record<string, StateConfig>;
    states.insert = chart(here.at('insert'), {
      pmd_is_table: step(
        LOCAL,
        'dax_insert_pfn_mkwrite',
        V510.dax,
        when((s) => s.read(pmdHere(here), peek) === 'table', here.to('dax_unlock_entry'), 'a page table by now: retry'),
        otherwise('vmf_insert_pfn_pmd', 'none or huge'),
      ),
      ...(states.insert!.states as Record<string, StateConfig>),
    });
    return whole;
  };

export const looksAgain = (base: Design<IomapParts>): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...base,
    id: `${base.id}-sync-looks-again`,
    title: `${base.id}, a synchronous fault looks at the PMD under the entry lock`,
    source: 'dax_iomap_pmd_fault()',
    parts: { ...base.parts, dax_finish_sync_fault: lookingFirst(base.parts.dax_finish_sync_fault!) },
    expects: {},
  });
