/**
 * write(2) on DAX in 5.10 and 6.1: as 4.14's, but a journal handle is started only by a block that is missing or
 * unwritten and by a longer i_size, which is set after the whole copy. fs/ext4/file.c, inode.c; fs/dax.c
 */
import { chart, dispatch, type Look, otherwise, type StateConfig, step, when } from '../../../explorer/chart.ts';
import { inode, iSize } from '../../entries/inode.ts';
import { inodeLock } from '../../entries/rwsem.ts';
import type { Here } from '../../here.ts';
import { startJournal, underHandle } from '../../journal.ts';
import type { IomapParts, MmParts, Returns } from '../../parts.ts';
import { errno } from '../../registers.ts';
import { SLEEP } from '../../sections.ts';
import type { V61, V510 } from '../../sources.ts';
import { extendISize, isBehindEof } from '../address_space.ts';
import { callOf } from '../call.ts';
import { copyFromIterPmem, copying, copySomePmem, endsShort, mayEndShort, mayFailCopying } from '../dax_copy.ts';
import { fileUpdateTime } from '../ext4_dax_fault.ts';
import { invalidateFresh, truncateFailedWrite } from '../ext4_write.ts';
import { logInode } from '../free_blocks.ts';
import { down, up } from '../locks.ts';
import { inCall, mayFail } from '../may_fail.ts';
import { firstBegin, writePages } from '../write_pages.ts';

/**
 * @param actor the function that copies
 * @param extendsByError whether ext4_handle_inode_extension() takes what dax_iomap_rw() has returned for a length, an error as well: offset - 14
 * is then where the file ends that a write(2) with -EFAULT has found shorter. (Up to 5.10.198 it frees at once.)
 */
export const writeOf =
  (tree: typeof V510 | typeof V61, actor: string, extendsByError = true) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const fn = 'ext4_dax_write_iter';
    const dax = d as IomapParts;
    const { begin, end } = callOf(here);
    const src = tree.ext4File;
    // i_size changes under i_rwsem only, so the answer stays the same during the call.
    const isLonger = isBehindEof(here);
    const failed = (s: Look): boolean => s.get(errno) !== null;
    return chart(here, {
      ...down(here, 'i_rwsem', { lock: inodeLock, mode: 'write', fn, src, to: 'file_update_time', begin }),
      file_update_time: fileUpdateTime(here, 'ext4_write_checks', src, 'extend'),
      extend: dispatch(fn, src, when(isLonger, 'ext4_orphan_add', ''), otherwise('iomap_begin', '')),
      ext4_orphan_add: underHandle(
        here,
        step(
          SLEEP,
          fn,
          src,
          ...mayFail(here, 'ext4_journal_start()', { EIO: true }, inCall('up_write')),
          otherwise('iomap_begin', 'behind i_size: ext4_orphan_add()', (s) => startJournal(s, here)),
        ),
      ),
      iomap_begin: dax.iomap_begin(
        dax,
        here.at('iomap_begin'),
        { MAPPED: here.to('iomap_f_new'), HOLE: here.to('iomap_f_new') },
        {
          write: true,
          fn: 'ext4_iomap_begin',
          src: tree.ext4Inode,
          looksFirst: true,
          neighbours: d.extent_max_zeroout ?? true,
          failed: inCall(here.to('extended')),
        },
      ),
      ...invalidateFresh(d, here, actor, tree.dax),
      ...copying(
        d,
        here,
        'copy',
        step(
          SLEEP,
          actor,
          tree.dax,
          ...mayFail(here, 'dax_direct_access()', { EIO: true }, inCall('extended')),
          ...endsShort(here, { to: 'extended', copy: (s) => copySomePmem(s, here), none: inCall('extended') }),
          otherwise('extended', 'dax_copy_from_iter(), around the cache', (s) => copyFromIterPmem(s, here)),
        ),
      ),
      extended: dispatch(
        fn,
        src,
        ...(mayFailCopying(here)
          ? [
              when(
                (s) => failed(s) && isLonger(s),
                extendsByError ? 'extend_by_error' : 'ext4_truncate_failed_write',
                '',
              ),
            ]
          : []),
        when((s) => !failed(s) && isLonger(s), 'ext4_handle_inode_extension', ''),
        otherwise('up_write', ''),
      ),
      ext4_handle_inode_extension: underHandle(
        here,
        step(
          SLEEP,
          'ext4_handle_inode_extension',
          src,
          ...mayFail(here, 'ext4_journal_start()', { EIO: true }, inCall('ext4_truncate_failed_write')),
          otherwise('up_write', 'i_size_write()', (s) => {
            extendISize(s, here);
            startJournal(s, here);
            logInode(s, here);
          }),
        ),
      ),
      ...(mayFailCopying(here) &&
        extendsByError && {
          extend_by_error: underHandle(
            here,
            step(
              SLEEP,
              'ext4_handle_inode_extension',
              src,
              // An error that was injected before is the only one.
              ...(mayEndShort(here)
                ? mayFail(here, 'ext4_journal_start()', { EIO: true }, inCall('ext4_truncate_failed_write'))
                : []),
              otherwise('ext4_truncate_failed_write', 'i_size_write(offset + error), if that is longer', (s) => {
                // Some bytes before the page: the page before is the last one.
                const size = here.pageFacts.index;
                if (s.read(inode, iSize) < size) s.send(inode, { type: 'I_SIZE_WRITE', size });
                startJournal(s, here);
                logInode(s, here);
              }),
            ),
          ),
        }),
      // What was allocated behind i_size goes again.
      ...truncateFailedWrite(d, here, 'ext4_truncate_failed_write', 'up_write', tree),
      up_write: up(here, inodeLock, fn, src, ret.RETURN, end),
    });
  };

/** One write(2) of several pages. Nothing of it fails: errors=on is refused. */
export const writePagesOf =
  (tree: typeof V510 | typeof V61, actor: string) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const fn = 'ext4_dax_write_iter';
    const { begin, end } = callOf(here);
    const src = tree.ext4File;
    const last = here.of(here.pages.at(-1)!);
    // As above, the answer stays the same during the call.
    const isLonger = isBehindEof(last);
    return chart(here, {
      ...down(here, 'i_rwsem', { lock: inodeLock, mode: 'write', fn, src, to: 'file_update_time', begin }),
      file_update_time: fileUpdateTime(here, 'ext4_write_checks', src, 'extend'),
      extend: dispatch(fn, src, when(isLonger, 'ext4_orphan_add', ''), otherwise(firstBegin(here), '')),
      ext4_orphan_add: underHandle(
        here,
        step(
          SLEEP,
          fn,
          src,
          otherwise(firstBegin(here), 'behind i_size: ext4_orphan_add()', (s) => startJournal(s, here)),
        ),
      ),
      ...writePages(d, here, {
        begin: { fn: 'ext4_iomap_begin', src: tree.ext4Inode },
        actor: { fn: actor, src: tree.dax },
        out: 'extended',
      }),
      extended: dispatch(fn, src, when(isLonger, 'ext4_handle_inode_extension', ''), otherwise('up_write', '')),
      ext4_handle_inode_extension: underHandle(
        here,
        step(
          SLEEP,
          'ext4_handle_inode_extension',
          src,
          otherwise('up_write', 'i_size_write()', (s) => {
            extendISize(s, last);
            startJournal(s, here);
            logInode(s, last);
          }),
        ),
      ),
      up_write: up(here, inodeLock, fn, src, ret.RETURN, end),
    });
  };
