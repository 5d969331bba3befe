/** Whether two systems look the same: laws on random systems, against an enumeration of what can be seen of them. */
import { env } from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { branchingClasses } from '../../explorer/equivalence/bisimulation.ts';
import { type Compared, compareObserved, type Subject } from '../../explorer/equivalence/equivalence.ts';
import { ENDS, type Labelled, type Observer } from '../../explorer/equivalence/labelled.ts';
import { allFinished, type GlobalState, initialState, successors } from '../../explorer/interpreter.ts';
import { canonical } from '../../explorer/json.ts';
import { explorePacked } from '../../explorer/packed.ts';
import type { System } from '../../explorer/system.ts';
import { buildSystem } from './build-system.ts';
import { type SystemData, systemData } from './random-system.ts';
import { SEED } from './seed.ts';

const RUNS = Number(env.FC_RUNS ?? 200);
const LIMIT = 150;
/** Labels of an enumerated trace, at most. */
const SEEN = 3;

/** Sees all components, and half of the marks. */
const observer: Observer = {
  name: (id) => id,
  value: (_kind, value) => canonical(value),
  mark: (mark) => (mark.type.endsWith('1') ? mark.type : undefined),
};

/** Sees nothing on the way. */
const endsOnly: Observer = {
  ...observer,
  value: () => undefined,
  mark: () => undefined,
  atEnd: observer.value,
};

function subject(data: SystemData): Subject | undefined {
  const system = buildSystem({ ...data, properties: [] });
  const found = explorePacked(system, { maxStates: LIMIT });
  return found.complete ? { system, graph: found.graph() } : undefined;
}

/** What can be seen of a run step by step, by XState itself: the trace, and the fewest steps that show it. */
function enumerated(system: System, sees: Observer): Map<string, number> {
  const traces = new Map<string, number>();
  const known = new Set<string>();
  let layer: { readonly state: GlobalState; readonly trace: readonly string[] }[] = [
    { state: initialState(system), trace: [] },
  ];
  const text = (trace: readonly string[]) => JSON.stringify(trace);
  const note = (trace: readonly string[], steps: number) => {
    if (!traces.has(text(trace))) traces.set(text(trace), steps);
  };
  for (let steps = 0; layer.length > 0; steps++) {
    const next: typeof layer = [];
    for (const { state, trace } of layer) {
      const key = `${canonical(state)} ${text(trace)}`;
      if (known.has(key)) continue;
      known.add(key);
      note(trace, steps);
      const ways = system.processes.flatMap((_, p) => successors(system, state, p));
      if (ways.length === 0) note([...trace, allFinished(system, state) ? ENDS.finished : ENDS.stuck], steps);
      for (const way of ways) {
        const label = seenOf(system, state, way, sees);
        const longer = label === '' ? trace : [...trace, label];
        if (longer.length <= SEEN) next.push({ state: way.state, trace: longer });
      }
    }
    layer = next;
  }
  return traces;
}

function seenOf(
  system: System,
  before: GlobalState,
  way: ReturnType<typeof successors>[number],
  sees: Observer,
): string {
  const changes = system.names.flatMap((name, slot) => {
    const c = system.components[slot];
    if (!c || !name.startsWith('c')) return [];
    const show = (s: GlobalState) => sees.value(c.kind.kind, c.kind.decode(s[slot]!));
    const [was, is] = [show(before), show(way.state)];
    return was === is ? [] : [`${name}: ${was} -> ${is}`];
  });
  return [...changes.sort(), ...way.result.marks.flatMap((m) => sees.mark(m) ?? [])].join(', ');
}

/** Something else in one place: an alternative does nothing, leads elsewhere, or has another condition. */
const change = fc.record({
  process: fc.nat({ max: 2 }),
  state: fc.nat({ max: 4 }),
  alternative: fc.nat({ max: 2 }),
  what: fc.constantFrom('nothing', 'fewer', 'elsewhere', 'first'),
});
type Change = typeof change extends fc.Arbitrary<infer T> ? T : never;

const changed = (data: SystemData, { process, state, alternative, what }: Change): SystemData => ({
  ...data,
  processes: data.processes.map((p, i) =>
    i !== process % data.processes.length
      ? p
      : {
          states: p.states.map((s, j) =>
            j !== state % p.states.length
              ? s
              : {
                  ...s,
                  alternatives: s.alternatives.flatMap((a, k) => {
                    if (k !== alternative % s.alternatives.length) return [a];
                    if (what === 'fewer') return s.alternatives.length > 1 ? [] : [a];
                    if (what === 'nothing') return [{ ...a, ops: [] }];
                    if (what === 'elsewhere') return [{ ...a, target: a.target + 1 }];
                    return [{ ...a, ops: a.ops.slice(0, 1) }];
                  }),
                },
          ),
        },
  ),
});

const pair = fc.tuple(systemData, change).map(([data, c]) => [data, changed(data, c)] as const);

function compared(a: SystemData, b: SystemData, sees = observer): [Compared, Subject, Subject] | undefined {
  const [one, two] = [subject(a), subject(b)];
  return one && two && [compareObserved([one, two], sees), one, two];
}

/** Sees of a value whether it is the empty one, and no mark: most steps show nothing. */
const partial: Observer = {
  ...observer,
  value: (_kind, value) => (/[1-9]/.test(canonical(value)) ? 'something' : 'nothing'),
  mark: () => undefined,
};

describe('two systems', () => {
  it('of which one is the other look the same, and are branching bisimilar', () => {
    fc.assert(
      fc.property(systemData, (data) => {
        const found = compared(data, data);
        if (found) expect(found[0]).toMatchObject({ same: true, relation: 'branching' });
      }),
      { numRuns: RUNS },
    );
  });

  it('look the same exactly if the same can be seen of them; the run is a shortest one that only one of them has', () => {
    let [same, different] = [0, 0];
    fc.assert(
      fc.property(pair, fc.boolean(), ([a, b], marks) => {
        const sees = marks ? observer : partial;
        const found = compared(a, b, sees);
        if (!found) return;
        const [{ same: verdict, difference }, one, two] = found;
        const traces = [enumerated(one.system, sees), enumerated(two.system, sees)] as const;
        const onlyIn = (i: 0 | 1) => [...traces[i]].filter(([trace]) => !traces[1 - i]!.has(trace));
        const apart = [...onlyIn(0), ...onlyIn(1)].map(([, steps]) => steps);
        if (verdict) {
          same++;
          expect(apart).toEqual([]);
          return;
        }
        different++;
        const { of, run, seen, last } = difference!;
        for (const steps of apart) expect(steps).toBeGreaterThanOrEqual(run.length);
        if (seen.length >= SEEN) return;
        const trace = JSON.stringify([...seen, last]);
        expect(traces[of].get(trace)).toBe(run.length);
        expect(traces[1 - of]!.has(trace)).toBe(false);
        expect(Math.min(...apart)).toBe(run.length);
        const instead = difference!.instead.map((label) => JSON.stringify([...seen, label]));
        for (const other of instead) expect(traces[1 - of]!.has(other)).toBe(true);
      }),
      { numRuns: RUNS, seed: SEED + 1 },
    );
    expect(same).toBeGreaterThan(RUNS / 20);
    expect(different).toBeGreaterThan(RUNS / 20);
  });

  it('have the same verdict and as long a run in either order', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const [there, back] = [compared(a, b), compared(b, a)];
        if (!there || !back) return;
        expect(back[0].same).toBe(there[0].same);
        expect(back[0].relation).toBe(there[0].relation);
        expect(back[0].difference?.run.length).toBe(there[0].difference?.run.length);
      }),
      { numRuns: RUNS, seed: SEED + 2 },
    );
  });

  it('have a run that replays in the one that it is said to be of', () => {
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const found = compared(a, b);
        if (!found?.[0].difference) return;
        const { of, run, seen, last, atEnd } = found[0].difference;
        const { system } = of === 0 ? found[1] : found[2];
        let state = initialState(system);
        const labels = run.flatMap(({ process, alternative }) => {
          const way = successors(system, state, process).find((s) => s.alternative === alternative)!;
          const label = seenOf(system, state, way, observer);
          state = way.state;
          return label === '' ? [] : [label];
        });
        expect(labels).toEqual(atEnd ? seen : [...seen, last]);
        if (atEnd) expect(last).toBe(allFinished(system, state) ? ENDS.finished : ENDS.stuck);
      }),
      { numRuns: RUNS, seed: SEED + 3 },
    );
  });

  it('of which only ends are seen look the same exactly if they end alike', () => {
    const ends = (s: Subject): Set<string> => {
      const out = new Set<string>();
      for (let n = 0; n < s.graph.states; n++) {
        if (s.graph.firstEdge[n] !== s.graph.firstEdge[n + 1]) continue;
        const values = s.system.names.flatMap((name, slot) => {
          const c = s.system.components[slot];
          return c ? [[name, c.kind.decode(s.graph.local(n, slot))]] : [];
        });
        out.add(canonical([s.graph.finished(n), values]));
      }
      return out;
    };
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const found = compared(a, b, endsOnly);
        if (found)
          expect(found[0].same).toBe(canonical([...ends(found[1])].sort()) === canonical([...ends(found[2])].sort()));
      }),
      { numRuns: RUNS, seed: SEED + 4 },
    );
  });

  it('of which values are seen at the end alone are the same if they are where all is seen on the way', () => {
    const verdicts: boolean[] = [];
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const all = compared(a, b, observer);
        const some = compared(a, b, { ...endsOnly, mark: observer.mark });
        const ends = compared(a, b, endsOnly);
        if (!all || !some || !ends) return;
        verdicts.push(some[0].same!);
        if (all[0].same) expect(some[0].same).toBe(true);
        if (some[0].same) expect(ends[0].same).toBe(true);
        const { difference } = some[0];
        if (difference?.atEnd)
          expect(difference.last).toMatch(/^(?:every process has finished|no process can go on): /);
      }),
      { numRuns: RUNS, seed: SEED + 5 },
    );
    expect(new Set(verdicts)).toEqual(new Set([true, false]));
  });

  it('are not judged where the search takes too many pairs', () => {
    let limited = 0;
    fc.assert(
      fc.property(pair, ([a, b]) => {
        const [one, two] = [subject(a), subject(b)];
        if (!one || !two) return;
        const all = compareObserved([one, two], observer);
        const few = compareObserved([one, two], observer, 3);
        if (few.same === undefined) limited++;
        else expect(few.same).toBe(all.same);
      }),
      { numRuns: RUNS, seed: SEED + 5 },
    );
    expect(limited).toBeGreaterThan(0);
  });
});

/** A graph by rows `[from, label, to]`. */
function graph(states: number, rows: readonly (readonly [number, number, number])[]): Labelled {
  const sorted = [...rows].sort((a, b) => a[0] - b[0]);
  const first = Uint32Array.from({ length: states + 1 }, (_, s) => sorted.filter(([from]) => from < s).length);
  return {
    states,
    first,
    label: Uint32Array.from(sorted, ([, label]) => label),
    target: Uint32Array.from(sorted, ([, , to]) => to),
  };
}

describe('branching bisimilarity', () => {
  it('takes a silent step that changes nothing for none', () => {
    // 0 -silent-> 1 -a-> 2; 3 -a-> 4
    const classes = branchingClasses(
      graph(5, [
        [0, 0, 1],
        [1, 1, 2],
        [3, 1, 4],
      ]),
    );
    expect([classes[0], classes[1]]).toEqual([classes[3], classes[3]]);
    expect(classes[2]).toBe(classes[4]);
  });

  it('tells an early choice from a late one', () => {
    // 0 -a-> 1 (b or c); 4 -a-> 5 (b), 4 -a-> 6 (c)
    const rows = [
      [0, 1, 1],
      [1, 2, 2],
      [1, 3, 3],
      [4, 1, 5],
      [4, 1, 6],
      [5, 2, 7],
      [6, 3, 8],
    ] as const;
    const classes = branchingClasses(graph(9, rows));
    expect(classes[0]).not.toBe(classes[4]);
  });

  it('tells a silent step that takes a choice away', () => {
    // 0 -silent-> 1 -b-> 3, 0 -c-> 2; 4 -b-> 5, 4 -c-> 6
    const rows = [
      [0, 0, 1],
      [0, 3, 2],
      [1, 2, 3],
      [4, 2, 5],
      [4, 3, 6],
    ] as const;
    const classes = branchingClasses(graph(7, rows));
    expect(classes[0]).not.toBe(classes[4]);
  });

  it('takes states on a silent cycle for one', () => {
    const rows = [
      [0, 0, 1],
      [1, 0, 0],
      [1, 1, 2],
      [3, 1, 4],
    ] as const;
    const classes = branchingClasses(graph(5, rows));
    expect([classes[0], classes[1]]).toEqual([classes[3], classes[3]]);
  });
});
