import { isAnon, isBlock, type Pfn } from '../entries/pfn.ts';
import type { Pmd } from '../entries/pmd.ts';
import type { PteValue } from '../entries/pte.ts';
import { defineObservable } from '../observable.ts';

const memoryOf = (pfn: Pfn): string => {
  if (isAnon(pfn)) return 'a private copy';
  return isBlock(pfn) ? pfn : 'a page without a block';
};

const word = (p: PteValue): string => (p === null ? 'none' : `${p.w ? 'rw' : 'ro'} ${memoryOf(p.pfn)}`);

export default defineObservable({
  id: 'translation',
  what: 'of every PTE less than `pte`: not the dirty bit, nor whose zeros a hole shows',
  byDefault: false,
  values: { pte: word, pmd: (p: Pmd) => word(p.huge) },
});
