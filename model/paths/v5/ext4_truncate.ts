/**
 * truncate(2) and fallocate(PUNCH_HOLE) on ext4 in 5.10 and 6.1. Both begin, under the fault lock, with breaking layouts:
 * the whole file is unmapped, wherever the truncated range is. i_size changes under the fault lock, so a fault that has
 * it sees an i_size that stays. fs/ext4/inode.c ext4_setattr(), ext4_punch_hole(); fs/dax.c dax_layout_busy_page()
 */
import {
  type Act,
  chart,
  dispatch,
  type Look,
  otherwise,
  register,
  type StateConfig,
  step,
  wait,
  when,
} from '../../../explorer/chart.ts';
import { entry, inSlot, isLocked, isValue } from '../../entries/entry.ts';
import { inode, iSize } from '../../entries/inode.ts';
import { pins } from '../../entries/pins.ts';
import { faultLock, inodeLock } from '../../entries/rwsem.ts';
import type { Here } from '../../here.ts';
import { startJournal, underHandle } from '../../journal.ts';
import { mark } from '../../marks.ts';
import type { BreakLayouts, MmParts, Returns } from '../../parts.ts';
import { isBusy, isMapped, mappersOf, pinsOn } from '../../pins.ts';
import { LOCAL, SLEEP, TL } from '../../sections.ts';
import { type V61, V510 } from '../../sources.ts';
import { indicesOf } from '../../thp.ts';
import { callOf } from '../call.ts';
import { wakeNext } from '../entry_lock.ts';
import { punchOf as punchFrom } from '../ext4_truncate.ts';
import { freeBlocks, logInode } from '../free_blocks.ts';
import { down, up } from '../locks.ts';
import { inCall, mayFail } from '../may_fail.ts';
import { behind, growing, truncatePagecache, unlessGrown } from '../truncate_pagecache.ts';
import { CANNOT_FAIL, filemap_write_and_wait_range } from './dax_writeback.ts';

/** What the design begins with, with the locks held; nothing in one that breaks no layouts. */
export const breakLayouts: BreakLayouts = (d, here, ret) =>
  d.break_layouts?.(d, here, ret) ?? dispatch('ext4_break_layouts', V510.ext4Inode, otherwise(ret.RETURN, ''));

/** The block that break_layouts waits for. */
export const busyBlock = register<string | null>('busy', null);

/** Entered and left with i_rwsem and the fault lock held for writing. */
export function ext4_break_layouts(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const pages = here.allPages;
  const pinned = pinsOn(here.scene);
  return chart(here, {
    // Where nothing is pinned, nothing depends on it: what is not mapped need not be unmapped.
    ...(pinned && {
      mapping_mapped: step(
        LOCAL,
        'dax_layout_busy_page',
        V510.dax,
        when((s) => !isMapped(s, here.scene), ret.RETURN, '!mapping_mapped(): no page is looked at'),
        otherwise('unmap_mapping_pages', 'mapping_mapped()'),
      ),
    }),
    unmap_mapping_pages: d.unmap_mapping_range(
      d,
      here.at('unmap_mapping_pages'),
      { RETURN: here.to('dax_layout_busy_page') },
      { pages },
    ),
    // One section over all entries. A locked one is not looked at, as in fsync; for the others a waiter is woken.
    dax_layout_busy_page: step(
      TL,
      'dax_layout_busy_page',
      V510.dax,
      ...(pinned
        ? [
            when(
              (s) => busyPage(s, pages) !== undefined,
              'page_refcount',
              '',
              (s) => {
                const busy = busyPage(s, pages)!;
                s.line(`${busy.block} is pinned`);
                for (const p of pages.slice(0, pages.indexOf(busy.page) + 1)) wakeWaiter(s, p);
                s.set(busyBlock, busy.block);
              },
            ),
          ]
        : []),
      otherwise(ret.RETURN, 'no page is pinned; wake next', (s) => {
        for (const p of indicesOf(s, here.scene, pages)) wakeWaiter(s, p);
      }),
    ),
    ...(pinned && waitForPage(d, here, { again: 'mapping_mapped', isIdle: (s, block) => !isBusy(s, block) })),
  });
}

const wakeWaiter = (s: Act, page: string): void => {
  if (s.read(entry(page), isValue) && !s.read(entry(page), isLocked)) wakeNext(s, page);
};

/** The first entry that is not locked and whose block is pinned. */
function busyPage(s: Look, pages: readonly string[]): { readonly page: string; readonly block: string } | undefined {
  for (const page of pages) {
    const { kind, pfn } = s.read(entry(page), inSlot);
    if (kind === 'blk' && !s.read(entry(page), isLocked) && isBusy(s, pfn!)) return { page, block: pfn! };
  }
  return undefined;
}

/**
 * ___wait_var_event(&page->_refcount, … == 1, ext4_wait_dax_page()): the fault lock is dropped for the wait, i_rwsem is not.
 * The scan begins anew then.
 */
export function waitForPage(
  d: MmParts,
  here: Here,
  {
    again,
    isIdle,
    waitsForPtes = false,
  }: { again: string; isIdle: (s: Look, block: string) => boolean; waitsForPtes?: boolean },
): Record<string, StateConfig> {
  const fn = 'ext4_break_layouts';
  const src = V510.ext4Inode;
  const idle = (s: Look): boolean => isIdle(s, s.get(busyBlock)!);
  const done = (s: Act): void => s.set(busyBlock, null);
  const locks = d.fault_lock.truncate;
  return {
    page_refcount: step(
      LOCAL,
      fn,
      src,
      when(idle, again, 'page_ref_count() == 1', done),
      otherwise(locks ? 'up_write' : 'schedule', 'page_ref_count() > 1'),
    ),
    ...(locks && { up_write: up(here, faultLock, 'ext4_wait_dax_page', src, 'schedule') }),
    schedule: wait(
      LOCAL,
      'ext4_wait_dax_page',
      src,
      (s) => {
        const block = s.get(busyBlock)!;
        const holders = s.read(pins(block)).holders.map((h) => h.split(' ')[0]!);
        const mappers = waitsForPtes && holders.length === 0 ? mappersOf(s, here.scene, block) : [];
        if (mappers.length === 0) return { what: `the pins of ${block}`, owners: holders };
        // Nobody is to wake him: whoever has it mapped can unmap it.
        const ids = mappers.map((v) => v.id);
        return {
          what: `the page of ${block}, which is mapped by ${ids.join(', ')}`,
          owners: here.scene.threads.filter((t) => t.id !== here.me && ids.includes(t.vma)).map((t) => t.id),
        };
      },
      when(idle, locks ? 'down_write' : 'page_refcount', 'woken'),
    ),
    ...(locks &&
      down(here, 'down_write', { lock: faultLock, mode: 'write', fn: 'ext4_wait_dax_page', src, to: 'page_refcount' })),
  };
}

export function truncate(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const fn = 'ext4_setattr';
  const src = V510.ext4Inode;
  const range = { pages: behind(here) };
  const size = here.pageFacts.index;
  const { begin, end } = callOf(here, range.pages);
  const { truncate: excludesFaults } = d.fault_lock;
  const first = excludesFaults ? 'i_mmap_sem' : 'ext4_break_layouts';
  const out = excludesFaults ? 'up_write' : 'i_rwsem_up';
  return chart(here, {
    ...down(here, 'i_rwsem', { lock: inodeLock, mode: 'write', fn: 'do_truncate', src, to: first, begin }),
    ...(excludesFaults &&
      down(here, 'i_mmap_sem', { lock: faultLock, mode: 'write', fn, src, to: 'ext4_break_layouts' })),
    ext4_break_layouts: breakLayouts(d, here.at('ext4_break_layouts'), { RETURN: here.to('i_size_write') }),
    i_size_write: underHandle(
      here,
      step(
        SLEEP,
        fn,
        src,
        when((s) => s.read(inode, iSize) === size, 'unmap_mapping_range', 'i_size is that already'),
        ...mayFail(here, 'ext4_journal_start()', { EIO: true }, inCall(out)),
        ...growing(here, size, 'unmap_mapping_range', (s) => {
          s.send(inode, { type: 'FILE_UPDATE_TIME' });
          startJournal(s, here);
          logInode(s, here);
        }),
        otherwise('unmap_mapping_range', `i_size = ${size}`, (s) => {
          s.send(inode, { type: 'I_SIZE_WRITE', size });
          startJournal(s, here);
          logInode(s, here);
          s.mark(mark({ type: 'removed', op: here.op.token, pages: range.pages }));
        }),
      ),
      (s) => s.read(inode, iSize) !== size,
    ),
    ...truncatePagecache(d, here, range, 'oldsize'),
    oldsize: unlessGrown(fn, src, 'ext4_truncate', out),
    ext4_truncate: freeBlocks(here, 'ext4_truncate', range, out, { tree: V510, failed: inCall(out) }),
    ...(excludesFaults && { up_write: up(here, faultLock, fn, src, 'i_rwsem_up') }),
    i_rwsem_up: up(here, inodeLock, 'do_truncate', src, ret.RETURN, end),
  });
}

export const punchOf = (tree: typeof V510 | typeof V61, { updatesTimes }: { updatesTimes: boolean }) =>
  punchFrom({
    tree,
    updatesTimes,
    writeBack: filemap_write_and_wait_range,
    cannotFail: CANNOT_FAIL,
  });
