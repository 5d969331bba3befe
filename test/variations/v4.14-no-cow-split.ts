/** 4.5 "dax: Split pmd map when fallback on COW" taken back: the fault of a whole range that is to be a copy falls back, and leaves the huge PMD as it is. fs/dax.c */
import { chart, otherwise, step } from '../../explorer/chart.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import type { IomapParts } from '../../model/parts.ts';
import { LOCAL } from '../../model/sections.ts';
import { V414 } from '../../model/sources.ts';

export const noCowSplit = (base: Design<IomapParts>): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...base,
    id: `${base.id}-no-cow-split`,
    title: `${base.id}, a private store falls back without split_huge_pmd()`,
    source: '4.5 "dax: Split pmd map when fallback on COW", taken back',
    parts: {
      ...base.parts,
      dax_iomap_pmd_fault: (d, here, ret) =>
        here.cow
          ? chart(here, {
              fallback: step(
                LOCAL,
                'dax_iomap_pmd_fault',
                V414.dax,
                otherwise(ret.FALLBACK, 'write && !VM_SHARED: fall back'),
              ),
            })
          : base.parts.dax_iomap_pmd_fault(d, here, ret),
    },
    expects: {},
  });
