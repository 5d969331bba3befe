/**
 * fallocate(PUNCH_HOLE) on ext4 in 6.12.101 and later (6.12.19 is as 6.1): ext4_fallocate() takes the locks, updates the times and breaks
 * layouts, whatever the range; nothing is written back first (data=ordered). fs/ext4/extents.c, inode.c
 */
import { chart, otherwise, type StateConfig, step, when } from '../../../explorer/chart.ts';
import { faultLock, inodeLock } from '../../entries/rwsem.ts';
import type { Here } from '../../here.ts';
import type { MmParts, Returns } from '../../parts.ts';
import { LOCAL } from '../../sections.ts';
import { V612 } from '../../sources.ts';
import { isBehindEof } from '../address_space.ts';
import { callOf } from '../call.ts';
import { fileUpdateTime } from '../ext4_dax_fault.ts';
import type { LayoutEra } from '../ext4_truncate.ts';
import { freeSpace } from '../free_blocks.ts';
import { down, up } from '../locks.ts';
import { inCall } from '../may_fail.ts';
import { truncatePagecacheRange } from '../truncate_pagecache.ts';
import { ext4_break_layouts } from './ext4_truncate.ts';

export const fallocatePunch =
  ({ breakLayouts }: Required<Pick<LayoutEra, 'breakLayouts'>>) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const fn = 'ext4_fallocate';
    const src = V612.ext4Extents;
    const range = { pages: [here.page] };
    const { begin, end } = callOf(here, range.pages);
    return chart(here, {
      ...down(here, 'i_rwsem', { lock: inodeLock, mode: 'write', fn, src, to: 'file_modified', begin }),
      file_modified: fileUpdateTime(here, 'file_modified', src, 'i_mmap_sem'),
      ...down(here, 'i_mmap_sem', { lock: faultLock, mode: 'write', fn, src, to: 'ext4_break_layouts' }),
      ext4_break_layouts: breakLayouts(d, here.at('ext4_break_layouts'), { RETURN: here.to('check_size') }),
      check_size: step(
        LOCAL,
        'ext4_punch_hole',
        V612.ext4Inode,
        when(isBehindEof(here), 'up_write', 'beyond i_size: nothing to do'),
        otherwise('unmap_mapping_range', 'offset < i_size'),
      ),
      ...truncatePagecacheRange(d, here, { RETURN: here.to('ext4_ext_remove_space') }, range),
      // What fails here fails after the PTEs and the entries are gone.
      ext4_ext_remove_space: freeSpace(here, range, 'up_write', {
        fn: 'ext4_punch_hole',
        src: V612.ext4Extents,
        line: 'ext4_ext_remove_space()',
        mtime: false,
        failed: inCall('up_write'),
      }),
      up_write: up(here, faultLock, fn, src, 'i_rwsem_up'),
      i_rwsem_up: up(here, inodeLock, fn, src, ret.RETURN, end),
    });
  };

export const punch_v612 = fallocatePunch({ breakLayouts: ext4_break_layouts });
