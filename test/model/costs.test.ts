/**
 * What first stores, later stores and loads cost in the kernels: the sentences are the changelogs', the numbers are read
 * off the code by hand.
 */
import { describe, expect, it } from 'vitest';
import { costsOf, type DesignCosts, type OperationCosts } from '../../verify/costs.ts';
import { loadCosts, loadDesign } from '../../verify/registry.ts';

const costs = async (design: string, scenario: string, limits = {}): Promise<DesignCosts> =>
  costsOf(await loadDesign(design), scenario, limits);
const of = ({ operations }: DesignCosts, position: number, process = 'T0'): OperationCosts =>
  operations!.find((o) => o.process === process && o.position === position)!;
/** `2`, or `0..2`. */
const range = (o: OperationCosts, id: string): string => {
  const { best, worst } = o.costs.find((c) => c.id === id)!;
  return best === worst ? `${worst}` : `${best}..${worst}`;
};

describe('traps', () => {
  it.each([
    // Up to 4.13 a store inserts a read-only PTE and traps again, "the second fault" that the zero-page series takes away.
    ['v4.12', 'a=hole: store a', 0, '2'],
    ['v4.12', 'a=block: store a', 0, '2'],
    ['v4.12', 'a=hole: load a; store a', 1, '2'],
    ['v4.14', 'a=hole: store a', 0, '1'],
    ['v4.14', 'a=block: store a', 0, '1'],
    ['v4.14', 'a=hole: load a; store a', 1, '1'],
    ['zero-page-v2', 'a=hole: store a', 0, '1'],
    ['v4.0', 'a=hole: store a', 0, '2'],
    // Of a mapped block all of them take one.
    ['v4.0', 'a=block: load a; store a', 1, '1'],
    ['v4.12', 'a=block: load a; store a', 1, '1'],
    ['v4.14', 'a=block: load a; store a', 1, '1'],
    // Only from 4.5 on does fsync write-protect, so that the next store traps again.
    ['v4.0', 'a=block: store a; fsync; store a', 2, '0'],
    ['v4.12', 'a=block: store a; fsync; store a', 2, '1'],
    ['v4.14', 'a=block: store a; fsync; store a', 2, '1'],
  ])('%s, %s, operation %i: %s', async (design, scenario, position, traps) => {
    expect(range(of(await costs(design, scenario), position), 'traps')).toBe(traps);
  });

  it('one of two stores may find the PTE that the other has made', async () => {
    const found = await costs('v4.14', 'a=hole: store a || store a');
    expect([range(of(found, 0), 'traps'), range(of(found, 0, 'T1'), 'traps')]).toEqual(['0..1', '0..1']);
    // Whoever comes first allocates.
    expect(range(of(found, 0), 'blocks-allocated')).toBe('0..1');
  });
});

it('a load of a hole allocates a page up to 4.13 and nothing from 4.14 on', async () => {
  const allocated = async (design: string) => {
    const load = of(await costs(design, 'a=hole: load a'), 0);
    return [range(load, 'pages-allocated'), range(load, 'blocks-allocated')];
  };
  expect(await allocated('v4.0')).toEqual(['1', '0']);
  expect(await allocated('v4.12')).toEqual(['1', '0']);
  expect(await allocated('v4.14')).toEqual(['0', '0']);
});

it("4.14's first store, lock by lock and section by section", async () => {
  const store = of(await costs('v4.14', 'a=hole: store a'), 0);
  expect(Object.fromEntries(store.costs.map((c) => [c.id, range(store, c.id)]))).toMatchObject({
    // mmap_sem, freeze protection, i_mmap_sem, the entry
    'sleeping-locks': '4',
    // grab_mapping_entry(): look and, TL having been dropped, insert; dax_insert_mapping_entry(); unlock
    'tl-sections': '4',
    // insert_pfn()
    'ptl-sections': '1',
    zaps: '0',
    'tlb-flushes': '0',
    'blocks-allocated': '1',
    // file_update_time(), ext4_iomap_begin()
    'journal-starts': '2',
  });
});

it.each(['v5.10', 'v6.1'])('%s saves sections of the tree lock and journal starts', async (design) => {
  // grab_mapping_entry() looks and inserts in one section.
  expect(range(of(await costs(design, 'a=hole: store a'), 0), 'tl-sections')).toBe('3');
  // Only file_update_time() is left where the block is there and the size stays.
  expect(range(of(await costs(design, 'a=block: write a'), 0), 'journal-starts')).toBe('1');
  expect(range(of(await costs('v4.14', 'a=block: write a'), 0), 'journal-starts')).toBe('3');
});

it('from 5.10 on a truncate of one page zaps the others as well', async () => {
  const zaps = async (design: string) =>
    range(of(await costs(design, 'a=block, b=block: load a; truncate b'), 1), 'zaps');
  expect([await zaps('v4.14'), await zaps('v5.10'), await zaps('v6.1')]).toEqual(['0', '1', '1']);
});

it('replacing the zero page zaps and flushes it once for each address space', async () => {
  const zaps = async (scenario: string) => {
    const store = of(await costs('v4.14', scenario), 1);
    return [range(store, 'zaps'), range(store, 'tlb-flushes')];
  };
  expect(await zaps('a=hole: load a; store a')).toEqual(['1', '1']);
  expect(await zaps('a=hole: load a; store a || [mm2] load a')).toEqual(['1..2', '1..2']);
});

it('fsync flushes each writable mapping of a dirty page', async () => {
  const flushes = async (scenario: string) => range(of(await costs('v4.14', scenario), 1), 'tlb-flushes');
  expect(await flushes('a=block: store a; fsync')).toBe('1');
  expect(await flushes('a=block, b=block: store a; fsync; store b')).toBe('1');
});

it('create-only insertion refaults for ever: no bound, and one round of the loop says why', async () => {
  const store = of(await costs('write-flag-no-replace', 'a=block: load a; store a'), 1);
  const traps = store.costs.find((c) => c.id === 'traps')!;
  expect([traps.best, traps.worst]).toEqual([undefined, Number.POSITIVE_INFINITY]);
  expect(traps.loop!.map((s) => s.step)).toContain('!pte_none(): -EBUSY');
  expect(store.costs.find((c) => c.id === 'blocks-allocated')).toMatchObject({ worst: 0 });
});

it('a search that a limit ends says nothing', async () => {
  expect(await costs('v4.14', 'a=hole: store a || store a', { maxStates: 50 })).toEqual({ states: expect.any(Number) });
});

it('costs have ids and places of their own', async () => {
  const all = await loadCosts();
  expect(new Set(all.map((c) => c.id)).size).toBe(all.length);
  expect(all.map((c) => c.order)).toEqual([...new Set(all.map((c) => c.order))].sort((a, b) => a - b));
});
