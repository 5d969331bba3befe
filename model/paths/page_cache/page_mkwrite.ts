/**
 * Asking the filesystem before a page of the page cache becomes writable: do_page_mkwrite() of the core, and ext4's handler
 * with delayed allocation, where the blocks come with the write-back. mm/memory.c, fs/ext4/inode.c, fs/buffer.c
 */
import { chart, type Look, otherwise, type StateConfig, step, when } from '../../../explorer/chart.ts';
import { inode, iSize } from '../../entries/inode.ts';
import { hasMapping, page } from '../../entries/page.ts';
import type { Here } from '../../here.ts';
import type { PageCacheParts, Returns } from '../../parts.ts';
import { heldPage } from '../../registers.ts';
import { LOCAL } from '../../sections.ts';
import { V40 } from '../../sources.ts';
import { fileUpdateTime, sbEndPagefault, sbStartPagefault } from '../ext4_dax_fault.ts';
import { lockHeld, unlockHeld, waitOnWriteback } from './page_lock.ts';
import { held } from './set_page_dirty.ts';

/** vma->vm_ops->page_mkwrite is there. */
export const hasPageMkwrite = (here: Here): boolean => here.scene.config['page-mkwrite'] === 'on';

const isTruncated = (s: Look): boolean => !s.read(page(s.get(heldPage)!), hasMapping);

export function ext4_page_mkwrite(
  d: PageCacheParts,
  here: Here,
  ret: Returns<'LOCKED' | 'UNLOCKED' | 'NOPAGE' | 'SIGBUS'>,
): StateConfig {
  const fn = 'ext4_page_mkwrite';
  const body = '__block_page_mkwrite';
  const locked = d.mkwrite_returns_locked;
  const done = locked ? 'end' : 'unlock';
  return chart(here, {
    sb_start_pagefault: sbStartPagefault(here, fn, V40.ext4Inode, 'file_update_time'),
    file_update_time: fileUpdateTime(here, fn, V40.ext4Inode, 'lock_page'),
    ...lockHeld(here, 'lock_page', body, V40.buffer, 'check'),
    // A page that begins at i_size passes.
    check: step(
      LOCAL,
      body,
      V40.buffer,
      when(isTruncated, 'unlock_nopage', '-EFAULT: page->mapping changed'),
      when((s) => here.pageFacts.index > s.read(inode, iSize), 'unlock_nopage', '-EFAULT: beyond i_size'),
      otherwise('set_page_dirty', 'page_offset() <= i_size'),
    ),
    set_page_dirty: d.set_page_dirty(
      d,
      here.at('set_page_dirty'),
      { RETURN: here.to(d.stable_pages ? 'wait_for_stable_page' : done) },
      held,
    ),
    ...(d.stable_pages && { wait_for_stable_page: waitOnWriteback('wait_for_stable_page', done) }),
    ...(!locked && { unlock: unlockHeld(here, fn, V40.ext4Inode, 'end') }),
    end: sbEndPagefault(here, fn, V40.ext4Inode, locked ? ret.LOCKED : ret.UNLOCKED),
    unlock_nopage: unlockHeld(here, body, V40.buffer, 'end_nopage'),
    end_nopage: sbEndPagefault(here, fn, V40.ext4Inode, ret.NOPAGE),
  });
}

/** If the handler has unlocked the page: lock it again, and look whether it was truncated. */
export function do_page_mkwrite(
  d: PageCacheParts,
  here: Here,
  ret: Returns<'LOCKED' | 'RETRY' | 'NOPAGE' | 'SIGBUS'>,
): StateConfig {
  const fn = 'do_page_mkwrite';
  return chart(here, {
    page_mkwrite: d.page_mkwrite(d, here.at('page_mkwrite'), {
      LOCKED: ret.LOCKED,
      UNLOCKED: d.mkwrite_returns_locked ? ret.LOCKED : here.to('lock_page'),
      NOPAGE: ret.NOPAGE,
      SIGBUS: ret.SIGBUS,
    }),
    ...(!d.mkwrite_returns_locked && {
      ...lockHeld(here, 'lock_page', fn, V40.memory, 'truncated'),
      truncated: step(
        LOCAL,
        fn,
        V40.memory,
        when(isTruncated, 'unlock', '!page->mapping: retry'),
        otherwise(ret.LOCKED, 'page->mapping is there'),
      ),
      unlock: unlockHeld(here, fn, V40.memory, ret.RETRY),
    }),
  });
}
