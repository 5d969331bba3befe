/** Page tables deposited for huge PMDs (pgtable_trans_huge_deposit), on architectures that want them; x86 does not. */
import type { Act } from '../../../explorer/chart.ts';
import { pmd } from '../../entries/pmd.ts';
import { mark } from '../../marks.ts';
import type { MmParts } from '../../parts.ts';

/** @param what what the PMD is set to */
export function deposit(s: Act, d: MmParts, vma: string, what: 'block' | 'zero'): void {
  if (d.pmd_deposit === 'all' || (d.pmd_deposit === 'blocks' && what === 'block'))
    s.send(pmd(vma), { type: 'DEPOSIT' });
}

/** zap_deposited_table() */
export function withdraw(s: Act, d: MmParts, vma: string): void {
  if (d.pmd_deposit === 'no') return;
  if (s.read(pmd(vma)).deposited > 0) s.send(pmd(vma), { type: 'WITHDRAW' });
  else s.mark(mark({ type: 'warn', site: 'pgtable_trans_huge_withdraw: no page table was deposited' }));
}
