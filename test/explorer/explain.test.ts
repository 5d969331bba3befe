/** Reading a counterexample: fewest context switches, the last good choice, the nearest good run; by hand and as laws. */
import { env } from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Look, otherwise, register, wait, waitForEnvironment, when } from '../../explorer/chart.ts';
import { type Reading, readingOf, readings } from '../../explorer/explain.ts';
import type { Exploration } from '../../explorer/exploration.ts';
import { explore as exploreWith, withOrderedRuns } from '../../explorer/explore.ts';
import type { Move } from '../../explorer/findings.ts';
import { allFinished, type GlobalState, initialState, successors } from '../../explorer/interpreter.ts';
import { explorePacked } from '../../explorer/packed.ts';
import { type PropertyInstance, violated } from '../../explorer/property.ts';
import { switchesOf } from '../../explorer/switches.ts';
import type { System } from '../../explorer/system.ts';
import { buildSystem } from './build-system.ts';
import { systemData } from './random-system.ts';
import { SEED } from './seed.ts';
import { counter, END, ENGINES, guarded, lock, type Parts, release, SRC, sleeping, system, take } from './small.ts';
import { judgeState, text } from './survey.ts';

const n = counter.ref('n');
const never = (bad: (count: number) => boolean): PropertyInstance => ({
  id: 'never',
  states: [{ name: 'n', judge: (s) => (bad(s.read(n).n) ? violated(`n is ${s.read(n).n}`) : true) }],
});
const idle = (target: string) => sleeping(otherwise(target, ''));
const WAITS = () => ({ what: 'the other', owners: [] });
const processes = (run: readonly Move[]): string => run.map((m) => m.process).join('');

describe.each(ENGINES)('by hand, by the %s engine', (_, explore) => {
  const read = (parts: Parts): Reading => {
    const s = system(parts);
    return readings(s, explore(s))[0]!;
  };
  const components = [{ id: 'n', kind: counter }];
  const increments = (by: number) => ({
    a: guarded(otherwise('b', '', (s) => s.send(n, { type: 'SET', n: s.read(n).n + by }))),
    b: guarded(otherwise('end', '', (s) => s.send(n, { type: 'SET', n: s.read(n).n + by }))),
    end: END,
  });

  it('a run that ends where somebody waits for the environment is none of a deadlock, though it is as short and has fewer switches', () => {
    const looks = guarded(
      when((s) => s.read(n).n === 1, 'waits', ''),
      otherwise('outside', ''),
    );
    const forEver = ['guarded', 'fn', SRC, WAITS, when((s: Look) => s.read(n).n > 5, 'end', '')] as const;
    const { violation, switches } = read({
      components,
      processes: [
        { a: looks, waits: wait(...forEver), outside: waitForEnvironment(...forEver), end: END },
        increments(1),
      ],
      properties: [{ id: 'no-deadlock', deadlock: true, neverVacuous: true }],
    });
    expect([processes(violation.run), switches]).toEqual(['101', 2]);
  });

  it('one process goes on as long as it can', () => {
    // n = 22 needs all four steps, in any order.
    const { violation, switches } = read({
      components,
      processes: [increments(1), increments(10)],
      properties: [never((count) => count === 22)],
    });
    expect([processes(violation.run), switches, violation.damage]).toEqual(['0011', 1, 'n is 22']);
  });

  it('of a run that was given, whether it is the easiest to follow', () => {
    const given = (bad: (count: number) => boolean, order: string): Reading => {
      const s = system({ components, processes: [increments(1), increments(10)], properties: [never(bad)] });
      const run = [...order].map((process): Move => ({ process: Number(process), alternative: 0 }));
      return readingOf(s, explore(s), 0, { run, damage: '' }, undefined);
    };
    const all = (count: number): boolean => count === 22;
    expect(given(all, '0011')).not.toHaveProperty('easier');
    expect(given(all, '0101')).toMatchObject({ switches: 3, easier: 'fewer switches', good: {} });
    expect(given((count) => count > 10, '001')).toMatchObject({ switches: 1, easier: 'shorter' });
  });

  it('a run that does not switch stays as it was found', () => {
    const { violation, switches } = read({
      components,
      processes: [increments(1), increments(1)],
      properties: [never((count) => count === 2)],
    });
    expect([processes(violation.run), switches]).toEqual(['00', 0]);
  });

  /**
   * T0 looks at n, then waits until T1 has set it; T1 ends last. T0 may look before T1's step or after it, and the state
   * in which T0 is done is the same: looking after it saves a switch, and is found second.
   */
  it('a state that is reached in two ways is taken for the one with fewer switches', () => {
    const m = counter.ref('m');
    const done = (s: { send: (ref: typeof m, e: { type: 'INC' }) => void }) => s.send(m, { type: 'INC' });
    const { violation } = read({
      components: [...components, { id: 'm', kind: counter }],
      processes: [
        {
          a: guarded(
            when((s) => s.read(n).n === 0, 'early', 'early'),
            otherwise('late', 'late'),
          ),
          early: wait(
            'guarded',
            'fn',
            SRC,
            WAITS,
            when((s) => s.read(n).n > 0, 'end', '', done),
          ),
          late: guarded(otherwise('end', '', done)),
          end: END,
        },
        {
          a: guarded(otherwise('b', '', (s) => s.send(n, { type: 'INC' }))),
          b: wait(
            'guarded',
            'fn',
            SRC,
            WAITS,
            when(
              (s) => s.read(m).n > 0,
              'end',
              '',
              (s) => s.send(n, { type: 'INC' }),
            ),
          ),
          end: END,
        },
      ],
      properties: [never((count) => count === 2)],
    });
    expect(processes(violation.run)).toBe('1001');
  });

  it('a good run avoids the step that violates, also where another one leads to the same state', () => {
    const { violation, good } = read({
      processes: [
        {
          a: guarded(
            when(
              (s) => s.choose('coin', ['head', 'tail']) === 'head',
              'end',
              'head',
              (s) => s.mark({ type: 'bad' }),
            ),
            otherwise('end', 'tail'),
          ),
          end: END,
        },
      ],
      properties: [{ id: 'no mark', step: ({ marks }) => (marks.length > 0 ? violated('marked') : true) }],
    });
    const move = (alternative: number): Move => ({ process: 0, alternative });
    expect([violation.run, good]).toEqual([[move(0)], { steps: 0, rest: [move(1)] }]);
  });

  it('a way that leads to the end only through a violating step is no good one', () => {
    const marking = guarded(otherwise('end', '', (s) => s.mark({ type: 'bad' })));
    const { good } = read({
      processes: [{ a: idle('b'), b: marking, end: END }],
      properties: [{ id: 'no mark', step: ({ marks }) => (marks.length > 0 ? violated('marked') : true) }],
    });
    expect(good).toEqual({});
  });

  /** The lost update: once both have read, one of the two increments is lost. */
  const own = register('own', 0);
  const update = {
    load: guarded(otherwise('store', 'loads', (s) => s.set(own, s.read(n).n))),
    store: guarded(
      otherwise('end', 'stores', (s) => {
        s.send(n, { type: 'SET', n: s.get(own) + 1 });
        s.set(own, 0);
      }),
    ),
    end: END,
  };
  const both: PropertyInstance = {
    id: 'both count',
    quiescence: [{ name: 'n', judge: (s) => (s.read(n).n === 2 ? true : violated(`n is ${s.read(n).n}`)) }],
  };

  it('the last good choice of a lost update is before the second load', () => {
    const { violation, good } = read({ components, processes: [update, update], properties: [both] });
    expect(violation.run).toHaveLength(4);
    expect(new Set(processes(violation.run).slice(0, 2))).toEqual(new Set('01'));
    expect(good!.steps).toBe(1);
    // Whoever has loaded stores first, then the other one loads and stores.
    const [first] = violation.run;
    expect(processes(good!.rest!)).toBe(first!.process === 0 ? '011' : '100');
  });

  it('where every run is bad there is no good choice at all', () => {
    const { good } = read({ components, processes: [increments(1)], properties: [never((count) => count === 2)] });
    expect(good).toEqual({});
  });

  it('a violation that only the last step decides leaves all earlier choices good', () => {
    const { violation, good } = read({
      components,
      processes: [
        {
          a: guarded(otherwise('b', '')),
          b: guarded(
            when((s) => s.choose('coin', ['head', 'tail']) === 'head', 'end', 'head'),
            otherwise('end', 'tail', (s) => s.send(n, { type: 'INC' })),
          ),
          end: END,
        },
      ],
      properties: [never((count) => count === 1)],
    });
    expect([violation.run.length, good!.steps, good!.rest]).toEqual([2, 1, [{ process: 0, alternative: 0 }]]);
  });

  it('of a deadlock, the last good choice is before the second lock', () => {
    const a = lock.ref('A');
    const b = lock.ref('B');
    const nested = (outer: typeof a, inner: typeof a) => ({
      outer: take(outer, 'inner', ['T0', 'T1']),
      inner: take(inner, 'up', ['T0', 'T1']),
      up: release(inner, 'out'),
      out: release(outer, 'end'),
      end: END,
    });
    const { violation, good } = read({
      components: [
        { id: 'A', kind: lock },
        { id: 'B', kind: lock },
      ],
      processes: [nested(a, b), nested(b, a)],
      properties: [{ id: 'no deadlock', deadlock: true }],
    });
    expect([violation.run.length, good!.steps, processes(good!.rest!)]).toEqual([2, 1, '0001111']);
  });

  it('an initial state that is wrong needs no step', () => {
    const { violation, good } = read({
      components,
      processes: [{ a: sleeping(otherwise('end', '')), end: END }],
      properties: [never((count) => count === 0)],
    });
    expect([violation.run, good]).toEqual([[], {}]);
  });

  it('a search that ended early gives no good run', () => {
    const s = system({ components, processes: [update, update], properties: [never((count) => count === 1)] });
    const [reading] = readings(s, explore(s, { stop: true }));
    expect([reading!.open, reading!.good]).toEqual(['incomplete', undefined]);
  });
});

it('of a run that never ends, where a good one parts from it', () => {
  // T0 flips a coin first: head goes on, tail goes round for ever.
  const s = system({
    processes: [
      {
        a: guarded(otherwise('b', 'begins')),
        b: guarded(
          when((l) => l.choose('coin', ['head', 'tail']) === 'head', 'end', 'head'),
          otherwise('round', 'tail'),
        ),
        round: guarded(otherwise('round', 'again')),
        end: END,
      },
    ],
    properties: [{ id: 'completes', completes: () => true }],
  });
  const found = exploreWith(s);
  expect(found.findings[0]).toMatchObject({ verdict: 'violated', loopFrom: 2 });
  const [reading] = readings(s, found);
  expect([reading!.violation.run, reading!.good]).toEqual([
    found.findings[0]!.run,
    { steps: 1, rest: [{ process: 0, alternative: 0 }] },
  ]);
});

// ---- laws ------------------------------------------------------------------------------------------------------------

const RUNS = Number(env.FC_RUNS ?? 200);
const LIMIT = 250;

/** Runs `law` on random systems that have a violation and few states. */
function check(law: (s: System, found: Exploration) => void, seed: number): void {
  let seen = 0;
  fc.assert(
    fc.property(systemData, (data) => {
      const s = buildSystem(data);
      const found = explorePacked(s, { maxStates: LIMIT });
      if (!found.complete || found.findings.every((f) => !f.run)) return;
      seen++;
      law(s, found);
    }),
    { numRuns: Math.ceil(RUNS / 2), seed },
  );
  expect(seen).toBeGreaterThan(RUNS / 16);
}

const wrongStep = (s: System, way: ReturnType<typeof successors>[number], p: number): boolean => {
  const stuck = s.processes.every((_, q) => successors(s, way.state, q).length === 0) && !allFinished(s, way.state);
  return [way.result.judgements[p], ...judgeState(s, way.state, p, stuck)].some((j) => typeof j === 'object');
};

/** Fewest switches of all runs of that length that violate: every (state, last process, switches) step by step. */
function fewest(s: System, property: number, length: number): number {
  type At = readonly [GlobalState, last: number, switches: number];
  let layer = new Map<string, At>([['', [initialState(s), -1, 0]]]);
  let best = Number.POSITIVE_INFINITY;
  for (let step = 1; step <= length; step++) {
    const next = new Map<string, At>();
    for (const [state, last, switches] of layer.values()) {
      for (let p = 0; p < s.processes.length; p++) {
        const now = switches + (last >= 0 && last !== p ? 1 : 0);
        for (const way of successors(s, state, p)) {
          if (step === length) {
            if (wrongStep(s, way, property)) best = Math.min(best, now);
          } else next.set(`${text(way.state)} ${p} ${now}`, [way.state, p, now]);
        }
      }
    }
    layer = next;
  }
  return best;
}

/** Steps of a shortest good run from a state, by breadth-first search forwards. */
function goodSteps(s: System, from: GlobalState, property: number): number | undefined {
  const seen = new Set([text(from)]);
  const queue: [GlobalState, number][] = [[from, 0]];
  for (const [state, steps] of queue) {
    if (allFinished(s, state)) return steps;
    for (let p = 0; p < s.processes.length; p++) {
      for (const way of successors(s, state, p)) {
        if (seen.has(text(way.state)) || wrongStep(s, way, property)) continue;
        seen.add(text(way.state));
        queue.push([way.state, steps + 1]);
      }
    }
  }
  return undefined;
}

describe('on random systems', { timeout: 40_000 + 400 * RUNS }, () => {
  it('the run violates as told, is as short as the first one found, and no other such run switches less', () => {
    check((s, found) => {
      for (const [p, reading] of readings(s, found).entries()) {
        const length = found.findings[p]!.run?.length;
        expect(reading?.violation.run.length).toBe(length);
        if (!reading || !length) continue;
        const { run, damage } = reading.violation;
        let state = initialState(s);
        for (const [i, move] of run.entries()) {
          const way = successors(s, state, move.process).find((w) => w.alternative === move.alternative)!;
          expect(wrongStep(s, way, p)).toBe(i === run.length - 1);
          if (i === run.length - 1) {
            const said = [way.result.judgements[p], ...judgeState(s, way.state, p, true)];
            expect(said).toContainEqual({ violated: damage });
          }
          state = way.state;
        }
        expect([reading.switches, switchesOf(run)]).toEqual([fewest(s, p, length), reading.switches]);
      }
    }, SEED);
  });

  it('good runs end where the reading says, and what it tells is a shortest one', () => {
    check((s, found) => {
      for (const [p, reading] of readings(s, found).entries()) {
        if (!reading || reading.violation.run.length === 0) continue;
        const { steps, rest } = reading.good!;
        const states = [initialState(s)];
        for (const move of reading.violation.run.slice(0, -1)) {
          const ways = successors(s, states.at(-1)!, move.process);
          states.push(ways.find((w) => w.alternative === move.alternative)!.state);
        }
        const initially = judgeState(s, states[0]!, p, false).some((j) => typeof j === 'object');
        const left = states.map((state) => (initially ? undefined : goodSteps(s, state, p)));
        const last = left.findLastIndex((l) => l !== undefined);
        expect([steps ?? -1, rest?.length]).toEqual([last, left[last]]);
        // Once lost, lost for good.
        expect(left.slice(0, last + 1)).not.toContain(undefined);
        let state = states[last]!;
        for (const move of rest ?? []) {
          const way = successors(s, state, move.process).find((w) => w.alternative === move.alternative)!;
          expect(wrongStep(s, way, p)).toBe(false);
          state = way.state;
        }
        if (rest) expect(allFinished(s, state)).toBe(true);
      }
    }, SEED + 1);
  });

  it('both engines read alike', () => {
    const law = fc.property(systemData, fc.boolean(), (data, stop) => {
      const s = buildSystem(data);
      const options = { maxStates: LIMIT, stop };
      const [packed, interpreted] = ENGINES.map(([, engine]) => readings(s, engine(s, options)));
      expect(packed).toEqual(interpreted);
    });
    fc.assert(law, { numRuns: Math.ceil(RUNS / 4), seed: SEED + 2 });
  });
});

it('the run that is easiest to follow needs no more of the graph than its own depth', () => {
  check((s, found) => {
    const near = readings(s, { ...found, reduced: {}, ordered: found });
    for (const [p, whole] of readings(s, found).entries()) {
      expect(near[p]).toEqual(whole && { violation: whole.violation, switches: whole.switches, open: 'reduced' });
    }
  }, SEED + 15);
});

describe('where a search does not go in the usual order', () => {
  /** As if it had found the violations on other ways. */
  const disordered = (found: Exploration): Exploration => ({
    ...found,
    shortest: false,
    findings: found.findings.map((f) => (f.run ? { ...f, damage: 'something', element: 'some' } : f)),
  });

  it('violations are those that the search in order sees', () => {
    check((s, found) => {
      const { findings, states, ordered } = withOrderedRuns(s, disordered(found), { maxStates: LIMIT });
      expect(findings).toEqual(found.findings);
      expect(states).toBe(found.states);
      expect(ordered!.states).toBeLessThanOrEqual(found.states);
      const longest = Math.max(...found.findings.map((f) => f.run?.length ?? 0));
      expect(ordered!.depth).toBeLessThanOrEqual(longest + 1);
    }, SEED + 16);
  });

  it('a violation that the search in order has no room for stays, and may not be shortest', () => {
    check((s, found) => {
      const { findings } = withOrderedRuns(s, disordered(found), { maxStates: 1 });
      for (const [p, finding] of findings.entries()) {
        const { verdict, run } = found.findings[p]!;
        expect([finding.verdict, finding.run?.length]).toEqual([verdict, run?.length]);
        // Within the first states it may be seen all the same.
        if (run && run.length > 2) expect(finding).toMatchObject({ notShortest: true, damage: 'something' });
      }
    }, SEED + 17);
  });

  it('of what holds nothing is searched again', () => {
    const s = system({
      components: [{ id: 'n', kind: counter }],
      processes: [{ a: guarded(otherwise('end', '')), end: END }],
      properties: [never(() => false)],
    });
    expect(withOrderedRuns(s, { ...explorePacked(s), shortest: false }, {}).ordered).toBeUndefined();
  });
});
