/** v4.14 with c3e5ea6ee574 "mm: avoid data corruption on CoW fault into PFN-mapped VMA" (5.6): where the PTE is gone, wp_page_copy() looks again. */
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import type { IomapParts } from '../../model/parts.ts';
import { wp_page_copy_v56 } from '../../model/paths/cow.ts';

export default defineDesign<IomapParts>({
  ...v414,
  id: 'v4.14-copies-again',
  title: 'v4.14, wp_page_copy() looks again where the PTE is gone',
  source: 'c3e5ea6ee574 "mm: avoid data corruption on CoW fault into PFN-mapped VMA"',
  parts: { ...v414.parts, wp_page_copy: wp_page_copy_v56 },
  expects: {},
});
