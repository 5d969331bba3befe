/** C30: what is there is compared with the size asked for before it is found that nothing is there. */

import { chart, otherwise, step } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import type { IomapParts } from '../../model/parts.ts';
import { TL } from '../../model/sections.ts';
import { V414 } from '../../model/sources.ts';

const grab_pmd_entry: IomapParts['grab_pmd_entry'] = (_d, here, ret) =>
  chart(here, {
    conflict: step(
      TL,
      'grab_mapping_entry',
      V414.dax,
      otherwise(ret.FALLBACK, 'order of nothing < PMD order: fall back'),
    ),
  });

export default defineDesign<IomapParts>({
  id: 'v4.14-pmd-always-falls-back',
  title: 'v4.14, every PMD fault of an empty range falls back',
  source: 'before 6370740e5f8e "fs/dax: Fix pmd vs pte conflict detection"',
  facts: v414.facts,
  parts: { ...v414.parts, grab_pmd_entry },
  expects: {},
});
