/** v4.9, whose ->pfn_mkwrite() updates the times and tags nothing, as before "ext4: call dax_pfn_mkwrite() for DAX fsync/msync" (4.5). */
import { defineDesign } from '../../model/design.ts';
import v49 from '../../model/designs/v4.9.ts';
import type { IomapParts } from '../../model/parts.ts';
import { mkwriteHandler } from '../../model/paths/ext4_dax_fault.ts';
import { V49 } from '../../model/sources.ts';

export default defineDesign<IomapParts>({
  ...v49,
  id: 'v4.9-mkwrite-updates-times-only',
  title: 'v4.9, without dax_pfn_mkwrite()',
  source: 'before "ext4: call dax_pfn_mkwrite() for DAX fsync/msync" (4.5)',
  parts: {
    ...v49.parts,
    pfn_mkwrite: mkwriteHandler({ fn: 'ext4_dax_pfn_mkwrite', src: V49.ext4File }, { states: () => ({}) }),
  },
  expects: {},
});
