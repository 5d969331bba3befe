/** v4.14 with a mkclean that looks at the write bit only, and so leaves the dirty bit of a read-only PTE. */
import { chart, otherwise, type StateConfig, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import { pte } from '../../model/entries/pte.ts';
import type { IomapParts } from '../../model/parts.ts';
import { current } from '../../model/paths/dax_writeback.ts';
import { PTL } from '../../model/sections.ts';
import { V414 } from '../../model/sources.ts';

/** Of one VMA. */
const mkclean: IomapParts['dax_mapping_entry_mkclean'] = (_d, here, ret): StateConfig => {
  const [area] = here.scene.vmas;
  return chart(here, {
    mkclean: step(
      PTL,
      'dax_mapping_entry_mkclean',
      V414.dax,
      when(
        (s) => s.read(pte(area!.id, current(s).page))?.w === true,
        ret.RETURN,
        'pte_wrprotect()',
        (s) => {
          const ref = pte(area!.id, current(s).page);
          s.send(ref, { type: 'SET', pte: { ...s.read(ref)!, w: false, d: false } });
        },
      ),
      otherwise(ret.RETURN, 'not writable: skipped'),
    ),
  });
};

export default defineDesign<IomapParts>({
  id: 'v4.14-mkclean-skips-read-only',
  title: 'v4.14, mkclean skips read-only PTEs',
  source: 'variation',
  facts: v414.facts,
  parts: { ...v414.parts, dax_mapping_entry_mkclean: mkclean },
  expects: {},
});
