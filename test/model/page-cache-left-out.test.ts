/** What each lock, re-check, tag, unmap, wait, wake-up and time update of wp-shared-merged is there for. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import merged from '../../model/designs/wp-shared-merged.ts';
import { verify } from '../../verify/verify.ts';
import { LEFT_OUT } from '../variations/page-cache-left-out.ts';

/** What is left out; where that shows: scenario, property, length of the shortest run, settings. */
const NEEDED: readonly (readonly [string, string, string, number, string?])[] = [
  [
    'filemap_fault: page->mapping after lock_page()',
    'a=block: load a; store a || punch a',
    'no-truncated-page-mapped',
    27,
  ],
  ['filemap_fault: i_size before', 'a=block: load a; store a || truncate a', 'store-completes', 43],
  ['filemap_fault: i_size under the page lock', 'a=block: load a; store a || truncate a', 'no-mapping-beyond-eof', 45],
  [
    'truncate: the second unmap_mapping_range()',
    'a=block: [private] load a; store a || truncate a',
    'no-mapping-beyond-eof',
    42,
  ],
  ['do_shared_fault: pte_none()', 'a=block: store a || load a', 'rss-balance', 38],
  [
    'do_shared_fault: set_page_dirty()',
    'a=block: store a || truncate a',
    'pte-dirty-before-page',
    18,
    'page-mkwrite=off',
  ],
  ['do_wp_page: pte_same()', 'a=block: load a; store a || truncate a', 'no-truncated-page-mapped', 43],
  [
    'do_wp_page: set_page_dirty()',
    'a=block: load a; store a; fsync || writeback',
    'fsync-durable',
    31,
    'page-mkwrite=off',
  ],
  [
    'do_wp_page: lock_page(), without ->page_mkwrite',
    'a=block: load a; store a || truncate a',
    'no-warn',
    34,
    'page-mkwrite=off',
  ],
  ['->page_mkwrite: page->mapping', 'a=block: store a || truncate a', 'no-truncated-page-mapped', 33],
  ['->page_mkwrite: set_page_dirty()', 'a=block: store a; fsync || store a; fsync', 'fsync-durable', 25],
  ['->page_mkwrite: file_update_time()', 'a=block: load a; store a', 'mtime-on-write', 33],
  ['->page_mkwrite: sb_start_pagefault()', 'a=block: load a; store a || freeze', 'no-write-when-frozen', 38],
  ['set_page_dirty: the DIRTY tag', 'a=block: load a; store a; fsync || writeback', 'fsync-durable', 39],
  ['page_mkclean: write protection', 'a=block: load a; store a; fsync || writeback', 'fsync-durable', 54],
  ['page_mkclean: TLB flush', 'a=block: store a; fsync || store a; fsync', 'pte-dirty-before-page', 40, 'tlb=on'],
  ['clear_page_dirty_for_io: page_mkclean()', 'a=block: store a; fsync || store a; fsync', 'fsync-durable', 45],
  [
    'write_cache_pages: PageWriteback after lock_page()',
    'a=block: writeback || write a; write a; fsync',
    'no-warn',
    43,
  ],
  ['fsync: filemap_fdatawait_range()', 'a=hole: writeback || write a; fsync', 'fsync-durable', 27],
  [
    'truncate: wait_on_page_writeback()',
    'a=block: writeback || store a; truncate a; write a; fsync',
    'fsync-durable',
    89,
  ],
  ['truncate_inode_page: unmap_mapping_range()', 'a=block: load a || truncate a', 'no-truncated-page-mapped', 25],
  ['truncate_inode_page: page->mapping', 'a=block: load a; invalidate a || truncate a', 'no-warn', 35],
  ['truncate: emptying the cache', 'a=hole, b=hole: write a; truncate a; write b; read a', 'no-stale-read', 37],
  ['invalidate_inode_pages2: page->mapping', 'a=block: load a; invalidate a || invalidate a', 'no-warn', 32],
  [
    'invalidate_inode_pages2: wait_on_page_writeback()',
    'a=hole: write a; invalidate a; read a || writeback',
    'no-stale-read',
    38,
  ],
  ['invalidate_inode_pages2: unmap_mapping_range()', 'a=block: load a; invalidate a', 'no-truncated-page-mapped', 21],
  ['invalidate_inode_pages2: PageDirty', 'a=hole: write a; invalidate a; read a', 'no-stale-read', 30],
  ['write: page->mapping after lock_page()', 'a=hole: read a; invalidate a || write a; read a', 'no-stale-read', 39],
  ['write: set_page_dirty()', 'a=hole: write a; fsync', 'fsync-durable', 15],
  ['read: PageUptodate', 'a=block: write a; fsync; invalidate a; read a || read a', 'no-stale-read', 46],
  ['unlock_page() of do_wp_page: wake-up', 'a=block: load a; store a || fsync', 'no-deadlock', 36],
];

/** What no scenario needs, and why. */
const REDUNDANT: Readonly<Record<string, string>> = {
  '->page_mkwrite: i_size': 'truncation removes the page later, and unmaps it then: page->mapping says that it is over',
  'clear_page_dirty_for_io: set_page_dirty()': 'every fault dirties the page itself, after its PTE',
  'write_cache_pages: page->mapping after lock_page()': 'a page that was removed is not dirty',
  'write_cache_pages: PageDirty after lock_page()': 'clear_page_dirty_for_io() tests it again',
  'truncate_inode_page: cancel_dirty_page()': '__delete_from_page_cache() takes a dirty page off the count, too',
  'truncate: the first unmap_mapping_range()': 'each page is unmapped when it is removed; this one is cheaper for many',
  'invalidate_mapping_pages: PageDirty, PageWriteback':
    '__remove_mapping() tests PageDirty again, and who writes holds a reference',
  'invalidate_mapping_pages: page_mapped()': 'a PTE holds a reference, which page_freeze_refs() finds',
  '__remove_mapping: page_freeze_refs(2)':
    'who holds a reference and no PTE looks at page->mapping under the page lock',
  'read: page->mapping after lock_page()':
    'the read began before the page was removed: what it copies was in the file then',
};

const SCENARIOS = [
  'a=block: load a; store a || truncate a',
  'a=block: store a || punch a',
  'a=block: load a; store a; fsync || writeback',
  'a=block: store a; fsync || store a; fsync',
  'a=hole: write a; fsync || truncate a',
  'a=block: load a; munmap a || dropcaches',
  'a=block: load a; store a || invalidate a; load a',
  'a=block: read a || load a; invalidate a',
  'a=hole: write a; dropcaches; read a || writeback',
];

const violatedIn = async (design: typeof merged, scenario: string) =>
  (await verify(design, scenario)).properties.filter((p) => p.verdict === 'violated').map((p) => p.id);

describe('leaving one thing out of wp-shared-merged', () => {
  it('every one of them is needed, or has a reason why not', () => {
    expect([...NEEDED.map(([what]) => what), ...Object.keys(REDUNDANT)].sort()).toEqual([...LEFT_OUT.keys()].sort());
  });

  it.each(NEEDED.map((n) => ({ what: n[0], needed: n })))('$what', async ({ needed }) => {
    const [what, scenario, property, length, setting] = needed;
    const options = { properties: [property], config: parseConfig(setting === undefined ? [] : [setting]) };
    const run = await verify(LEFT_OUT.get(what)!, scenario, options);
    expect(run.properties[0]?.trace?.length).toBe(length);
    const whole = await verify(merged, scenario, options);
    expect(whole.properties[0]?.verdict).not.toBe('violated');
  });

  it.each(Object.keys(REDUNDANT))('%s: changes no verdict', async (what) => {
    for (const scenario of SCENARIOS) {
      expect(await violatedIn(LEFT_OUT.get(what)! as typeof merged, scenario), scenario).toEqual(
        await violatedIn(merged, scenario),
      );
    }
  });
});
