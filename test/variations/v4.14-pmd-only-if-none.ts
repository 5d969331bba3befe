/** C07: insert_pfn_pmd() does nothing where a PMD is there already, so that a read-only one never becomes writable. */

import { chart, otherwise, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import { peek } from '../../model/entries/pmd.ts';
import type { IomapParts } from '../../model/parts.ts';
import { mapping } from '../../model/registers.ts';
import { PMDL } from '../../model/sections.ts';
import { V414 } from '../../model/sources.ts';
import { pmdHere, setHuge } from '../../model/thp.ts';

const insert_pfn_pmd: IomapParts['insert_pfn_pmd'] = (_d, here, ret) =>
  chart(here, {
    insert_pfn_pmd: step(
      PMDL,
      'insert_pfn_pmd',
      V414.hugeMemory,
      when(
        (s) => s.read(pmdHere(here), peek) !== 'none',
        ret.RETURN,
        '!pmd_none(): nothing',
        (s) => s.set(mapping, null),
      ),
      otherwise(ret.RETURN, 'set_pmd_at()', (s) => {
        setHuge(s, here.thread.vma, { pfn: s.get(mapping)!.block!, w: here.write, d: here.write });
        s.set(mapping, null);
      }),
    ),
  });

export default defineDesign<IomapParts>({
  id: 'v4.14-pmd-only-if-none',
  title: 'v4.14, insert_pfn_pmd() leaves a PMD that is there',
  source: 'before 01871e59af5c "mm, dax: fix livelock, allow dax pmd mappings to become writeable"',
  facts: v414.facts,
  parts: { ...v414.parts, insert_pfn_pmd },
  expects: {},
});
