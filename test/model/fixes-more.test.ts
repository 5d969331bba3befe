/** More fixes of the kernel's history: what they mend is violated before, and holds after. */
import { describe, expect, it } from 'vitest';
import layoutsLookOnce from '../../casebook/designs/v4.18-layouts-look-once.ts';
import { commitWrites } from '../variations/page-cache-keepwrite.ts';
import getBlockWrite from '../variations/v4.1-get-block-write.ts';
import timesOnly from '../variations/v4.9-mkwrite-updates-times-only.ts';
import flushMissesLast from '../variations/v4.14-flush-misses-last.ts';
import mkcleanLooksFirst from '../variations/v6.1-mkclean-looks-first.ts';
import pmdSpecial from '../variations/v7.2-pmd-special.ts';
import { asked } from './ask.ts';

describe('"ext4: use ext4_get_block_write() for DAX" (4.3)', () => {
  it('nobody reads what a new block had before, but a second fault zeroes what the first has stored', async () => {
    const read = 'a=hole: store a || read a';
    expect(await asked('v4.1-pfn-mkwrite', read, 'no-stale-read')).toMatch(/^13: .*another file's data$/);
    const two = 'a=hole: store a; load a || store a';
    expect(await asked('v4.1-pfn-mkwrite', two, 'no-stale-read')).toMatch(/^34: .*another file's data$/);
    expect(await asked(getBlockWrite, two, 'no-stale-read')).toMatch(/^40: .*returns \{\}.* is lost$/);
  });
});

describe('1ca191576fc8 (4.4) "xfs: Don\'t use unwritten extents for DAX"', () => {
  const scenario = 'a=unwritten: store a; load a || store a';
  it('two faults zero the same unwritten block, unless it is zeroed where it is allocated', async () => {
    expect(await asked('v4.1-pfn-mkwrite', scenario, 'no-stale-read')).toMatch(/^38: .* is lost$/);
    expect(await asked('v4.9', scenario, 'no-stale-read', 'fs=xfs')).toBe('holds');
  });
});

describe('"ext4: call dax_pfn_mkwrite() for DAX fsync/msync" (4.5)', () => {
  const scenario = 'a=block: load a; store a; fsync';
  it('a store on what was read before is on no media after fsync', async () => {
    expect(await asked(timesOnly, scenario, 'fsync-durable')).toMatch(/^32: /);
    expect(await asked('v4.9', scenario, 'fsync-durable')).toBe('holds');
  });
});

describe('"xfs: Close race between direct IO and xfs_break_layouts()" (4.19)', () => {
  const scenario = 'a=block, b=block: pin a; unpin a || pin b || truncate a';
  it('on XFS as on ext4 (b1f382178d15) a page that is idle by then ends the search', async () => {
    expect(await asked(layoutsLookOnce, scenario, 'no-freed-block-pinned', 'fs=xfs')).toMatch(/^62: blk\.b /);
    expect(await asked('v5.10', scenario, 'no-freed-block-pinned', 'fs=xfs')).toBe('holds');
  });
});

describe('1c8349a17137 (3.16) "ext4: fix data integrity sync in ordered mode"', () => {
  const scenario = 'a=block: store a; fsync || writeback';
  it('fsync skips a page whose TOWRITE a commit has taken that did not write it', async () => {
    expect(await asked(commitWrites(false), scenario, 'fsync-durable')).toMatch(/^45: /);
    expect(await asked(commitWrites(true), scenario, 'fsync-durable')).toBe('holds');
  });
});

describe('"zap_pte_range: update addr when forcing flush after TLB batching faiure" (3.18)', () => {
  const scenario = 'a=block, b=block: load b; load b || truncate a';
  it('the last page of a batch stays in the TLBs', async () => {
    expect(await asked(flushMissesLast, scenario, 'no-freed-block-mapped', 'tlb=on')).toMatch(/: tlb\[T0\]\.b maps /);
    expect(await asked('v4.14', scenario, 'no-freed-block-mapped', 'tlb=on')).toBe('holds');
  });
});

describe('"mm/huge_memory: don\'t mark refcounted folios special in vmf_insert_folio_pmd()" (6.16)', () => {
  const scenario = 'a=block: store a; munmap a || punch a';
  it('punch waits for ever for a reference that no zap gives back', async () => {
    expect(await asked(pmdSpecial, scenario, 'no-deadlock', 'thp=on')).toMatch(/^36: .*the pins of blk\.a/);
    expect(await asked('v7.2', scenario, 'no-deadlock', 'thp=on')).toBe('holds');
  });
});

describe('PVMW_SYNC', () => {
  const scenario = 'a=block: store a; mprotect ro; mprotect rw || fsync';
  it('without it fsync passes over a PTE that mprotect is about to set again', async () => {
    expect(await asked(mkcleanLooksFirst, scenario, 'writable-implies-dirty', 'pte-gap=on')).toMatch(/^34: /);
    expect(await asked('v6.1', scenario, 'writable-implies-dirty', 'pte-gap=on')).toBe('holds');
  });
});
