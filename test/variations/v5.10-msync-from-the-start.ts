/**
 * 3.16-rc, before 496a8e68654e "msync: fix incorrect fstart calculation", in v5.10: the range of the mapping is taken to begin at its
 * first page of the file in bytes, which is next to the file's start.
 */
import { defineDesign } from '../../model/design.ts';
import v510 from '../../model/designs/v5.10.ts';
import type { IomapParts } from '../../model/parts.ts';

export default defineDesign<IomapParts>({
  ...v510,
  id: 'v5.10-msync-from-the-start',
  title: 'v5.10, msync(2) syncs from the start of the file, as much as it maps',
  source: 'before 496a8e68654e "msync: fix incorrect fstart calculation"',
  parts: {
    ...v510.parts,
    msync: (d, here, ret) => {
      const fromStart: IomapParts['fsync'] = (_d, at, to, range) =>
        d.fsync(d, at, to, { ...range, pages: at.allPages.slice(0, range!.pages.length) });
      return v510.parts.msync({ ...d, fsync: fromStart }, here, ret);
    },
  },
  filesystems: undefined,
  expects: {},
});
