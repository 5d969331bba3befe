import { defineCost } from '../cost.ts';
import { TL } from '../sections.ts';

export default defineCost({
  id: 'tl-sections',
  title: 'TL sections',
  order: 3,
  what: 'sections under mapping->tree_lock (later xa_lock)',
  leftOut: 'lockless lookups (RCU), which are no sections',
  count: (step) => (step.section === TL ? 1 : 0),
});
