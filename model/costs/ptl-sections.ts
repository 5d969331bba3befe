import { defineCost } from '../cost.ts';
import { PTL } from '../sections.ts';

export default defineCost({
  id: 'ptl-sections',
  title: 'PTL sections',
  order: 4,
  what: 'sections under the page-table lock',
  leftOut: 'the kernel may do several PTEs of one page table in one section of a walk; here each is one',
  count: (step) => (step.section === PTL ? 1 : 0),
});
