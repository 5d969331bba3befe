/** A fix of finding AE: v7.2, but who waits for a page waits for its pins alone, and unmaps it again when they are gone. */
import v72 from '../../model/designs/v7.2.ts';
import { breakLayout } from '../../model/paths/v7/dax_break_layout.ts';

export default {
  ...v72,
  id: 'v7.2-waits-for-pins',
  parts: { ...v72.parts, break_layouts: breakLayout({ waitsForPtes: false }) },
};
