/** XFS with DAX, 4.9 to 4.14: what it has in place of ext4's functions. 4.0 and 4.1 have no DAX on XFS. fs/xfs/xfs_file.c */
import { dispatch, otherwise, type StateConfig, type Target, unreached, when } from '../../../explorer/chart.ts';
import type { Here } from '../../here.ts';
import { mark } from '../../marks.ts';
import type { IomapParts } from '../../parts.ts';
import { mapping, needsDsync } from '../../registers.ts';
import { V49, V413, V414, V510 } from '../../sources.ts';
import { daxFsync } from '../dax_writeback.ts';
import { forgetOrigPte } from '../do_wp_page.ts';
import { faultHandler, hugeFaultHandler, mkwriteHandler, mkwriteUnderEntryLock } from '../ext4_dax_fault.ts';
import { type DaxWriteCall, daxRead, daxWrite, daxWritePages } from '../ext4_write.ts';
import { xfs_iomap_begin_pages } from '../iomap_begin_pages.ts';
import { isSync } from '../v5/dax_finish_sync_fault.ts';
import { mkwriteTags } from '../v49/dax_fault.ts';
import { iomapDaxRead, iomapDaxWrite } from '../v49/iomap_dax_rw.ts';
import { xfs_file_iomap_begin } from './xfs_file_iomap_begin.ts';
import { xfs_punch, xfsFallocate, xfsPunch } from './xfs_free_file_space.ts';
import { xfs_iomap_begin_range } from './xfs_iomap_begin_range.ts';
import { xfs_setattr_size } from './xfs_setattr_size.ts';

const iomap_begin = { fn: 'xfs_file_iomap_begin', src: V414.xfsIomap };
const WRITE: DaxWriteCall = {
  fn: 'xfs_file_dax_write',
  src: V414.xfsFile,
  iomap_begin,
  iSize: { fn: 'xfs_file_dax_write', src: V414.xfsFile, journal: 'if it moves' },
};

/** A store's ->fault is xfs_filemap_page_mkwrite(), which takes the same locks in the same order. */
const xfs_filemap_fault = faultHandler({ fn: 'xfs_filemap_fault', src: V413.xfsFile });
const __xfs_filemap_fault = faultHandler({ fn: '__xfs_filemap_fault', src: V414.xfsFile });

/** Since the zero-page series: the handler looks at i_size, and then is a fault under its own locks. */
const iomapFault = (d: IomapParts, here: Here, to: { up: Target; sigbus: Target }): Record<string, StateConfig> => {
  const sync = isSync(d, here);
  const up = here.to(sync ? 'no_pfnp' : to.up);
  return {
    dax_iomap_pte_fault: d.dax_iomap_pte_fault(d, here.at('dax_iomap_pte_fault'), {
      NOPAGE: up,
      LOCKED: up,
      SIGBUS: here.to(to.sigbus),
    }),
    ...(sync && { no_pfnp: noPfnp(here, to) }),
  };
};

/**
 * No kernel has this handler with MAP_SYNC, but a series between (before 4.15): it gives dax_iomap_fault() no place for the pfn of
 * a synchronous fault. fs/dax.c dax_iomap_pte_fault(): WARN_ON_ONCE(!pfnp), -EIO
 */
const noPfnp = (here: Here, to: { up: Target; sigbus: Target }): StateConfig =>
  dispatch(
    'dax_iomap_pte_fault',
    V510.dax,
    when(
      (s) => s.get(needsDsync),
      here.to(to.sigbus),
      'WARN_ON_ONCE(!pfnp): SIGBUS',
      (s) => {
        s.mark(mark({ type: 'warn', site: 'dax_iomap_pte_fault: !pfnp' }));
        s.set(needsDsync, false);
        s.set(mapping, null);
      },
    ),
    otherwise(here.to(to.up), ''),
  );

const PFN_MKWRITE = { fn: 'xfs_filemap_pfn_mkwrite', src: V414.xfsFile };
const xfs_filemap_pfn_mkwrite = mkwriteHandler(PFN_MKWRITE, {
  first: 'dax_iomap_pte_fault',
  states: iomapFault,
  forgets: 'always',
});

/** The same where the insertion compares with orig_pte, so that the snapshot has to live on. */
export const xfs_filemap_pfn_mkwrite_with_orig = mkwriteHandler(PFN_MKWRITE, {
  first: 'dax_iomap_pte_fault',
  states: (d, here, { up, sigbus }) => {
    const forget = (to: Target) => dispatch(PFN_MKWRITE.fn, PFN_MKWRITE.src, otherwise(to, '', forgetOrigPte));
    return {
      ...iomapFault(d, here, { up: 'done', sigbus: 'done_sigbus' }),
      done: forget(up),
      done_sigbus: dispatch(
        PFN_MKWRITE.fn,
        PFN_MKWRITE.src,
        unreached('i_size was found large enough, and shrinks under the fault lock only', otherwise(sigbus, '')),
      ),
    };
  },
  forgets: 'at SIGBUS',
});

export const xfs_v412: Partial<IomapParts> = {
  // Every store's fault: XFS never tests VM_SHARED.
  cow_updates_times: true,
  fault: xfs_filemap_fault,
  huge_fault: hugeFaultHandler({
    fn: 'xfs_filemap_huge_fault',
    src: V413.xfsFile,
    noSigbus: 'the range begins with the first page, which up to 4.13 is never behind max_pgoff (957ac8c421ad)',
  }),
  page_mkwrite: xfs_filemap_fault,
  pfn_mkwrite: mkwriteHandler({ fn: 'xfs_filemap_pfn_mkwrite', src: V413.xfsFile }, mkwriteUnderEntryLock),
  iomap_begin: xfs_file_iomap_begin,
  iomap_begin_range: xfs_iomap_begin_range,
  iomap_begin_pages: xfs_iomap_begin_pages,
  write: daxWrite(WRITE),
  write_pages: daxWritePages(WRITE),
  read: daxRead({ fn: 'xfs_file_dax_read', src: V414.xfsFile, iomap_begin }),
  fsync: daxFsync({ fn: 'xfs_file_fsync', src: V414.xfsFile }),
  truncate: xfs_setattr_size,
  punch: xfs_punch,
  fallocate: xfsFallocate({}),
  zero: xfsPunch({ allocates: true }),
};

const V49_IOMAP = { fn: 'xfs_file_iomap_begin', src: V49.xfsIomap };

/** Its IOLOCK is a lock of its own inside i_rwsem; who takes it exclusively excludes the same calls as i_rwsem does. */
export const xfs_v49: Partial<IomapParts> = {
  ...xfs_v412,
  pfn_mkwrite: mkwriteHandler({ fn: 'xfs_filemap_pfn_mkwrite', src: V49.xfsFile }, mkwriteTags),
  write_pages: null,
  write: iomapDaxWrite({ fn: 'xfs_file_dax_write', src: V49.xfsFile, iomap_begin: V49_IOMAP }),
  read: iomapDaxRead({ fn: 'xfs_file_dax_read', src: V49.xfsFile, iomap_begin: V49_IOMAP }),
};

/** With the zero-page series. */
export const xfs_zero_page: Partial<IomapParts> = {
  ...xfs_v412,
  pfn_mkwrite: xfs_filemap_pfn_mkwrite,
};

export const xfs_v414: Partial<IomapParts> = {
  ...xfs_zero_page,
  fault: __xfs_filemap_fault,
  huge_fault: hugeFaultHandler({ fn: '__xfs_filemap_fault', src: V414.xfsFile }),
  page_mkwrite: __xfs_filemap_fault,
};
