/**
 * wp-shared-merged whose punch empties the cache once, as ext4's has from 4.5 on (ea3d7209ca01): with nothing that keeps who reads a page in out of the way, with
 * the fault lock in faults, or with it in read(2) as well (730633f0b7f9, 5.15, "mm: Protect operations adding pages to page cache with invalidate_lock").
 */
import { chart, dispatch, otherwise, type StateConfig } from '../../explorer/chart.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import merged from '../../model/designs/wp-shared-merged.ts';
import { faultLock } from '../../model/entries/rwsem.ts';
import type { Here } from '../../model/here.ts';
import type { PageCacheParts } from '../../model/parts.ts';
import { down, up } from '../../model/paths/locks.ts';
import { V61 } from '../../model/sources.ts';

const { parts } = merged;
const src = V61.filemap;

const take = (here: Here, fn: string, mode: 'read' | 'write'): Record<string, StateConfig> =>
  down(here, 'invalidate_lock', { lock: faultLock, mode, fn, src, to: 'inside' });

const fault: PageCacheParts['fault'] = (d, here, ret) => {
  const fn = 'filemap_fault';
  return chart(here, {
    ...take(here, fn, 'read'),
    inside: parts.fault(d, here.at('inside'), {
      NOPAGE: here.to('up_nopage'),
      LOCKED: here.to('up_locked'),
      SIGBUS: here.to('up_sigbus'),
    }),
    up_nopage: up(here, faultLock, fn, src, ret.NOPAGE),
    up_locked: up(here, faultLock, fn, src, ret.LOCKED),
    up_sigbus: up(here, faultLock, fn, src, ret.SIGBUS),
  });
};

const read: PageCacheParts['read'] = (d, here, ret) =>
  chart(here, {
    ...take(here, 'filemap_read', 'read'),
    inside: parts.read(d, here.at('inside'), { RETURN: here.to('up_read') }),
    up_read: up(here, faultLock, 'filemap_read', src, ret.RETURN),
  });

const once: PageCacheParts['punch'] = (d, here, ret) =>
  chart(here, {
    ...(parts.punch(d, here, ret).states as Record<string, StateConfig>),
    truncate_pagecache_range_again: dispatch('ext4_punch_hole', V61.ext4Inode, otherwise('removed', '')),
  });

const locked: PageCacheParts['punch'] = (d, here, ret) =>
  chart(here, {
    ...take(here, 'ext4_punch_hole', 'write'),
    inside: once(d, here.at('inside'), { RETURN: here.to('up_write') }),
    up_write: up(here, faultLock, 'ext4_punch_hole', src, ret.RETURN),
  });

const variation = (id: string, title: string, changes: Partial<PageCacheParts>): Design<PageCacheParts> =>
  defineDesign({ ...merged, id, title, source: 'variation', parts: { ...parts, ...changes }, expects: {} });

export const punchesOnce = variation('punches-once', 'punch empties the cache once', { punch: once });
export const inFaults = variation('invalidate-lock-in-faults', 'the same, excluded by faults', {
  punch: locked,
  fault,
});
export const inReads = variation('invalidate-lock', 'the same, excluded by faults and reads', {
  punch: locked,
  fault,
  read,
});
