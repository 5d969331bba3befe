/** What truncate and punch do to the blocks of a range, on every filesystem. fs/ext4/extents.c, fs/ext2/inode.c, fs/xfs */
import { type Act, otherwise, type StateConfig, step, type Target } from '../../explorer/chart.ts';
import { block } from '../entries/block.ts';
import { extent } from '../entries/extent.ts';
import { inode } from '../entries/inode.ts';
import { insertExtents, removeExtents } from '../es-cache.ts';
import type { Here } from '../here.ts';
import { startJournal, underHandle } from '../journal.ts';
import { mark } from '../marks.ts';
import type { Range } from '../parts.ts';
import { followsCommits } from '../scene.ts';
import { SLEEP } from '../sections.ts';
import { type KernelFunction, V414 } from '../sources.ts';
import { mayFail, type OnError } from './may_fail.ts';

/** What a freed block becomes, by config. */
const FREED = { same: 'free', none: 'retired', foreign: 'foreign' } as const;

/**
 * Under i_data_sem: the extents of the range become holes, their blocks free; mtime is set directly.
 * @param options.failed where it leads that no journal handle was to be had
 */
export const freeBlocks = (
  here: Here,
  fn: string,
  range: Range,
  to: Target,
  { tree = V414, failed, perhaps, logs }: { tree?: typeof V414; failed?: OnError; perhaps?: true; logs?: true } = {},
): StateConfig =>
  freeSpace(here, range, to, {
    fn,
    src: tree.ext4Extents,
    line: 'ext4_ext_remove_space()',
    mtime: true,
    ...(failed && { failed }),
    ...(perhaps && { perhaps }),
    ...(logs && { logs }),
  });

/**
 * What has no block to free logs the inode all the same: ext4_update_inode_fsync_trans(handle, inode, 1), XFS_ILOG_CORE. A fault through
 * VM_SYNC waits for that, and msync.
 */
export function logInode(s: Act, here: Here): void {
  if (followsCommits(here.scene)) s.send(extent(here.page), { type: 'LOG' });
}

/** @param freeing.logs whether the inode is logged where nothing is freed @param freeing.mtime whether the inode's mtime is set in the same step @param freeing.failed where an error leads @param freeing.perhaps see the mark @param freeing.cachesHole whether the range is put back into the cache of extents, as a hole (9f1118223aa0, 6.9) */
export function freeSpace(
  here: Here,
  { pages }: Range,
  to: Target,
  {
    fn,
    src,
    line,
    mtime,
    failed,
    perhaps,
    logs,
    cachesHole,
  }: KernelFunction & {
    readonly line: string;
    readonly mtime: boolean;
    readonly failed?: OnError;
    readonly perhaps?: true;
    readonly logs?: true;
    readonly cachesHole?: true;
  },
): StateConfig {
  const becomes = FREED[here.scene.config['block-reuse']];
  const frees = step(
    SLEEP,
    fn,
    src,
    ...(failed ? mayFail(here, 'ext4_journal_start()', { EIO: true }, failed) : []),
    otherwise(to, line, (s) => {
      startJournal(s, here);
      for (const p of pages) {
        const b = s.read(extent(p)).block;
        if (b === null) continue;
        s.send(extent(p), { type: 'REMOVE' });
        s.send(block(b), { type: 'FREE', becomes });
        s.mark(mark({ type: 'free-block', page: p, block: b }));
        s.line(`free ${b}`);
      }
      removeExtents(s, here, pages);
      if (cachesHole) insertExtents(s, here, pages);
      if (logs) logInode(s, here);
      s.mark(mark({ type: 'removed', op: here.op.token, pages, ...(perhaps && { perhaps }) }));
      if (mtime) s.send(inode, { type: 'FILE_UPDATE_TIME' });
    }),
  );
  return underHandle(here, frees);
}
