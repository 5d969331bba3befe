/** Write faults on the page cache: docs/findings.md, the designs of December 2014, and nine wrong variants of them. */
import { describe, expect, it } from 'vitest';
import { balancesUnderLock, finalInMkwrite } from '../../casebook/designs/page-cache-mutants.ts';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';
import * as mutants from '../variations/page-cache-mutants.ts';

const load = async (d: string | Design): Promise<Design> => (typeof d === 'string' ? await loadDesign(d) : d);

/** Length of the shortest counterexample, in steps; undefined: there is none. */
async function violation(
  design: string | Design,
  scenario: string,
  property: string,
  settings: readonly string[] = [],
): Promise<number | undefined> {
  const run = await verify(await load(design), scenario, { properties: [property], config: parseConfig(settings) });
  expect(run.complete).toBe(true);
  return run.properties[0]?.trace?.length;
}

const OFF = ['page-mkwrite=off'];
const TLB = ['tlb=on'];

describe('the series of December 2014', () => {
  it('v3.18 without ->page_mkwrite: truncation beside set_page_dirty() leaves NR_FILE_DIRTY wrong', async () => {
    const scenario = 'a=block: load a; store a || truncate a';
    expect(await violation('wp-shared-v3.18', scenario, 'dirty-balance', OFF)).toBe(52);
    expect(await violation('wp-shared-v3.18', scenario, 'dirty-balance')).toBeUndefined();
    expect(await violation('wp-shared-before', scenario, 'dirty-balance', OFF)).toBeUndefined();
  });

  it('a page locked late is found dirty too late by the fsync of another thread', async () => {
    const scenario = 'a=block: store a || store a; fsync';
    for (const id of ['wp-shared-v3.18', 'wp-shared-before', 'wp-shared-merged']) {
      expect(await violation(id, scenario, 'fsync-durable', OFF), id).toBe(19);
      expect(await violation(id, scenario, 'fsync-durable'), id).toBeUndefined();
    }
  });

  it('an unlocked page can be cleaned between ->page_mkwrite and the PTE: then fsync misses a store', async () => {
    const scenario = 'a=block: load a; store a || fsync; store a; fsync';
    expect(await violation('wp-shared-unlocked', scenario, 'fsync-durable')).toBe(55);
    expect(await violation('wp-shared-merged', scenario, 'fsync-durable')).toBeUndefined();
  });

  it('with the page unlocked pte_same() still finds every truncation', async () => {
    for (const remove of ['truncate a', 'punch a', 'invalidate a; load a', 'truncate a; write a']) {
      const scenario = `a=block: load a; store a || ${remove}`;
      for (const p of ['no-truncated-page-mapped', 'no-warn', 'no-stale-read', 'dirty-balance', 'rss-balance']) {
        expect(await violation('wp-shared-unlocked', scenario, p), `${remove}: ${p}`).toBeUndefined();
      }
    }
  });
});

describe('reclaim', () => {
  it('loses no store, and frees no page that somebody uses', async () => {
    for (const settings of [[], OFF, TLB]) {
      const run = await verify(
        await load('wp-shared-merged'),
        'a=block: load a; store a; load a || reclaim || writeback',
        {
          config: parseConfig(settings),
        },
      );
      expect(run.complete).toBe(true);
      const violated = run.properties.filter((p) => p.verdict === 'violated').map((p) => p.id);
      expect(violated, settings.join()).toEqual(['hole-reads-allocate-nothing']);
    }
  });

  it('that flushes the TLBs at its end (72b252aed506) has unlocked dirty pages by then, and fsync writes them beside stores', async () => {
    const scenario = 'a=block: store a; store a; fsync || reclaim || writeback';
    expect(await violation(mutants.defersFlush, scenario, 'fsync-durable', TLB)).toBe(52);
    expect(await violation(mutants.defersFlush, scenario, 'pte-dirty-before-page', TLB)).toBe(44);
    expect(await violation(mutants.defersFlush, scenario, 'fsync-durable')).toBeUndefined();
    for (const property of ['fsync-durable', 'pte-dirty-before-page'])
      expect(await violation(mutants.delaysRmap, scenario, property, TLB)).toBeUndefined();
  });

  it('that flushes at its end frees no page before, and leaves it to the loads of other CPUs for so long', async () => {
    const scenario = 'a=block: load a; load a || [mm2] store a || reclaim';
    expect(await violation(mutants.defersFlush, scenario, 'no-stale-read', TLB)).toBe(53);
    expect(await violation(mutants.delaysRmap, scenario, 'no-stale-read', TLB)).toBeUndefined();
    for (const property of ['no-warn', 'dirty-balance', 'rss-balance'])
      expect(await violation(mutants.defersFlush, scenario, property, TLB), property).toBeUndefined();
  });

  it('that flushes at its end has left a page to truncate, which returns before; from 4.13 on truncate, munmap and mprotect flush for it (3ea277194daa)', async () => {
    const gone = 'a=block: store a; load a || truncate a || reclaim';
    expect(await violation(mutants.defersFlush, gone, 'no-stale-read', TLB)).toBe(58);
    expect(await violation(mutants.flushesBatched, gone, 'no-stale-read', TLB)).toBeUndefined();
    expect(await violation(mutants.delaysRmap, gone, 'no-stale-read', TLB)).toBeUndefined();
    const others = { 'mprotect ro': 50, 'munmap a': 54 };
    for (const [call, steps] of Object.entries(others)) {
      const scenario = `a=block: store a; store a || ${call}; fsync || reclaim`;
      expect(await violation(mutants.defersFlush, scenario, 'pte-dirty-before-page', TLB), call).toBe(steps);
      expect(await violation(mutants.flushesBatched, scenario, 'pte-dirty-before-page', TLB), call).toBeUndefined();
    }
    // Who walks the file's mappings for fsync does not.
    const cleaned = 'a=block: store a; store a; fsync || reclaim || writeback';
    expect(await violation(mutants.flushesBatched, cleaned, 'fsync-durable', TLB)).toBe(52);
  });

  it('keeps its reference to a page until it has flushed, also where it leaves the page in the cache', async () => {
    const scenario = 'a=block: store a; load a || truncate a || reclaim';
    for (const property of ['no-warn', 'rss-balance', 'dirty-balance'])
      expect(await violation(mutants.flushesBatched, scenario, property, TLB), property).toBeUndefined();
  });

  it('is not modelled for DAX', async () => {
    await expect(verify(await load('v4.0'), 'a=hole: load a || reclaim')).rejects.toThrow(/reclaim is not modelled/);
  });
});

describe('wrong variants', () => {
  const cleaned = 'a=block: load a; store a; fsync || writeback';
  const truncated = 'a=block: load a; store a || truncate a';

  it('M1: the page is dirtied before the PTE: a clean page with a writable PTE, and a lost store', async () => {
    expect(await violation(mutants.m1, cleaned, 'pte-dirty-before-page')).toBe(45);
    expect(await violation(mutants.m1, cleaned, 'fsync-durable')).toBe(52);
  });

  it('M2: the set_page_dirty() of ->page_mkwrite is the last one: the same', async () => {
    expect(await violation(finalInMkwrite, cleaned, 'pte-dirty-before-page')).toBe(44);
    expect(await violation(finalInMkwrite, cleaned, 'fsync-durable')).toBe(51);
  });

  it('M3: set_page_dirty() without the page lock: BUG_ON, a wrong count, and a lost store', async () => {
    expect(await violation(mutants.m3, truncated, 'no-warn', OFF)).toBe(34);
    expect(await violation(mutants.m3, truncated, 'dirty-balance', OFF)).toBe(50);
    expect(await violation(mutants.m3, cleaned, 'fsync-durable', OFF)).toBe(54);
  });

  it('M4: without pte_same() a truncated page is mapped again', async () => {
    expect(await violation(mutants.m4, truncated, 'no-truncated-page-mapped')).toBe(43);
  });

  it('M5: page_mkclean() that leaves the PTE writable, or the TLBs as they are, loses a store', async () => {
    expect(await violation(mutants.m5Writable, cleaned, 'fsync-durable')).toBe(54);
    const twice = 'a=block: load a; store a; store a; fsync || writeback';
    expect(await violation(mutants.m5NoFlush, twice, 'fsync-durable', TLB)).toBe(55);
    expect(await violation(mutants.m5NoFlush, twice, 'fsync-durable')).toBeUndefined();
  });

  it('M6: a dirty PTE that is flushed after the PTL was dropped loses a store (before 3.15), and one flushed after its rmap has gone as well (before 6.2)', async () => {
    const scenario = 'a=block: store a; store a; fsync || dontneed a || writeback';
    expect(await violation(mutants.m6, scenario, 'fsync-durable', TLB)).toBe(46);
    expect(await violation('wp-shared-merged', scenario, 'fsync-durable', TLB)).toBe(47);
    expect(await violation(mutants.delaysRmap, scenario, 'fsync-durable', TLB)).toBeUndefined();
  });

  it('the rmap goes after the flush (5df397dec7c4): page_mkclean() waits for the PTL, where munmap or a truncation zaps, too', async () => {
    for (const zaps of ['munmap a', 'truncate a', 'dontneed a']) {
      const scenario = `a=block: store a; store a || ${zaps} || fsync`;
      const merged = await violation('wp-shared-merged', scenario, 'pte-dirty-before-page', TLB);
      expect(merged, zaps).toBeGreaterThan(0);
      expect(await violation(mutants.delaysRmap, scenario, 'pte-dirty-before-page', TLB), zaps).toBeUndefined();
      expect(await violation('wp-shared-merged', scenario, 'pte-dirty-before-page'), zaps).toBeUndefined();
    }
  });

  it('M7: balance_dirty_pages() under the page lock', async () => {
    expect(await violation(balancesUnderLock, 'a=block: load a; store a', 'no-balance-under-page-lock')).toBe(31);
  });

  it('M8: without a look at page->mapping do_shared_fault() maps a truncated page', async () => {
    const scenario = 'a=block: store a || truncate a';
    expect(await violation(mutants.m8, scenario, 'no-truncated-page-mapped')).toBe(37);
    expect(await violation(mutants.unlockedHandler, scenario, 'no-truncated-page-mapped')).toBeUndefined();
  });

  it('M9: for do_wp_page() alone that look changes no verdict', async () => {
    const scenarios = [truncated, 'a=block: load a; store a || invalidate a; load a', cleaned];
    scenarios.push('a=block: load a; store a || fsync; store a; fsync', 'a=block: load a; store a || punch a');
    const verdicts = async (d: Design) => {
      const runs = await Promise.all(scenarios.map((s) => verify(d, s)));
      return runs.map((r) => r.properties.map((p) => `${p.id} ${p.verdict}`));
    };
    expect(await verdicts(mutants.m9)).toEqual(await verdicts(mutants.unlockedHandler));
  });
});
