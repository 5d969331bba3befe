/**
 * truncate(2) and fallocate(PUNCH_HOLE) on ext4, 4.12 to 4.14. i_size is written before the fault lock is taken; punch
 * unmaps once, truncate before and after it empties the tree.
 * fs/ext4/inode.c ext4_setattr(), ext4_punch_hole(); mm/truncate.c
 */
import {
  type Alternative,
  chart,
  dispatch,
  otherwise,
  type StateConfig,
  step,
  type Target,
  unreached,
  when,
} from '../../explorer/chart.ts';
import { inode, iSize } from '../entries/inode.ts';
import { faultLock, inodeLock } from '../entries/rwsem.ts';
import type { Here } from '../here.ts';
import { startJournal, underHandle } from '../journal.ts';
import { mark } from '../marks.ts';
import type { IomapParts, MmParts, Range, Returns } from '../parts.ts';
import { ioError } from '../registers.ts';
import { LOCAL, SLEEP } from '../sections.ts';
import { V414 } from '../sources.ts';
import { hasDirty, hasPages, isBehindEof } from './address_space.ts';
import { callOf } from './call.ts';
import { fileUpdateTime } from './ext4_dax_fault.ts';
import { freeBlocks, logInode } from './free_blocks.ts';
import { down, up } from './locks.ts';
import { inCall, mayFail } from './may_fail.ts';
import { behind, growing, truncatePagecache, truncatePagecacheRange, unlessGrown } from './truncate_pagecache.ts';

/**
 * @param tree the tree that the design's truncate was read from
 * @param returnsError whether ext4_truncate() returns an error at all: up to 4.10 it is void, and truncate(2) returns 0
 */
export const truncateOf =
  (tree: typeof V414, { returnsError = true }: { returnsError?: boolean } = {}) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const { truncate: excludesFaults } = d.fault_lock;
    const fn = 'ext4_setattr';
    const src = tree.ext4Inode;
    const range = { pages: behind(here) };
    const { begin, end } = callOf(here, range.pages);
    const size = here.pageFacts.index;
    const free = (to: Target): StateConfig =>
      freeBlocks(here, 'ext4_truncate', range, to, { tree, failed: returnsError ? inCall(to) : { to } });
    return chart(here, {
      ...down(here, 'i_rwsem', {
        lock: inodeLock,
        mode: 'write',
        fn: 'do_truncate',
        src,
        to: 'i_size_write',
        begin,
      }),
      i_size_write: underHandle(
        here,
        step(
          SLEEP,
          fn,
          src,
          when(
            (s) => s.read(inode, iSize) === size,
            excludesFaults ? 'i_mmap_sem' : 'same_size',
            excludesFaults ? 'i_size is that already' : 'i_size is that already: only ext4_truncate()',
          ),
          ...mayFail(here, 'ext4_journal_start()', { EIO: true }, inCall('i_rwsem_up')),
          // 4.0 and 4.1 do the same whether the file grows or not.
          ...(excludesFaults
            ? growing(here, size, 'i_mmap_sem', (s) => {
                s.send(inode, { type: 'FILE_UPDATE_TIME' });
                startJournal(s, here);
                logInode(s, here);
              })
            : []),
          otherwise(excludesFaults ? 'i_mmap_sem' : 'unmap_mapping_range', `i_size = ${size}`, (s) => {
            s.send(inode, { type: 'I_SIZE_WRITE', size });
            startJournal(s, here);
            logInode(s, here);
            s.mark(mark({ type: 'removed', op: here.op.token, pages: range.pages }));
          }),
        ),
        (s) => s.read(inode, iSize) !== size,
      ),
      ...(excludesFaults &&
        down(here, 'i_mmap_sem', { lock: faultLock, mode: 'write', fn, src, to: 'unmap_mapping_range' })),
      ...truncatePagecache(d, here, range, excludesFaults ? 'oldsize' : 'ext4_truncate'),
      ...(excludesFaults && { oldsize: unlessGrown(fn, src, 'ext4_truncate', 'up_write') }),
      ext4_truncate: free(excludesFaults ? 'up_write' : 'i_rwsem_up'),
      ...(excludesFaults && { up_write: up(here, faultLock, fn, src, 'i_rwsem_up') }),
      ...(!excludesFaults && { same_size: free('i_rwsem_up') }),
      i_rwsem_up: up(here, inodeLock, 'do_truncate', src, ret.RETURN, end),
    });
  };

export const truncate = truncateOf(V414);

/** What came to truncate and punch with 5.x. */
export interface LayoutEra {
  /** filemap_write_and_wait_range(), where it is not just the DAX writeback. */
  writeBack?(d: IomapParts, here: Here, ret: Returns<'RETURN'>, range: Range): StateConfig;
  /** Why that cannot fail. */
  readonly cannotFail?: string;
}
interface PunchEra extends LayoutEra {
  readonly tree?: typeof V414;
  /** 4.5: the range is written back only if the mapping has hole pages, too. */
  readonly onlyWithPages?: boolean;
  /** Since 5.18 file_modified() comes first; the times are set at the end anyway. */
  readonly updatesTimes?: boolean;
}

export const punchOf =
  ({ tree = V414, onlyWithPages = false, updatesTimes = false, ...era }: PunchEra = {}) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const dax = d as IomapParts;
    const { truncate: excludesFaults } = d.fault_lock;
    const fn = 'ext4_punch_hole';
    const src = tree.ext4Inode;
    const range = { pages: [here.page] };
    const { begin, end, endEio } = callOf(here, range.pages);
    const cannotFail = (a: Alternative): Alternative => unreached(era.cannotFail, a);
    const first = d.break_layouts ? 'ext4_break_layouts' : 'unmap_mapping_range';
    const lock = excludesFaults ? 'i_mmap_sem' : first;
    const out = excludesFaults ? 'up_write' : 'i_rwsem_up';
    return chart(here, {
      // The range is written back first, before any lock. (The tag test is of the whole mapping, and lockless.)
      mapping_tagged: step(
        LOCAL,
        fn,
        src,
        when(
          (s) => hasDirty(here)(s) && (!onlyWithPages || hasPages(here)(s)),
          'filemap_write_and_wait_range',
          onlyWithPages ? 'nrpages > 0, mapping has DIRTY' : 'mapping has DIRTY',
          begin,
        ),
        otherwise('i_rwsem', onlyWithPages ? 'nrpages == 0 or nothing DIRTY' : 'nothing DIRTY', begin),
      ),
      filemap_write_and_wait_range: (era.writeBack ?? dax.dax_writeback_mapping_range)(
        dax,
        here.at('filemap_write_and_wait_range'),
        { RETURN: here.to('written') },
        range,
      ),
      written: dispatch(fn, src, cannotFail(when((s) => s.get(ioError), 'eio', '')), otherwise('i_rwsem', '')),
      eio: step(LOCAL, fn, src, cannotFail(otherwise(ret.RETURN, 'returns -EIO', endEio))),
      ...down(here, 'i_rwsem', { lock: inodeLock, mode: 'write', fn, src, to: 'check_size' }),
      check_size: step(
        LOCAL,
        fn,
        src,
        when(isBehindEof(here), 'i_rwsem_up', 'beyond i_size: nothing to do'),
        otherwise(updatesTimes ? 'file_modified' : lock, 'offset < i_size'),
      ),
      ...(updatesTimes && { file_modified: fileUpdateTime(here, 'file_modified', src, lock) }),
      ...(excludesFaults && down(here, 'i_mmap_sem', { lock: faultLock, mode: 'write', fn, src, to: first })),
      ...(d.break_layouts && {
        ext4_break_layouts: d.break_layouts(d, here.at('ext4_break_layouts'), {
          RETURN: here.to('unmap_mapping_range'),
        }),
      }),
      ...truncatePagecacheRange(d, here, { RETURN: here.to('ext4_ext_remove_space') }, range),
      // What fails here fails after the PTEs and the entries are gone.
      ext4_ext_remove_space: freeBlocks(here, fn, range, out, { tree, failed: inCall(out), logs: true }),
      ...(excludesFaults && { up_write: up(here, faultLock, fn, src, 'i_rwsem_up') }),
      i_rwsem_up: up(here, inodeLock, fn, src, ret.RETURN, end),
    });
  };

export const punch = punchOf();
