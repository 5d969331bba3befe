/**
 * A fix of finding AE: before a truncation or punch every pin of the file is waited for: also where nobody maps it, and those of entries that
 * are locked. 6.15 looks so; but here the entries are kept (AK), and no PTE is waited for.
 */
import { type Design, defineDesign } from '../../model/design.ts';
import type { IomapParts } from '../../model/parts.ts';
import { breakLayout } from '../../model/paths/v7/dax_break_layout.ts';

export const waitsForEveryPin = (base: Design<IomapParts>): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...base,
    id: `${base.id}-waits-for-every-pin`,
    title: `${base.id}, dax_layout_busy_page() without mapping_mapped(), and it waits for locked entries`,
    source: '6be3e21d25ca, and the patch that drops mapping_mapped()',
    parts: { ...base.parts, break_layouts: breakLayout({ deletes: false, waitsForPtes: false }) },
    expects: {},
  });
