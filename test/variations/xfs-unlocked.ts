/** v4.9 on XFS, where one of those that take the fault lock (XFS_MMAPLOCK) since 4.1 does not. */
import { type Design, defineDesign } from '../../model/design.ts';
import v49 from '../../model/designs/v4.9.ts';
import type { IomapParts, MmParts } from '../../model/parts.ts';

const xfs = v49.filesystems!.xfs!;
const unlocked = <D extends MmParts>(d: D): D => ({ ...d, fault_lock: { faults: false, truncate: false } });
const without = (what: string, source: string, changes: Partial<IomapParts>): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...v49,
    id: `v4.9-xfs-${what}-unlocked`,
    title: `v4.9, ${what} of XFS without XFS_MMAPLOCK`,
    source: `before "${source}" (4.1)`,
    filesystems: { xfs: { ...xfs, ...changes } },
    expects: {},
  });

export const loadsUnlocked = without('loads', 'xfs: use i_mmaplock on read faults', {
  fault: (d, here, ret) => xfs.fault!(here.write ? d : unlocked(d), here, ret),
});
export const storesUnlocked = without('stores', 'xfs: use i_mmaplock on write faults', {
  fault: (d, here, ret) => xfs.fault!(here.write ? unlocked(d) : d, here, ret),
});
export const truncateUnlocked = without('truncate', 'xfs: xfs_setattr_size no longer races with page faults', {
  truncate: (d, here, ret) => xfs.truncate!(unlocked(d), here, ret),
});
export const punchUnlocked = without('punch', 'xfs: take i_mmap_lock on extent manipulation operations', {
  punch: (d, here, ret) => xfs.punch!(unlocked(d), here, ret),
});
