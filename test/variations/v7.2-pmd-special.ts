/**
 * v7.2, as 6.16-rc before "mm/huge_memory: don't mark refcounted folios special in vmf_insert_folio_pmd()": a huge PMD takes its reference,
 * and no zap gives it back, as vm_normal_page_pmd() knows no page of a special PMD.
 */
import { chart, otherwise, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v72 from '../../model/designs/v7.2.ts';
import { pins } from '../../model/entries/pins.ts';
import { isHuge, pmd } from '../../model/entries/pmd.ts';
import type { IomapParts } from '../../model/parts.ts';
import { hugeBlock, zapsInSteps } from '../../model/pins.ts';
import { PMDL } from '../../model/sections.ts';
import { V72 } from '../../model/sources.ts';

const insert_pfn_pmd: IomapParts['insert_pfn_pmd'] = (d, here, ret) =>
  zapsInSteps(d, here.scene)
    ? chart(here, {
        insert_pmd: v72.parts.insert_pfn_pmd(d, here.at('insert_pmd'), { RETURN: here.to('pmd_mkspecial') }),
        pmd_mkspecial: step(
          PMDL,
          'insert_pmd',
          V72.hugeMemory,
          when(
            (s) => s.read(pmd(here.thread.vma), isHuge),
            ret.RETURN,
            'pmd_mkspecial(): nobody will put the reference',
            (s) => s.send(pins(hugeBlock(here.scene)), { type: 'PIN', holder: 'special' }),
          ),
          otherwise(ret.RETURN, 'nothing was inserted'),
        ),
      })
    : v72.parts.insert_pfn_pmd(d, here, ret);

export default defineDesign<IomapParts>({
  ...v72,
  id: 'v7.2-pmd-special',
  title: 'v7.2, where a zap does not know the page of a huge PMD',
  source: '6.16-rc, before "mm/huge_memory: don\'t mark refcounted folios special in vmf_insert_folio_pmd()"',
  parts: { ...v72.parts, insert_pfn_pmd },
  expects: {},
});
