/** v6.1, where fsync's walk takes a PTE that is none without the PTL for one that is not there: page_vma_mapped_walk() without PVMW_SYNC. No kernel. */
import { chart, otherwise, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v61 from '../../model/designs/v6.1.ts';
import { pte } from '../../model/entries/pte.ts';
import type { IomapParts } from '../../model/parts.ts';
import { current } from '../../model/paths/dax_writeback.ts';
import { LOCAL } from '../../model/sections.ts';
import { V61 } from '../../model/sources.ts';

/** Of scenarios with one shared mapping. */
const dax_mapping_entry_mkclean: IomapParts['dax_mapping_entry_mkclean'] = (d, here, ret) => {
  const vma = here.scene.vmas.find((v) => v.shared)!;
  return chart(here, {
    map_pte: step(
      LOCAL,
      'map_pte',
      V61.rmap,
      when((s) => s.read(pte(vma.id, current(s).page)) === null, ret.RETURN, '!PVMW_SYNC, pte_none(): skipped'),
      otherwise('mkclean', 'present'),
    ),
    mkclean: v61.parts.dax_mapping_entry_mkclean(d, here.at('mkclean'), ret),
  });
};

export default defineDesign<IomapParts>({
  ...v61,
  id: 'v6.1-mkclean-looks-first',
  title: 'v6.1, where fsync skips a PTE that is none for a moment',
  source: 'variation',
  parts: { ...v61.parts, dax_mapping_entry_mkclean },
  expects: {},
});
