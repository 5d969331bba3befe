/** v4.14 with the PTE inserted before the entry is dirtied. */
import { chart, dispatch, otherwise } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import type { IomapParts } from '../../model/parts.ts';
import { mapping } from '../../model/registers.ts';
import { V414 } from '../../model/sources.ts';

const dax_insert_mapping: IomapParts['dax_insert_mapping'] = (d, here, ret) => {
  const entryFirst = here.to('dax_insert_mapping_entry');
  return chart(here, {
    vm_insert_mixed: d.insert_pfn(
      d,
      here.at('vm_insert_mixed'),
      { OK: entryFirst, EBUSY: entryFirst },
      { pfn: (s) => s.get(mapping)!.block!, mkwrite: here.write },
    ),
    dax_insert_mapping_entry: d.dax_insert_mapping_entry(
      d,
      here.at('dax_insert_mapping_entry'),
      { RETURN: here.to('out'), ENOMEM: here.to('out') },
      (s) => ({ kind: 'blk', pfn: s.get(mapping)!.block }),
      'blk',
    ),
    out: dispatch(
      'dax_insert_mapping',
      V414.dax,
      otherwise(ret.RETURN, '', (s) => s.set(mapping, null)),
    ),
  });
};

export default defineDesign<IomapParts>({
  id: 'pte-before-dirty',
  title: 'v4.14, vm_insert_mixed() before dax_insert_mapping_entry()',
  source: 'variation',
  facts: v414.facts,
  parts: { ...v414.parts, dax_insert_mapping },
  expects: {},
});
