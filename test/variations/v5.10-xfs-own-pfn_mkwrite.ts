/** v5.10 on XFS with the ->pfn_mkwrite() of 4.14, before (4.15) "xfs: Implement xfs_filemap_pfn_mkwrite() using __xfs_filemap_fault()". */
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import v510 from '../../model/designs/v5.10.ts';
import type { IomapParts } from '../../model/parts.ts';

const { pfn_mkwrite } = v414.filesystems!.xfs!;

export default defineDesign<IomapParts>({
  ...v510,
  id: 'v5.10-xfs-own-pfn_mkwrite',
  title: 'v5.10, xfs_filemap_pfn_mkwrite() calls dax_iomap_fault() itself',
  source: 'before (4.15) "xfs: Implement xfs_filemap_pfn_mkwrite() using __xfs_filemap_fault()"',
  filesystems: { xfs: { ...v510.filesystems!.xfs, pfn_mkwrite: pfn_mkwrite! } },
  expects: {},
});
