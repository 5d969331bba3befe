/** v2, and the zero page is unmapped before a block replaces it also where it is a counted page: what the review asked for. */
import { defineDesign } from '../../model/design.ts';
import v2 from '../../model/designs/zero-page-v2.ts';
import type { IomapParts } from '../../model/parts.ts';

export default defineDesign<IomapParts>({
  id: 'zero-page-v2-unmaps-zero',
  title: 'v2, unmap_mapping_range() before the replacement takes the zero page too',
  source: 'mail 2017-06-15 (Kara): "for those archs you really need to unmap zero page before replacing PTE"',
  facts: v2.facts,
  parts: {
    ...v2.parts,
    dax_insert_mapping_entry: (d, here, ret, slot, kind) => {
      const unmap_mapping_range: IomapParts['unmap_mapping_range'] = (_d, at, back, range) =>
        d.unmap_mapping_range(d, at, back, { ...range, even_cows: true });
      return v2.parts.dax_insert_mapping_entry({ ...d, unmap_mapping_range }, here, ret, slot, kind);
    },
  },
  expects: {},
});
