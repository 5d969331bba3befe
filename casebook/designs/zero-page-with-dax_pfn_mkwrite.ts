/** The zero page, but ->pfn_mkwrite() still is v4.12's, which cannot tell the zero page from storage. */
import { defineDesign } from '../../model/design.ts';
import v412 from '../../model/designs/v4.12.ts';
import v3 from '../../model/designs/zero-page-v3.ts';
import type { IomapParts } from '../../model/parts.ts';

export default defineDesign<IomapParts>({
  id: 'zero-page-with-dax_pfn_mkwrite',
  title: 'zero-page-v3 with the dax_pfn_mkwrite() of v4.12',
  source: 'variation',
  facts: v3.facts,
  parts: { ...v3.parts, pfn_mkwrite: v412.parts.pfn_mkwrite },
  expects: {},
});
