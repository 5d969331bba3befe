import type { Pmd } from '../entries/pmd.ts';
import type { PteValue } from '../entries/pte.ts';
import { defineObservable, withoutNumber } from '../observable.ts';

const word = (p: PteValue): string =>
  p === null ? 'none' : `${p.w ? 'rw' : 'ro'} ${withoutNumber(p.pfn)}${p.d ? ' dirty' : ''}`;

export default defineObservable({
  id: 'pte',
  what: 'every PTE and huge PMD: what it maps, writable or not, its dirty bit',
  byDefault: true,
  values: {
    pte: word,
    pmd: (p: Pmd) => word(p.huge),
  },
});
