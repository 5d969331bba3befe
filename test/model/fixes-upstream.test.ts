/** Fixes of the kernel's history, chosen by one who had made nothing of the model: what they mend is violated before, and holds after. */
import { describe, expect, it } from 'vitest';
import type { Design } from '../../model/design.ts';
import v45 from '../../model/designs/v4.5.ts';
import v49 from '../../model/designs/v4.9.ts';
import v412 from '../../model/designs/v4.12.ts';
import keepsBatch from '../variations/page-cache-keeps-batch.ts';
import mapsUnlocked from '../variations/page-cache-maps-unlocked.ts';
import nodelallocTimes from '../variations/page-cache-nodelalloc-times.ts';
import unmapsOnce from '../variations/page-cache-unmaps-once.ts';
import { wakesLate } from '../variations/page-cache-wakes-late.ts';
import { writesBackPagesOnly } from '../variations/punch-writes-back-pages-only.ts';
import ext2ClearsOnce from '../variations/v4.0-ext2-clears-once.ts';
import growsWithoutTimes from '../variations/v4.5-grows-without-times.ts';
import { flushesBehindBatch } from '../variations/v4.9-flushes-behind-batch.ts';
import noPfnMkwrite from '../variations/v4.9-xfs-no-pfn_mkwrite.ts';
import mkwriteAfterUnlock from '../variations/v4.12-mkwrite-after-unlock.ts';
import zeroPmdStays from '../variations/v4.14-zero-pmd-stays.ts';
import { loadsUnlocked, punchUnlocked, storesUnlocked, truncateUnlocked } from '../variations/xfs-unlocked.ts';
import { asked } from './ask.ts';

// The mail of the series was read (RFC, January 2015); the hashes of 4.1 were not seen.
describe('4.1 "xfs: use i_mmaplock on read faults", "… on write faults", "xfs: xfs_setattr_size no longer races with page faults", "xfs: take i_mmap_lock on extent manipulation operations"', () => {
  const property = 'no-freed-block-mapped';

  it('who takes no MMAPLOCK maps a block, or leaves it mapped, that is freed', async () => {
    expect(await asked(loadsUnlocked, 'a=block: load a || truncate a', property, 'fs=xfs')).toMatch(/^17: /);
    expect(await asked(loadsUnlocked, 'a=block: load a || punch a', property, 'fs=xfs')).toMatch(/^15: /);
    expect(await asked(storesUnlocked, 'a=block: store a || truncate a', property, 'fs=xfs')).toMatch(/^19: /);
    expect(await asked(storesUnlocked, 'a=block: store a || punch a', property, 'fs=xfs')).toMatch(/^17: /);
    expect(await asked(truncateUnlocked, 'a=block: load a || truncate a', property, 'fs=xfs')).toMatch(/^17: /);
    expect(await asked(punchUnlocked, 'a=block: store a || punch a', property, 'fs=xfs')).toMatch(/^17: /);
  });

  it('the others are kept apart all the same', async () => {
    expect(await asked(loadsUnlocked, 'a=block: store a || punch a', property, 'fs=xfs')).toBe('holds');
    expect(await asked(punchUnlocked, 'a=block: load a || truncate a', property, 'fs=xfs')).toBe('holds');
    expect(await asked('v4.9', 'a=block: load a || truncate a', property, 'fs=xfs')).toBe('holds');
    expect(await asked('v4.9', 'a=block: store a || punch a', property, 'fs=xfs')).toBe('holds');
  });
});

// The mail was read.
describe('4.7 "ext2: Avoid DAX zeroing to corrupt data"', () => {
  it('a fault clears a block that write(2) has written to, or another store', async () => {
    for (const [scenario, run] of [
      ['a=hole: store a || write a', /^31: .*T1\.write0 was completed before and is lost$/],
      ['a=hole: store a; load a || store a', /^34: .*T0\.store0 was completed before and is lost$/],
    ] as const) {
      expect(await asked('v4.0', scenario, 'no-stale-read', 'fs=ext2')).toMatch(run);
      expect(await asked(ext2ClearsOnce, scenario, 'no-stale-read', 'fs=ext2')).toBe('holds');
    }
  });
});

// The mail was read.
describe('4.3 "dax: ensure that zero pages are removed from other processes"', () => {
  it('another address space keeps the huge zero page', async () => {
    const scenario = 'a=hole: load a || [mm2] store a';
    expect(await asked(zeroPmdStays, scenario, 'no-stale-read', 'thp=on')).toMatch(
      /^34: in the end pmd\[mm1\] maps hzp/,
    );
    expect(await asked('v4.14', scenario, 'no-stale-read', 'thp=on')).toBe('holds');
  });
});

// The changelog was read (stable).
describe('911af577de4e "ext4: update c/mtime on truncate up"', () => {
  it('a truncate that makes the file longer leaves the times as the one before has set them', async () => {
    for (const scenario of ['a=hole, b=hole: truncate a; truncate b', 'a=hole, b=hole: truncate b || truncate a']) {
      expect(await asked(growsWithoutTimes, scenario, 'mtime-of-calls')).toMatch(/^16: T0's truncate of b returns 0/);
      expect(await asked('v4.5', scenario, 'mtime-of-calls')).toBe('holds');
    }
  });

  it.each([
    ['v4.14', 'xfs'],
    ['v5.10', 'ext4'],
    ['v7.2', 'xfs'],
    ['v5.10', 'ext2'],
  ])('%s on %s sets them', async (id, fs) => {
    expect(await asked(id, 'a=hole, b=hole: truncate a; truncate b', 'mtime-of-calls', `fs=${fs}`)).toBe('holds');
  });
});

// The commit was read.
describe('041bbb6d3698 "ext4: fix mtime update in nodelalloc mode"', () => {
  it('a store to a page that has its block already updates no times', async () => {
    expect(await asked(nodelallocTimes, 'a=block: load a; store a', 'mtime-on-write')).toMatch(/^34: /);
    expect(await asked(nodelallocTimes, 'a=hole: load a; store a', 'mtime-on-write')).toBe('holds');
    expect(await asked('wp-shared-merged', 'a=block: load a; store a', 'mtime-on-write')).toBe('holds');
  });
});

// Hash and subject from memory.
describe('721c21c17ab9 (3.19) "mm: mmu_gather: use tlb->end != 0 only for TLB invalidation"', () => {
  it('a page whose dirty PTE was flushed under the PTL is never freed', async () => {
    const scenario = 'a=block: store a; munmap a';
    expect(await asked(keepsBatch, scenario, 'rss-balance', 'tlb=on')).toMatch(
      /^36: page\.a\.0 has 2 references, and 1 /,
    );
    expect(await asked('wp-shared-merged', scenario, 'rss-balance', 'tlb=on')).toBe('holds');
  });
});

// Hash and subject seen.
describe('c2407cf7d22d (5.11) "mm: make wait_on_page_writeback() wait for multiple pending writebacks"', () => {
  it('who is woken for one write-back meets the next, and takes the page for not under I/O', async () => {
    const scenario = 'a=block: write a; writeback || write a; fsync || write a; fsync';
    expect(await asked(wakesLate(false), scenario, 'no-warn')).toMatch(/: BUG_ON\(PageWriteback\)$/);
    expect(await asked(wakesLate(true), scenario, 'no-warn')).toBe('holds');
  });
});

// The functions of 3.x and of later kernels were seen; hash and subject from memory.
describe('89f39af12938 (4.9) "fs/super.c: fix race between freeze_super() and thaw_super()"', () => {
  const scenarios = ['a=block: write a || freeze || thaw', 'a=block: truncate a || freeze || thaw'];

  it.each(['v4.0', 'wp-shared-merged'])('%s: who begins to write after a thaw is waited for by nobody', async (id) => {
    expect(await asked(id, scenarios[0]!, 'no-warn')).toMatch(/^16: .*ext4_journal_check_start/);
  });

  it('v4.5: thaw_super() gives back what is not held', async () => {
    const refused: Design = { ...v45, id: 'v4.5-thaw-refused', parts: { ...v45.parts, thaw_under_way: 'refused' } };
    for (const scenario of scenarios) {
      expect(await asked('v4.5', scenario, 'no-warn')).toMatch(/^5: .*sb_freeze_unlock/);
      expect(await asked(refused, scenario, 'no-warn')).toBe('holds');
    }
  });

  it.each(['v4.9', 'v4.14', 'v7.2'])('%s: -EINVAL', async (id) => {
    for (const scenario of scenarios) expect(await asked(id, scenario, 'no-warn')).toBe('holds');
  });
});

// Hash and subject from memory; the functions are those of the designs.
describe('4.6 "dax: call get_blocks() with create == 1 for write faults to unwritten extents"', () => {
  const scenario = 'a=unwritten: load a || freeze';

  it('a load converts an extent, on a frozen filesystem as well', async () => {
    expect(await asked('v4.0', scenario, 'no-warn')).toMatch(/^18: .*ext4_journal_check_start/);
    expect(await asked('v4.5', scenario, 'no-warn')).toMatch(/^13: .*ext4_journal_check_start/);
    expect(await asked('v4.9', scenario, 'no-warn')).toBe('holds');
    expect(await asked('v4.5', 'a=hole: load a || freeze', 'no-warn')).toBe('holds');
  });
});

// Hash, subject and changelog were read in mails of 2013.
describe('e6c495a96ce0 (3.11) "mm: fix the TLB range flushed when __tlb_remove_page() runs out of slots"', () => {
  const scenario = 'a=block, b=block: [private] store a; store a || truncate a';

  it('a private copy is freed while a TLB still lets stores through to it', async () => {
    const ask = (fixed: boolean, ...of: string[]) =>
      asked(flushesBehindBatch(fixed), scenario, 'private-stays-private', ...of);
    expect(await ask(false, 'tlb=on')).toBe('25: tlb[T0].a maps anon.mm1:private.a.0 writable, which is free');
    expect(await ask(true, 'tlb=on')).toBe('holds');
    expect(await ask(false)).toBe('holds');
    expect(await asked('v4.9', scenario, 'private-stays-private', 'tlb=on')).toBe('holds');
  });
});

// The mail was read (2016-11-18), and the functions of 4.9.0 and 4.13.4.
describe('4.10 "dax: protect PTE modification on WP fault by radix tree entry lock"', () => {
  it('fsync cleans the entry before the core makes the PTE writable', async () => {
    for (const [scenario, property] of [
      ['a=block: load a; store a || fsync', 'writable-implies-dirty'],
      ['a=block: load a; store a || fsync; fsync', 'fsync-durable'],
      ['a=block: load a; store a || freeze', 'no-write-when-frozen'],
    ] as const) {
      expect(await asked(mkwriteAfterUnlock, scenario, property)).toMatch(/^(36|45): /);
      expect(await asked('v4.12', scenario, property)).toBe('holds');
    }
  });
});

// The mail was read (2016-09-29), and the function of 4.9.
describe('4.9 "ext4: allow DAX writeback for hole punch"', () => {
  it('of 4 KiB pages nothing changes: what is not written back is freed', async () => {
    const scenario = 'a=block: load a; store a || punch a; fsync';
    for (const property of ['fsync-durable', 'writable-implies-dirty', 'no-stale-read', 'no-freed-block-mapped']) {
      expect(await asked(writesBackPagesOnly(v49), scenario, property)).toBe('holds');
      expect(await asked('v4.9', scenario, property)).toBe('holds');
    }
  });

  it('of a huge page the rest of the range is forgotten as well', async () => {
    const scenario = 'a=block, b=block: store b; punch a; fsync';
    expect(await asked(writesBackPagesOnly(v412), scenario, 'fsync-durable', 'thp=on')).toMatch(/^37: .* page b /);
    expect(await asked('v4.12', scenario, 'fsync-durable', 'thp=on')).toBe('holds');
  });
});

// From memory; the functions of 4.9 were read.
describe('4.4 "xfs: add ->pfn_mkwrite support for DAX"', () => {
  it('a store after a load updates no times, and sets no tag', async () => {
    for (const [property, steps] of [
      ['mtime-on-write', 21],
      ['writable-implies-dirty', 19],
      ['fsync-durable', 25],
    ] as const) {
      const scenario = 'a=block: load a; store a; fsync';
      expect(await asked(noPfnMkwrite, scenario, property, 'fs=xfs')).toMatch(new RegExp(`^${steps}: `));
      expect(await asked('v4.9', scenario, property, 'fs=xfs')).toBe('holds');
      expect(await asked(noPfnMkwrite, scenario, property)).toBe('holds');
    }
  });
});

// The comment in truncate_pagecache() was read (4.0); which commit brought the second call was not looked for.
describe('truncate_pagecache(): "the second unmap_mapping_range call must be made for correctness"', () => {
  it.each([
    ['a=block: [private] store a || truncate a', 35],
    ['a=block: [private] load a; store a || truncate a', 42],
  ])('%s: a private copy that was made meanwhile stays mapped', async (scenario, steps) => {
    const run = new RegExp(`^${steps}: in the end .* maps anon.* behind the end of the file$`);
    expect(await asked(unmapsOnce, scenario, 'no-mapping-beyond-eof')).toMatch(run);
    expect(await asked('wp-shared-merged', scenario, 'no-mapping-beyond-eof')).toBe('holds');
  });
});

// Subject from memory. truncate_count, by which such a fault learnt of a truncation, is left out.
describe('2.6.23 "mm: fix fault vs invalidate race for linear mappings"', () => {
  it.each([
    ['invalidate', 20],
    ['truncate', 26],
    ['punch', 27],
  ])('a page that a fault maps without its lock has left the page cache by then: %s', async (call, steps) => {
    const scenario = `a=block: load a || ${call} a`;
    const leaves = new RegExp(`^${steps}: .* which is not in the page cache$`);
    expect(await asked(mapsUnlocked, scenario, 'no-truncated-page-mapped')).toMatch(leaves);
    expect(await asked('wp-shared-merged', scenario, 'no-truncated-page-mapped')).toBe('holds');
  });

  it('drop_caches looks at the references', async () => {
    const scenario = 'a=block: load a || dropcaches';
    expect(await asked(mapsUnlocked, scenario, 'no-truncated-page-mapped')).toBe('holds');
  });

  it('the file then has no page there', async () => {
    expect(await asked(mapsUnlocked, 'a=block: load a || invalidate a', 'no-stale-read')).toMatch(
      /the file's page a is not in the page cache$/,
    );
  });
});
