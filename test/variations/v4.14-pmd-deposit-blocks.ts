/** C25 on an architecture that wants deposited page tables: the huge zero page gets no deposited page table. */
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import type { IomapParts } from '../../model/parts.ts';

export default defineDesign<IomapParts>({
  id: 'v4.14-pmd-deposit-blocks',
  title: 'v4.14 with arch_needs_pgtable_deposit(), the huge zero page gets no deposited page table',
  source: '11cf9d863dcb "fs/dax: Deposit pagetable even when installing zero page"',
  facts: v414.facts,
  parts: { ...v414.parts, pmd_deposit: 'blocks' },
  expects: {},
});
