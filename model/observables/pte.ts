import type { PteValue } from '../entries/pte.ts';
import { defineObservable, withoutNumber } from '../observable.ts';

export default defineObservable({
  id: 'pte',
  what: 'every PTE: what it maps, writable or not, its dirty bit',
  byDefault: true,
  values: {
    pte: (p: PteValue) => (p === null ? 'none' : `${p.w ? 'rw' : 'ro'} ${withoutNumber(p.pfn)}${p.d ? ' dirty' : ''}`),
  },
});
