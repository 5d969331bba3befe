/** TLB slots as components: findings.md, mechanism AB. */
import { describe, expect, it } from 'vitest';
import noNestedFlush from '../../casebook/designs/v4.14-no-nested-flush.ts';
import { violated } from '../../explorer/property.ts';
import { build } from '../../model/build.ts';
import { DEFAULT_CONFIG, parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import { anon } from '../../model/entries/anon.ts';
import { isAnon } from '../../model/entries/pfn.ts';
import { tlbSlot } from '../../model/entries/tlb.ts';
import { kernelMarks } from '../../model/marks.ts';
import { parseScenario } from '../../model/scenario.ts';
import { sceneOf } from '../../model/scene.ts';
import { defineProperty } from '../../properties/define.ts';
import { loadDesign, loadProperties, operationMap } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';
import munmapFlushesFirst from '../variations/munmap-flushes-first.ts';
import unmapUnderReadLock from '../variations/v5.10-unmap-under-read-lock.ts';
import waitsForPins from '../variations/v7.2-waits-for-pins.ts';

const on = parseConfig(['tlb=on']);

const load = async (d: string | Design): Promise<Design> => (typeof d === 'string' ? await loadDesign(d) : d);
async function verdict(design: string | Design, scenario: string, property: string, config = on) {
  const run = await verify(await load(design), scenario, { config, properties: [property] });
  expect(run.complete).toBe(true);
  return run.properties[0]!;
}
const verdictOf = async (...args: Parameters<typeof verdict>): Promise<string> => (await verdict(...args)).verdict;

describe('what is in the state', () => {
  const components = async (config: typeof on) => {
    const operations = await operationMap();
    const scene = sceneOf(
      parseScenario('a=block, b=block: load a; store a; fsync || [mm2] load b || fsync', operations),
      config,
    );
    return build(await loadDesign('v4.14'), scene, operations).components.map((c) => c.id);
  };
  it('tlb=off: nothing', async () => {
    expect((await components(DEFAULT_CONFIG)).filter((id) => id.startsWith('tlb'))).toEqual([]);
  });
  it('tlb=on: a slot per thread and page that it accesses, and the pending flushes of each address space', async () => {
    expect((await components(on)).filter((id) => id.startsWith('tlb'))).toEqual([
      'tlb[T0].a',
      'tlb[T1].b',
      'tlb_flush_pending[mm1]',
      'tlb_flush_pending[mm2]',
    ]);
  });
});

describe('between a zap and its flush, a store goes through the stale entry and fsync has cleaned the page', () => {
  it.each([
    ['v4.12', 'dontneed a'],
    ['v4.14', 'dontneed a'],
    ['v4.14', 'munmap a'],
    ['v5.10', 'munmap a'],
  ])('%s: %s', async (design, zaps) => {
    const scenario = `a=block: store a; store a || ${zaps} || fsync`;
    expect(await verdictOf(design, scenario, 'writable-implies-dirty')).toBe('violated');
    expect(await verdictOf(design, scenario, 'writable-implies-dirty', DEFAULT_CONFIG)).toBe('holds');
  });
  it('the store is on no media after the next fsync', async () => {
    const { verdict: v, damage } = await verdict(
      'v4.14',
      'a=block: store a; store a || dontneed a || fsync; fsync',
      'fsync-durable',
    );
    expect([v, damage]).toEqual(['violated', expect.stringContaining('T0.store1 in page a is not on media')]);
  });
  it('the store reaches a frozen filesystem', async () => {
    const scenario = 'a=block: store a; store a || dontneed a || freeze; thaw';
    expect(await verdictOf('v4.14', scenario, 'no-write-when-frozen')).toBe('violated');
    expect(await verdictOf('v4.14', scenario, 'no-write-when-frozen', DEFAULT_CONFIG)).toBe('holds');
  });
});

describe('i_mmap_rwsem held over zap and flush', () => {
  const scenario = 'a=block, b=block: store a; store a || punch b || fsync';
  it('for writing: mkclean does not come between (5.10)', async () => {
    expect(await verdictOf('v5.10', scenario, 'writable-implies-dirty')).toBe('holds');
  });
  it.each([['v6.1'], [unmapUnderReadLock]])('for reading: it does (%s)', async (design) => {
    expect(await verdictOf(design, scenario, 'writable-implies-dirty')).toBe('violated');
  });
});

describe('a PTE that somebody else has cleared, and not flushed yet', () => {
  const scenario = 'a=block: load a || dontneed a || truncate a';
  it.each([['v4.0'], ['v4.9'], ['v4.12'], [noNestedFlush]])(
    'is not flushed before the block is freed: %s',
    async (design) => {
      expect(await verdictOf(design, scenario, 'no-freed-block-mapped')).toBe('violated');
    },
  );
  it.each([['v4.14'], ['v5.10']])('is flushed, as the pending flush is seen: %s', async (design) => {
    expect(await verdictOf(design, scenario, 'no-freed-block-mapped')).toBe('holds');
  });
});

describe('munmap takes its VMA out of the tree of the file before it flushes (b67fbebd4cf9)', () => {
  const calls = [['truncate a'], ['punch a']];
  it.each(['v4.12', 'v4.14', 'v5.10', 'v6.1', 'v6.12'].flatMap((d) => calls.map(([call]) => [d, call!] as const)))(
    '%s: who frees the block by %s finds no VMA, and flushes nothing',
    async (design, call) => {
      const scenario = `a=block: load a || munmap a || ${call}`;
      const { verdict: v, damage } = await verdict(design, scenario, 'no-freed-block-mapped');
      expect([v, damage]).toEqual(['violated', 'tlb[T0].a maps blk.a, which is free']);
      expect(await verdictOf(design, scenario, 'no-freed-block-mapped', DEFAULT_CONFIG)).toBe('holds');
    },
  );
  it.each(calls)('flushed before that, the block is in no TLB when %s frees it', async (call) => {
    const scenario = `a=block: load a || munmap a || ${call}`;
    expect(await verdictOf(munmapFlushesFirst, scenario, 'no-freed-block-mapped')).toBe('holds');
  });
  it('a walk that still finds another part of the mapping flushes what is pending: all of the address space (5.10), or its own range (4.14)', async () => {
    const scenario = 'a=block, b=block: load b; load b || load a; munmap b || truncate a';
    expect(await verdictOf('v5.10', scenario, 'no-freed-block-mapped')).toBe('holds');
    expect(await verdictOf('v4.14', scenario, 'no-freed-block-mapped')).toBe('violated');
  });
});

describe('7.2: a block is a page, so a zap flushes a dirty PTE under the PTL and keeps the reference until the flush', () => {
  it.each([
    ['store a; store a || dontneed a || fsync', 'writable-implies-dirty'],
    ['store a; store a || munmap a || fsync', 'writable-implies-dirty'],
    ['store a; store a || dontneed a || freeze; thaw', 'no-write-when-frozen'],
    ['load a || munmap a || truncate a', 'no-freed-block-mapped'],
    ['load a || munmap a || punch a', 'no-freed-block-mapped'],
  ])('%s: %s is violated in 6.12, and holds', async (threads, property) => {
    expect(await verdictOf('v6.12', `a=block: ${threads}`, property)).toBe('violated');
    expect(await verdictOf('v7.2', `a=block: ${threads}`, property)).toBe('holds');
  });
  it("truncate waits for the gather's reference, and no longer ends if a load has mapped the page again by then", async () => {
    const scenario = 'a=block: load a || dontneed a || truncate a';
    const { verdict: v, damage } = await verdict('v7.2', scenario, 'no-deadlock');
    expect([v, damage]).toEqual(['violated', expect.stringContaining('T2 waits for the page of blk.a')]);
    expect(await verdictOf('v7.2', scenario, 'no-deadlock', DEFAULT_CONFIG)).toBe('holds');
    expect(await verdictOf(waitsForPins, scenario, 'no-deadlock')).toBe('holds');
  });
});

/** no-stale-read, of what T0 stored only. */
async function losesStoreOfT0() {
  const [base] = await loadProperties(['no-stale-read']);
  return defineProperty({
    ...base!,
    id: 'sees-store-of-t0',
    instance: (scene, design) => {
      const made = base!.instance(scene, design);
      return {
        ...(made.monitor && { monitor: made.monitor }),
        step: (step) => {
          const j = made.step!(step);
          return typeof j === 'object' && !j.violated.includes('T0.store0 was completed') ? true : j;
        },
      };
    },
  });
}

describe('store-write with a second thread that loads: whether it sees the store', () => {
  const scenario = 'a=hole: load a; store a || load a; load a || write a';
  const run = async (design: string, config: typeof on) => {
    const own = await losesStoreOfT0();
    const result = await verify(await loadDesign(design), scenario, { config, own: [own], properties: [own.id] });
    return result.properties[0]!;
  };
  const functions = (trace: readonly { readonly function: string }[] | undefined) =>
    new Set(trace?.map((s) => s.function));

  it("v2's overwrite leaves the zero page in the other CPU's TLB: nothing was zapped, so nothing will be flushed", async () => {
    const found = await run('zero-page-v2', on);
    expect(found.verdict).toBe('violated');
    expect(found.trace!.at(-1)!.step).toContain('stale TLB entry');
    expect(functions(found.trace)).not.toContain('zap_pte_range');
  });
  it("4.14: only between write(2)'s zap and its flush", async () => {
    const found = await run('v4.14', on);
    expect(found.verdict).toBe('violated');
    expect(functions(found.trace)).toContain('zap_pte_range');
    expect(functions(found.trace)).not.toContain('tlb_finish_mmu');
  });
  it('with tlb=off it does, in both', async () => {
    expect((await run('zero-page-v2', DEFAULT_CONFIG)).verdict).toBe('holds');
    expect((await run('v4.14', DEFAULT_CONFIG)).verdict).toBe('holds');
  });
});

it('a stale entry without its dirty bit permits no store: the walk that sets it looks at the PTE again', async () => {
  const own = defineProperty({
    id: 'dirty-entry',
    sentence: 'A store goes through a stale TLB entry only if that has the dirty bit.',
    promisedBy: 'mm/rmap.c, try_to_unmap_one()',
    premise: 'a store through a stale TLB entry',
    instance: () => ({
      step: (step) => {
        for (const m of kernelMarks(step.marks)) {
          if (m.type !== 'hw-store' || m.via === undefined) continue;
          return step.before(tlbSlot(step.process, m.page))?.d === true || violated('a clean entry was stored through');
        }
        return undefined;
      },
    }),
  });
  const scenario = 'a=block: store a || load a; store a || dontneed a';
  const run = await verify(await loadDesign('write-faults-2016'), scenario, {
    config: on,
    own: [own],
    properties: [own.id],
  });
  expect(run.properties[0]!.verdict).toBe('holds');
});

it('no TLB entry maps a copy that is free: pages are freed after the flush', async () => {
  const own = defineProperty({
    id: 'no-free-copy',
    sentence: 'No TLB entry maps an anonymous page that is free.',
    promisedBy: 'mm/memory.c, tlb_finish_mmu()',
    premise: 'a TLB entry maps an anonymous page',
    instance: () => ({
      states: [
        {
          name: 'tlb[T0].a',
          judge: (s) => {
            const pfn = s.read(tlbSlot('T0', 'a'))?.pfn;
            if (pfn === undefined || !isAnon(pfn)) return undefined;
            return s.read(anon(pfn)).refs > 0 || violated(`${pfn} is free`);
          },
        },
      ],
    }),
  });
  const scenario = 'a=block: [private] load a; store a; load a || truncate a';
  const run = await verify(await loadDesign('v4.14'), scenario, { config: on, own: [own], properties: [own.id] });
  expect(run.properties[0]!.verdict).toBe('holds');
});
