import { defineCost } from '../cost.ts';
import { PTL } from '../sections.ts';

export default defineCost({
  id: 'ptl-sections',
  title: 'PTL sections',
  order: 4,
  what: 'sections under the page-table lock',
  leftOut: 'one section for several PTEs of a page table in a walk',
  count: (step) => (step.section === PTL ? 1 : 0),
});
