/**
 * ext2 on the get_block DAX of 4.0 and 4.1. A new block is cleared under truncate_mutex, before anybody can find it; but it is
 * answered as new, so that dax_insert_mapping() clears it once more, outside. fs/ext2/inode.c, fs/libfs.c, mm/filemap.c
 */
import { type Act, chart, otherwise, type StateConfig, step, type Target, when } from '../../../explorer/chart.ts';
import { block } from '../../entries/block.ts';
import { extent } from '../../entries/extent.ts';
import { inodeLock } from '../../entries/rwsem.ts';
import type { Here } from '../../here.ts';
import { mark } from '../../marks.ts';
import type { GetBlockParts, MmParts, Range, Returns } from '../../parts.ts';
import { mapping } from '../../registers.ts';
import { LOCAL, SLEEP } from '../../sections.ts';
import { V40, V41 } from '../../sources.ts';
import { extendISize, invalidateIfPages, isBehindEof } from '../address_space.ts';
import { callOf } from '../call.ts';
import { copyFromIter, copying } from '../dax_copy.ts';
import { fileUpdateTime } from '../ext4_dax_fault.ts';
import { allocate } from '../ext4_iomap_begin.ts';
import { dax_pfn_mkwrite_v41 } from '../get_block/dax_fault.ts';
import { daxFaultOf } from '../get_block/do_dax_fault.ts';
import { readUnderMutex, takeMutex } from '../get_block/syscalls.ts';
import { down, up } from '../locks.ts';
import { ext2Truncate } from './ext2_setsize.ts';

const isMapped = (here: Here) => (s: Pick<Act, 'read'>) => s.read(extent(here.page)).state !== 'HOLE';
const answer = (s: Act, here: Here, fresh: boolean): void =>
  s.set(mapping, { type: 'MAPPED', block: s.read(extent(here.page)).block, fresh });

/** create == 0 */
const lookup = (here: Here, fn: string, to: { HOLE: Target; BLOCK: Target }): StateConfig =>
  step(
    SLEEP,
    fn,
    V40.ext2Inode,
    when(isMapped(here), to.BLOCK, 'ext2_get_block(0): mapped', (s) => answer(s, here, false)),
    otherwise(to.HOLE, 'ext2_get_block(0): hole', (s) =>
      s.mark(mark({ type: 'hole', by: here.op.name, page: here.page })),
    ),
  );

/** create == 1: looked up again under truncate_mutex. dax_clear_blocks() goes through the CPU cache. */
const create = (here: Here, fn: string, to: Target): StateConfig =>
  step(
    SLEEP,
    fn,
    V40.ext2Inode,
    when(isMapped(here), to, 'ext2_get_block(1): mapped', (s) => answer(s, here, false)),
    otherwise(to, 'ext2_get_block(1): cleared, allocated, new', (s) => {
      const b = allocate(s, here, here.page);
      s.send(block(b), { type: 'ZERO' });
      s.send(extent(here.page), { type: 'MAP', block: b, state: 'WRITTEN' });
      answer(s, here, true);
    }),
  );

/** i_size moves last, behind the second look for hole pages. */
function write(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const fn = 'generic_file_direct_write';
  const invalidate = (name: string, to: string): Record<string, StateConfig> =>
    invalidateIfPages(d, here, name, { fn, src: V40.filemap, to });
  return chart(here, {
    ...takeMutex(here, 'generic_file_write_iter', 'file_update_time'),
    file_update_time: fileUpdateTime(here, '__generic_file_write_iter', V40.filemap, 'invalidate_nrpages'),
    ...invalidate('invalidate', 'ext2_get_block'),
    ext2_get_block: create(here, 'dax_io', 'copy'),
    ...copying(
      d,
      here,
      'copy',
      step(
        SLEEP,
        'dax_io',
        V40.dax,
        otherwise('invalidate_again_nrpages', 'copy_from_iter(), through the cache', (s) => {
          copyFromIter(s, here);
          s.set(mapping, null);
        }),
      ),
    ),
    ...invalidate('invalidate_again', 'i_size'),
    i_size: step(
      SLEEP,
      fn,
      V40.filemap,
      when(isBehindEof(here), 'mutex_unlock', 'i_size_write()', (s) => extendISize(s, here)),
      otherwise('mutex_unlock', 'i_size stays'),
    ),
    mutex_unlock: up(here, inodeLock, 'generic_file_write_iter', V40.filemap, ret.RETURN, callOf(here).end),
  });
}

const read = (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig =>
  chart(here, { ...takeMutex(here, 'dax_do_io', 'check_size'), ...readUnderMutex(d, here, ret.RETURN, lookup) });

const FSYNC = '__generic_file_fsync';

/** Nothing is written back, as nothing is dirty; i_mutex is taken for the metadata. */
function fsync(
  _d: MmParts,
  here: Here,
  ret: Returns<'RETURN'>,
  { pages }: Range = { pages: here.allPages },
): StateConfig {
  const { begin, end } = callOf(here, pages);
  const src = V40.libfs;
  return chart(here, {
    filemap_write_and_wait_range: step(LOCAL, FSYNC, src, otherwise('i_mutex', 'no page is dirty', begin)),
    ...down(here, 'i_mutex', { lock: inodeLock, mode: 'write', fn: FSYNC, src, to: 'mutex_unlock' }),
    mutex_unlock: up(here, inodeLock, FSYNC, src, ret.RETURN, end),
  });
}

function sync_filesystem(_d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const { begin, end } = callOf(here, here.allPages);
  return chart(here, {
    sync_filesystem: step(
      LOCAL,
      'sync_filesystem',
      V40.super,
      otherwise(ret.RETURN, 'no page is dirty', (s) => {
        begin(s);
        end(s);
      }),
    ),
  });
}

/** Its handlers are those of fs/dax.c, with ext2_get_block(). */
export const ext2_v40: Partial<GetBlockParts> = {
  pfn_mkwrite: null,
  do_dax_fault: daxFaultOf('do_dax_fault', { lookup, create }),
  write,
  read,
  fsync,
  sync_filesystem,
  truncate: ext2Truncate(V40),
};

export const ext2_v41: Partial<GetBlockParts> = {
  ...ext2_v40,
  pfn_mkwrite: dax_pfn_mkwrite_v41,
  truncate: ext2Truncate(V41),
};
