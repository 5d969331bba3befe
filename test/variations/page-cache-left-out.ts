/** wp-shared-merged with one thing left out: each lock, re-check, tag, unmap, wake-up, wait and time update of its paths. */
import { otherwise, step } from '../../explorer/chart.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import merged from '../../model/designs/wp-shared-merged.ts';
import { fileDirty } from '../../model/entries/file-dirty.ts';
import { page } from '../../model/entries/page.ts';
import { pageLock } from '../../model/entries/page-lock.ts';
import type { PageCacheParts } from '../../model/parts.ts';
import { forgetDirtied } from '../../model/paths/page_cache/dirty_shared.ts';
import { putHeld, release } from '../../model/paths/page_cache/page_lock.ts';
import { held } from '../../model/paths/page_cache/set_page_dirty.ts';
import { wpPageShared } from '../../model/paths/page_cache/wp_page_shared.ts';
import { LOCK, TL } from '../../model/sections.ts';
import { V40 } from '../../model/sources.ts';
import { always, leaveOut, leaveOutWay } from './edit.ts';
import { m3, m4, m5NoFlush, m5Writable } from './page-cache-mutants.ts';

const p = merged.parts;
const without = (what: string, changes: Partial<PageCacheParts>): [string, Design<PageCacheParts>] => [
  what,
  defineDesign({ ...merged, id: what, title: what, source: 'variation', parts: { ...p, ...changes }, expects: {} }),
];

/** Walks over the tree have their body in a state per page. */
const eachPage = <
  K extends 'truncate_inode_pages_range' | 'invalidate_inode_pages2_range' | 'invalidate_mapping_pages',
>(
  name: K,
  edit: (part: PageCacheParts[K], at: string) => PageCacheParts[K],
): Partial<PageCacheParts> => ({ [name]: edit(p[name], `${name}_a.`) });

export const LEFT_OUT: ReadonlyMap<string, Design<PageCacheParts>> = new Map([
  // The fault.
  without('filemap_fault: page->mapping after lock_page()', { fault: leaveOutWay(p.fault, { truncated: 0 }) }),
  without('filemap_fault: i_size before', { fault: leaveOutWay(p.fault, { check_size: 0 }) }),
  without('filemap_fault: i_size under the page lock', { fault: leaveOutWay(p.fault, { truncated: 1 }) }),
  without('do_shared_fault: pte_none()', { do_shared_fault: always(p.do_shared_fault, { do_set_pte: 0 }) }),
  without('do_shared_fault: set_page_dirty()', {
    do_shared_fault: leaveOut(p.do_shared_fault, { 'dirty.set_page_dirty': 'sample' }),
  }),
  ['do_wp_page: pte_same()', m4],
  without('do_wp_page: set_page_dirty()', {
    wp_page_shared: leaveOut(p.wp_page_shared, { 'reused.set_page_dirty': 'sample' }),
  }),
  ['do_wp_page: lock_page(), without ->page_mkwrite', m3],
  without('->page_mkwrite: page->mapping', { page_mkwrite: leaveOutWay(p.page_mkwrite, { check: 0 }) }),
  without('->page_mkwrite: i_size', { page_mkwrite: leaveOutWay(p.page_mkwrite, { check: 1 }) }),
  without('->page_mkwrite: set_page_dirty()', { page_mkwrite: leaveOut(p.page_mkwrite, { set_page_dirty: 'end' }) }),
  without('->page_mkwrite: file_update_time()', {
    page_mkwrite: leaveOut(p.page_mkwrite, { file_update_time: 'lock_page' }),
  }),
  without('->page_mkwrite: sb_start_pagefault()', {
    page_mkwrite: leaveOut(p.page_mkwrite, { sb_start_pagefault: '', end: '', end_nopage: '' }),
  }),
  // Dirtying.
  without('set_page_dirty: the DIRTY tag', {
    account_page_dirtied: (_d: PageCacheParts, here, ret, which) => ({
      id: here.id,
      initial: 'tree_lock',
      states: {
        tree_lock: {
          ...step(
            TL,
            '__set_page_dirty_nobuffers',
            V40.pageWriteback,
            otherwise(ret.RETURN, `only counted`, (s) => {
              if (s.read(page(which(s))).mapping) s.send(fileDirty, { type: 'INC' });
            }),
          ),
          id: `${here.id}/tree_lock`,
        },
      },
    }),
  }),
  // Writing back.
  ['page_mkclean: write protection', m5Writable],
  ['page_mkclean: TLB flush', m5NoFlush],
  without('clear_page_dirty_for_io: page_mkclean()', {
    clear_page_dirty_for_io: leaveOut(p.clear_page_dirty_for_io, { page_mkclean: 'cleaned' }),
  }),
  without('clear_page_dirty_for_io: set_page_dirty()', {
    clear_page_dirty_for_io: leaveOut(p.clear_page_dirty_for_io, { set_page_dirty: 'test_clear' }),
  }),
  without('write_cache_pages: page->mapping after lock_page()', {
    write_cache_pages: leaveOutWay(p.write_cache_pages, { check: 0 }),
  }),
  without('write_cache_pages: PageDirty after lock_page()', {
    write_cache_pages: leaveOutWay(p.write_cache_pages, { check: 1 }),
  }),
  without('write_cache_pages: PageWriteback after lock_page()', {
    write_cache_pages: leaveOutWay(p.write_cache_pages, { check: 2 }),
  }),
  without('fsync: filemap_fdatawait_range()', {
    filemap_fdatawait_range: leaveOut(p.filemap_fdatawait_range, { wait: 'advance' }),
  }),
  // Truncating.
  without(
    'truncate: wait_on_page_writeback()',
    eachPage('truncate_inode_pages_range', (part, at) =>
      leaveOut(part, { [`${at}wait_on_page_writeback`]: 'truncate_inode_page' }),
    ),
  ),
  without('truncate_inode_page: unmap_mapping_range()', {
    truncate_inode_page: leaveOut(p.truncate_inode_page, { page_mapped: 'page_mapping' }),
  }),
  without('truncate_inode_page: page->mapping', {
    truncate_inode_page: leaveOutWay(p.truncate_inode_page, { page_mapping: 0 }),
  }),
  without('truncate_inode_page: cancel_dirty_page()', {
    truncate_inode_page: leaveOut(p.truncate_inode_page, { cancel_dirty_page: 'delete_from_page_cache' }),
  }),
  without('truncate: the first unmap_mapping_range()', {
    truncate: leaveOut(p.truncate, { unmap_mapping_range: 'truncate_inode_pages' }),
  }),
  without('truncate: the second unmap_mapping_range()', {
    truncate: leaveOut(p.truncate, { unmap_again: 'ext4_truncate' }),
  }),
  without('truncate: emptying the cache', { truncate: leaveOut(p.truncate, { truncate_inode_pages: 'unmap_again' }) }),
  without(
    'invalidate_inode_pages2: page->mapping',
    eachPage('invalidate_inode_pages2_range', (part, at) => leaveOutWay(part, { [`${at}page_mapping`]: 0 })),
  ),
  without(
    'invalidate_inode_pages2: wait_on_page_writeback()',
    eachPage('invalidate_inode_pages2_range', (part, at) =>
      leaveOut(part, { [`${at}wait_on_page_writeback`]: 'page_mapped' }),
    ),
  ),
  without(
    'invalidate_inode_pages2: unmap_mapping_range()',
    eachPage('invalidate_inode_pages2_range', (part, at) =>
      leaveOut(part, { [`${at}page_mapped`]: 'invalidate_complete_page2' }),
    ),
  ),
  without(
    'invalidate_inode_pages2: PageDirty',
    eachPage('invalidate_inode_pages2_range', (part, at) =>
      leaveOutWay(part, { [`${at}invalidate_complete_page2`]: 0 }),
    ),
  ),
  without(
    'invalidate_mapping_pages: PageDirty, PageWriteback',
    eachPage('invalidate_mapping_pages', (part, at) => leaveOutWay(part, { [`${at}invalidate_inode_page`]: 1 })),
  ),
  without(
    'invalidate_mapping_pages: page_mapped()',
    eachPage('invalidate_mapping_pages', (part, at) => leaveOutWay(part, { [`${at}invalidate_inode_page`]: 2 })),
  ),
  without(
    '__remove_mapping: page_freeze_refs(2)',
    eachPage('invalidate_mapping_pages', (part, at) => leaveOutWay(part, { [`${at}remove_mapping`]: 0 })),
  ),
  // read(2) and write(2).
  without('write: page->mapping after lock_page()', { write: leaveOutWay(p.write, { truncated: 0 }) }),
  without('write: set_page_dirty()', { write: leaveOut(p.write, { set_page_dirty: 'i_size_write' }) }),
  without('read: PageUptodate', { read: always(p.read, { uptodate: 0 }) }),
  without('read: page->mapping after lock_page()', { read: leaveOutWay(p.read, { truncated: 0 }) }),
  // Wake-ups.
  without('unlock_page() of do_wp_page: wake-up', {
    wp_page_shared: wpPageShared({
      src: V40.memory,
      reused: (d, here, ret, asks) => ({
        reused: asks
          ? d.set_page_dirty(d, here.at('reused'), { RETURN: here.to('clear') }, held)
          : putHeld('do_wp_page', V40.memory, ret.DONE),
        clear: step(
          LOCK,
          'do_wp_page',
          V40.memory,
          otherwise(ret.DONE, '__clear_page_locked()', (s) => {
            s.send(pageLock(held(s)), { type: 'CLEAR', who: here.me });
            release(s);
            forgetDirtied(s);
          }),
        ),
      }),
    }),
  }),
]);
