/** A fix of finding BB: v7.2, but dax_break_layout() looks at a PMD that is none once more when its lock was free, as 22061a1ffabd does for folios of the page cache. */
import v72 from '../../model/designs/v7.2.ts';
import { breakLayout } from '../../model/paths/v7/dax_break_layout.ts';

export default {
  ...v72,
  id: 'v7.2-syncs-with-zaps',
  parts: { ...v72.parts, break_layouts: breakLayout({ syncsWithZaps: true }) },
};
