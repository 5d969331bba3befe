/** A run of one system followed in another: by hand, and as a law that a system can follow its own runs. */
import { env } from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { otherwise, type StateConfig, when } from '../../explorer/chart.ts';
import type { Observed } from '../../explorer/effect.ts';
import type { Move } from '../../explorer/findings.ts';
import { follow, meaningsOf, violatesAlong } from '../../explorer/follow.ts';
import { explorePacked } from '../../explorer/packed.ts';
import { type PropertyInstance, violated } from '../../explorer/property.ts';
import { blocked, replay } from '../../explorer/trace.ts';
import { buildSystem } from './build-system.ts';
import { systemData } from './random-system.ts';
import { SEED } from './seed.ts';
import { type Count, counter, END, guarded, lock, type Parts, release, sleeping, system, take } from './small.ts';

const n = counter.ref('n');
const gate = lock.ref('gate');
const components = [
  { id: 'n', kind: counter },
  { id: 'gate', kind: lock },
];
/** Counters count, locks do not. */
const COUNTERS: Observed = {
  about: () => '',
  value: (kind, value) => (kind === 'counter' ? String((value as Count).n) : undefined),
  mark: () => undefined,
  last: (mark) => mark.type,
};

const set = (to: number, target: string): StateConfig =>
  guarded(otherwise(target, `n = ${to}`, (s) => s.send(n, { type: 'SET', n: to })));
const idle = (target: string, line = 'idle'): StateConfig => sleeping(otherwise(target, line));

/** The run of `a` in which the processes step in this order, followed in `b`. */
function followed(a: Parts, order: string, b: Parts) {
  const from = system({ components, ...a });
  const to = system({ components, ...b });
  const run: Move[] = [...order].map((p) => ({ process: Number(p), alternative: 0 }));
  const result = follow(meaningsOf(from, run, COUNTERS), to, explorePacked(to).graph(), COUNTERS)!;
  const text = (moves: readonly Move[]) => moves.map((m) => m.process).join('');
  const trace = replay(to, [...result.moves, ...result.next]);
  const rest = trace.steps.slice(result.moves.length).map((s) => s.step);
  return { steps: result.steps, moves: text(result.moves), ends: result.ends, rest, end: trace.end, to };
}

describe('by hand', () => {
  const twice = { a: set(1, 'b'), b: set(2, 'end'), end: END };

  it('the same effects by other steps: all of the run is followed', () => {
    const roundabout = { a: idle('b'), b: set(1, 'c'), c: idle('d'), d: set(2, 'end'), end: END };
    expect(followed({ processes: [twice] }, '00', { processes: [roundabout] })).toMatchObject({
      steps: 2,
      moves: '0000',
    });
    expect(followed({ processes: [roundabout] }, '0000', { processes: [twice] })).toMatchObject({
      steps: 4,
      moves: '00',
    });
  });

  it('another effect is refused, and what is done instead is told', () => {
    const otherwiseThree = { a: set(1, 'b'), b: idle('c', 'looks'), c: set(3, 'end'), end: END };
    expect(followed({ processes: [twice] }, '00', { processes: [otherwiseThree] })).toMatchObject({
      steps: 1,
      moves: '0',
      ends: 'effect',
      rest: ['looks', 'n = 3'],
    });
  });

  it('an effect that the run does not have may not come in between', () => {
    const m = counter.ref('m');
    const increment = (ref: typeof m, target: string) =>
      guarded(otherwise(target, ref.id, (s) => s.send(ref, { type: 'INC' })));
    const both = [...components, { id: 'm', kind: counter }];
    const one = { a: increment(m, 'end'), end: END };
    const two = { a: increment(n, 'b'), b: increment(m, 'end'), end: END };
    const result = followed({ components: both, processes: [one] }, '0', { components: both, processes: [two] });
    expect(result).toMatchObject({ steps: 0, ends: 'effect', rest: ['n'] });
  });

  it('an order that a lock forbids is refused, and the process waits', () => {
    const locked = (first: number) => ({
      down: take(gate, 'a', ['T0', 'T1']),
      a: set(first, 'b'),
      b: set(first + 1, 'up'),
      up: release(gate, 'end'),
      end: END,
    });
    const open = (first: number) => ({ a: set(first, 'b'), b: set(first + 1, 'end'), end: END });
    const result = followed({ processes: [open(1), open(5)] }, '01', { processes: [locked(1), locked(5)] });
    expect(result).toMatchObject({ steps: 1, moves: '00', ends: 'waits', rest: [] });
    expect(blocked(result.to, result.end)).toEqual([
      { process: 'T1', function: 'lock', what: 'gate', owners: ['T0', 'T1'] },
    ]);
    expect(followed({ processes: [open(1), open(5)] }, '0011', { processes: [locked(1), locked(5)] }).steps).toBe(4);
  });

  it('of several ways the one with the fewest steps of only one of the two is taken', () => {
    const parts = (...lines: string[]) => ({
      processes: [{ a: idle('b', lines[0]), b: idle('c', lines[1]), c: set(1, 'end'), end: END }],
    });
    // After the run's first step the other has opened and looked; to lock means nothing to it.
    const looked = followed(parts('looks', 'locks'), '00', parts('opens', 'looks'));
    expect(looked).toMatchObject({ steps: 2, ends: 'effect', rest: ['opens', 'looks', 'n = 1'] });
    const whole = followed(parts('looks', 'locks'), '000', parts('opens', 'looks'));
    expect(whole).toMatchObject({ steps: 3, moves: '000', rest: [] });
  });

  it('a process that never comes to the effect is told from one that goes round for ever', () => {
    const never = { a: set(1, 'end'), end: END };
    expect(followed({ processes: [twice] }, '00', { processes: [never] })).toMatchObject({
      steps: 1,
      ends: 'finished',
    });
    const round = { a: set(1, 'b'), b: idle('b', 'again'), end: END };
    expect(followed({ processes: [twice] }, '00', { processes: [round] })).toMatchObject({ steps: 1, ends: 'endless' });
  });

  it('what counts only at the end of a run counts at no other step', () => {
    const marking: StateConfig = guarded(otherwise('b', 'marks', (s) => s.mark({ type: 'seen' })));
    const marked = { a: marking, b: set(1, 'end'), end: END };
    const plain = { a: idle('b'), b: set(1, 'end'), end: END };
    expect(followed({ processes: [marked] }, '00', { processes: [plain] })).toMatchObject({ steps: 2 });
    expect(followed({ processes: [marked] }, '0', { processes: [plain] })).toMatchObject({
      steps: 0,
      rest: ['idle', 'n = 1'],
    });
  });
});

it('whether a run violates a property is judged along it', () => {
  const property: PropertyInstance = {
    id: 'p',
    states: [{ name: 'n', judge: (s) => (s.read(n).n === 1 ? violated('one') : true) }],
  };
  const s = system({
    components,
    processes: [
      {
        a: guarded(
          when(
            (l) => l.choose('coin', ['head', 'tail']) === 'head',
            'b',
            'head',
            (l) => l.send(n, { type: 'INC' }),
          ),
          otherwise('b', 'tail'),
        ),
        b: set(2, 'end'),
        end: END,
      },
    ],
    properties: [property],
  });
  const graph = explorePacked(s).graph();
  const run = (first: number): Move[] => [first, 0].map((alternative) => ({ process: 0, alternative }));
  expect([violatesAlong(graph, run(0), 0), violatesAlong(graph, run(1), 0)]).toEqual([true, false]);
});

it('every system follows its own counterexamples to the end, violating the same', { timeout: 120_000 }, () => {
  const ALL: Observed = {
    about: (stack) => stack.join('/'),
    value: (_, value) => JSON.stringify(value),
    mark: (mark) => mark.type,
    last: () => undefined,
  };
  let seen = 0;
  const law = fc.property(systemData, (data) => {
    const s = buildSystem(data);
    const found = explorePacked(s, { maxStates: 300 });
    if (!found.complete) return;
    for (const [p, { run }] of found.findings.entries()) {
      if (!run) continue;
      seen++;
      const result = follow(meaningsOf(s, run, ALL), s, found.graph(), ALL)!;
      expect([result.steps, result.moves.length]).toEqual([run.length, run.length]);
      expect(violatesAlong(found.graph(), run, p)).toBe(true);
    }
  });
  fc.assert(law, { numRuns: Number(env.FC_RUNS ?? 200), seed: SEED });
  expect(seen).toBeGreaterThan(20);
});
