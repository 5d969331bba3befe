/** What happens when memory is short: the search ends with what is known, and says so. */
import { totalmem } from 'node:os';
import { getHeapStatistics } from 'node:v8';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { machineBudget } from '../../explorer/budget.ts';
import { otherwise } from '../../explorer/chart.ts';
import { exploreCompiled } from '../../explorer/compiled.ts';
import { readings } from '../../explorer/explain.ts';
import type { Exploration } from '../../explorer/exploration.ts';
import { explore } from '../../explorer/explore.ts';
import { exploreInterpreted } from '../../explorer/interpreted-search.ts';
import { explorePacked } from '../../explorer/packed.ts';
import { type PropertyInstance, violated } from '../../explorer/property.ts';
import { counter, END, ENGINES, guarded, system } from './small.ts';

const MIB = 2 ** 20;
const [n, m] = [counter.ref('n'), counter.ref('m')];

/** Two counters that go their own ways: far more than a million states. Early on, n is 3. */
const counts = (ref: typeof n) => ({
  a: guarded(otherwise('a', '', (s) => s.send(ref, { type: 'SET', n: (s.read(ref).n + 1) % 1500 }))),
  end: END,
});
const three: PropertyInstance = {
  id: 'three',
  states: [{ name: 'n', judge: (s) => (s.read(n).n === 3 ? violated('n is three') : true) }],
};
const never: PropertyInstance = {
  id: 'never',
  states: [{ name: 'm', judge: (s) => (s.read(m).n < 0 ? violated('') : true) }],
};
const large = () =>
  system({
    components: [
      { id: 'n', kind: counter },
      { id: 'm', kind: counter },
    ],
    processes: [counts(n), counts(m)],
    properties: [three, never],
  });

/** Nothing is claimed of what was not explored, and nothing found is lost. */
function expectHonest(found: Exploration, limit: string): void {
  expect(found.findings.map((f) => f.verdict)).toEqual(['violated', 'unknown']);
  expect(found.findings[0]).toMatchObject({
    damage: 'n is three',
    run: [{ process: 0 }, { process: 0 }, { process: 0 }],
  });
  expect(found.complete).toBe(false);
  expect(found.unfinished!.limit).toBe(limit);
  expect(found.unfinished!.left).toBeGreaterThan(0);
  expect(found.unfinished!.left).toBeLessThan(found.states);
}

describe.each(ENGINES)('the %s engine', (name, run) => {
  it('ends at a small budget of memory, with what it found by then', () => {
    const found = run(large(), { maxBytes: MIB, maxStates: 500_000 });
    expectHonest(found, 'memory');
    expect(found.states).toBeGreaterThan(100);
    if (name === 'packed') expect(found.peakBytes).toBeLessThanOrEqual(MIB);
  });

  it('ends at a number of states', () => {
    const found = run(large(), { maxStates: 1000 });
    expectHonest(found, 'states');
    expect(found.states).toBeGreaterThan(1000);
    expect(found.states).toBeLessThan(1010);
  });

  it('has its initial state however small the budget is', () => {
    const found = run(large(), { maxBytes: 1, maxStates: 500_000 });
    expect(found.unfinished!.limit).toBe('memory');
    expect(found.states).toBeGreaterThan(0);
  });
});

describe('where the machine has no more memory', () => {
  afterEach(() => vi.unstubAllGlobals());

  const refused = () => new RangeError('Array buffer allocation failed');
  class Scarce extends Uint32Array {
    constructor(...of: unknown[]) {
      if (typeof of[0] === 'number' && of[0] > 100_000) throw refused();
      super(...(of as [number]));
    }
  }
  class NoMemory {
    constructor() {
      throw refused();
    }
  }
  class SmallMemory extends WebAssembly.Memory {
    constructor(limits: ConstructorParameters<typeof WebAssembly.Memory>[0]) {
      super({ ...limits, maximum: 200 });
    }
  }
  const withMemory = (Memory: unknown) => vi.stubGlobal('WebAssembly', { ...exported, Memory });
  const { Module, Instance } = WebAssembly;
  const exported = { Module, Instance };

  it('a search over typed arrays ends with what it found by then', () => {
    vi.stubGlobal('Uint32Array', Scarce);
    const found = explorePacked(large());
    vi.unstubAllGlobals();
    expectHonest(found, 'machine');
    expect(readings(large(), found)[0]).toMatchObject({ switches: 0, open: 'incomplete' });
  });

  it('so does one in WebAssembly', () => {
    withMemory(SmallMemory);
    expectHonest(exploreCompiled(large()), 'machine');
  });

  it('typed arrays are used where WebAssembly has no memory at all, with the same answer', () => {
    withMemory(NoMemory);
    const found = explore(large(), { maxStates: 5000 });
    vi.unstubAllGlobals();
    const { states, transitions, depth, findings } = explore(large(), { maxStates: 5000 });
    expect(found).toMatchObject({ states, transitions, depth, findings });
    expect(() => exploreCompiled(large(), { maxStates: 5000 })).not.toThrow();
  });

  it('and where there is no WebAssembly', () => {
    vi.stubGlobal('WebAssembly', undefined);
    expectHonest(explore(large(), { maxStates: 5000 }), 'states');
  });
});

describe('the interpreter, which fills the heap of JavaScript,', () => {
  afterEach(() => vi.restoreAllMocks());
  const used = (bytes: () => number) =>
    vi.spyOn(process, 'memoryUsage').mockImplementation(() => ({ heapUsed: bytes() }) as NodeJS.MemoryUsage);

  it('ends before that is full', () => {
    const full = getHeapStatistics().heap_size_limit;
    used(() => full);
    expectHonest(exploreInterpreted(large(), { maxStates: 5_000 }), 'machine');
  });

  it('builds no graph that there is no room for', () => {
    let heap = 0;
    used(() => heap);
    const found = exploreInterpreted(large(), { maxStates: 100 });
    heap = getHeapStatistics().heap_size_limit / 2;
    expect(() => found.graph()).toThrow(RangeError);
    expect(readings(large(), found)[0]).toMatchObject({ open: 'incomplete' });
    heap = 1;
    expect(found.graph().states).toBe(found.states);
  });
});

describe('without a limit of its own a search', () => {
  it('may take a good part of what the machine has, and never more', () => {
    expect(machineBudget()).toBeGreaterThanOrEqual(256 * MIB);
    expect(machineBudget()).toBeLessThanOrEqual(Math.max(256 * MIB, 0.75 * totalmem()));
  });

  it('may take no more than its control group has', () => {
    const group = vi.spyOn(process, 'constrainedMemory').mockReturnValue(600 * MIB);
    const rss = vi.spyOn(process.memoryUsage, 'rss').mockReturnValue(100 * MIB);
    expect(machineBudget()).toBeLessThanOrEqual(375 * MIB);
    group.mockRestore();
    rss.mockRestore();
  });
});
