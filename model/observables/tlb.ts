import type { PteValue } from '../entries/pte.ts';
import { defineObservable, withoutNumber } from '../observable.ts';

export default defineObservable({
  id: 'tlb',
  what: 'what every TLB holds (tlb=on)',
  byDefault: false,
  values: { tlb: (p: PteValue) => (p === null ? 'empty' : `${p.w ? 'rw' : 'ro'} ${withoutNumber(p.pfn)}`) },
});
