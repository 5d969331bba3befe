/**
 * Small systems whose states and transitions are counted by hand, below at each of them. A state is the vector of
 * locals; a transition is one (state, process, alternative), whether or not its target is new.
 */

import { describe, expect, it } from 'vitest';
import { assign, createMachine } from 'xstate';
import { dispatch, otherwise, register, wait, when } from '../../explorer/chart.ts';
import { defineComponent, selector } from '../../explorer/component.ts';
import { explainDeadlock } from '../../explorer/deadlock.ts';
import type { Exploration } from '../../explorer/exploration.ts';
import { exploreInterpreted } from '../../explorer/interpreted-search.ts';
import { type PropertyInstance, violated } from '../../explorer/property.ts';
import { replay } from '../../explorer/trace.ts';
import {
  counter,
  END,
  ENGINES,
  guarded,
  lock,
  type Parts,
  place,
  release,
  SRC,
  sleeping,
  system,
  take,
} from './small.ts';

const n = counter.ref('n');
const gate = lock.ref('gate');
/** The graph: edges, and what the first slots have. */
const graphOf = (result: Exploration) => {
  const { states, firstEdge, target, process, alternative, ...g } = result.graph();
  const columns = [0, 1, 2].map((slot) => {
    const { of, locals } = g.column(slot);
    return [...of].map((i) => locals[i]);
  });
  return { states, firstEdge, target, process, alternative, columns };
};
const counts = ({ states, transitions, depth }: Exploration) => ({ states, transitions, depth });

describe.each(ENGINES)('counted by hand, by the %s engine', (_, explore) => {
  const run = (parts: Parts) => {
    const s = system(parts);
    return { s, result: explore(s) };
  };

  /**
   * k processes, each: take the lock, increment, release. A process is before (B), in its section with the increment
   * ahead (I) or behind (R), or at its end (E). At most one is in {I, R}, the lock is taken iff one is, and the counter
   * is the number of those in {R, E}: positions are all there is.
   * States: 2^k with none in the section, and k * 2 * 2^(k-1) with one.
   * Transitions: with none in, each B can take the lock: k * 2^(k-1); with one in, only that one steps: k * 2 * 2^(k-1).
   */
  it.each([1, 2, 3, 4])('%i processes increment through a lock', (k) => {
    const one = {
      a: take(gate, 'b', []),
      b: guarded(otherwise('c', 'increments', (s) => s.send(n, { type: 'INC' }))),
      c: release(gate, 'end'),
      end: END,
    };
    const components = [
      { id: 'n', kind: counter },
      { id: 'gate', kind: lock },
    ];
    const all: PropertyInstance = {
      id: 'all counted',
      quiescence: [{ name: 'n', judge: (s) => (s.read(n).n === k ? true : violated(`n is ${s.read(n).n}`)) }],
    };
    const processes = Array.from({ length: k }, () => one);
    const { result } = run({ components, processes, properties: [all, { id: 'no deadlock', deadlock: true }] });
    const half = 2 ** (k - 1);
    expect(counts(result)).toEqual({ states: 2 ** k + 2 * k * half, transitions: 3 * k * half, depth: 3 * k });
    expect(result.findings.map((f) => f.verdict)).toEqual(['holds', 'vacuous']);
    expect(result.ends()).toHaveLength(1);
  });

  /**
   * The same without lock and in two steps, for two processes: load n into a register (L), store it plus one (S), end (E).
   * Positions with the values that are possible:
   * LL 1, SL 1, LS 1, SS 1 (both hold 0), EL 1, LE 1, ES 2 (the other holds 0 or 1), SE 2, EE 2 (n is 1 or 2): 12 states.
   * Transitions: 2 from LL, SL, LS, SS; 1 from EL, LE, both ES and both SE: 14. Depth 4.
   * The lost update: T0 loads, T1 loads, T0 stores, T1 stores.
   */
  it('two processes lose an update', () => {
    const own = register('own', 0);
    const one = {
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
      id: 'both counted',
      quiescence: [{ name: 'n', judge: (s) => (s.read(n).n === 2 ? true : violated(`n is ${s.read(n).n}`)) }],
    };
    const { s, result } = run({ components: [{ id: 'n', kind: counter }], processes: [one, one], properties: [both] });
    expect(counts(result)).toEqual({ states: 12, transitions: 14, depth: 4 });
    expect(result.ends()).toHaveLength(2);
    const finding = result.findings[0]!;
    expect(finding).toMatchObject({ verdict: 'violated', damage: 'n is 1', element: 'n' });
    const { steps } = replay(s, finding.run!);
    expect(steps.map((t) => [t.process, t.function, t.step, t.section, t.stack, t.changes])).toEqual([
      ['T0', 'fn', 'loads', 'guarded', ['load'], {}],
      ['T1', 'fn', 'loads', 'guarded', ['load'], {}],
      ['T0', 'fn', 'stores', 'guarded', ['store'], { n: ['0', '1'] }],
      ['T1', 'fn', 'stores', 'guarded', ['store'], {}],
    ]);
  });

  describe('a wait queue', () => {
    interface Queue {
      readonly who: readonly string[];
    }
    type QueueEvent = { readonly type: 'SLEEP'; readonly who: string } | { readonly type: 'WAKE' };
    type Args = { context: Queue; event: { who: string } };
    const queue = defineComponent<Queue, QueueEvent>({
      kind: 'queue',
      machine: createMachine({
        id: 'queue',
        context: { who: [] },
        on: {
          SLEEP: { actions: assign({ who: (({ context, event }: Args) => [...context.who, event.who]) as never }) },
          WAKE: { actions: assign({ who: (({ context }: Args) => context.who.slice(1)) as never }) },
        },
      } as never) as never,
      events: { SLEEP: true, WAKE: true },
      readableIn: ['guarded', 'sleeping'],
      writableIn: ['guarded', 'sleeping'],
      decode: ({ context }) => context as unknown as Queue,
      show: ({ who }) => who.join(' ') || 'empty',
    });
    const q = queue.ref('q');
    const sleeps = selector('T0 sleeps', (v: Queue) => v.who.includes('T0'));
    const components = [
      { id: 'n', kind: counter },
      { id: 'q', kind: queue },
    ];
    const properties = [{ id: 'no deadlock', deadlock: true, neverVacuous: true }];
    /** Looks (a): if there is nothing, sleeps (b) until it is taken from the queue. */
    const sleeper = {
      a: guarded(
        when(
          (s) => s.read(n).n === 0,
          'b',
          'sleeps',
          (s) => s.send(q, { type: 'SLEEP', who: 'T0' }),
        ),
        otherwise('end', 'finds it'),
      ),
      b: wait(
        'guarded',
        'schedule',
        SRC,
        (s) => ({ what: 'a wake-up', owners: s.read(n).n > 0 ? [] : ['T1'] }),
        when((s) => !s.read(q, sleeps), 'end', 'is woken'),
      ),
      end: END,
    };
    const gives = { type: 'SET', n: 1 } as const;

    /**
     * The giver sets and wakes in one step. T0 at a, asleep (z), woken (w) or at its end (e); T1 at a or e:
     * aa -> za, ae; za -> we (only T1 can step); ae -> ee; we -> ee. 5 states, 5 transitions, depth 2.
     */
    it('hands over', () => {
      const giver = {
        a: guarded(
          otherwise('end', 'sets and wakes', (s) => {
            s.send(n, gives);
            s.send(q, { type: 'WAKE' });
          }),
        ),
        end: END,
      };
      const { result } = run({ components, processes: [sleeper, giver], properties });
      expect(counts(result)).toEqual({ states: 5, transitions: 5, depth: 2 });
      expect(result.findings[0]!.verdict).toBe('holds');
    });

    /**
     * The giver wakes first (a) and sets afterwards (b):
     * aa -> za, ab; za -> wb; ab -> zb, ae; wb -> eb, we; zb -> ze; ae -> ee; eb -> ee; we -> ee; ze: nobody can step.
     * 10 states, 11 transitions, depth 3. The deadlock: T1 wakes, T0 sleeps, T1 sets.
     */
    it('is missed when the wake-up comes before the change', () => {
      const giver = {
        a: guarded(otherwise('b', 'wakes', (s) => s.send(q, { type: 'WAKE' }))),
        b: guarded(otherwise('end', 'sets', (s) => s.send(n, gives))),
        end: END,
      };
      const { s, result } = run({ components, processes: [sleeper, giver], properties });
      expect(counts(result)).toEqual({ states: 10, transitions: 11, depth: 3 });
      const { steps, blocked } = replay(s, result.findings[0]!.run!);
      expect(steps.map((t) => [t.process, t.step])).toEqual([
        ['T1', 'wakes'],
        ['T0', 'sleeps'],
        ['T1', 'sets'],
      ]);
      expect(explainDeadlock(blocked)).toEqual({
        kind: 'missed wake-up',
        text: 'missed wake-up: T0 sleeps for a wake-up, and no one is left to wake it',
      });
    });
  });

  /**
   * One coin, and on heads a die with three sides: tails, and the sides one, two, three. Sides two and three lead to the
   * same state but are two alternatives. a -> end, b, c, c; b -> end; c -> end: 4 states, 6 transitions, depth 1.
   */
  it('counts every alternative of a choice', () => {
    const coin = ['tails', 'heads'] as const;
    const die = ['one', 'two', 'three'] as const;
    const gambler = {
      a: guarded(
        when((s) => s.choose('coin', coin) === 'tails', 'end', 'tails'),
        when((s) => s.choose('die', die) === 'one', 'b', 'one'),
        otherwise('c', 'two or three'),
      ),
      b: guarded(otherwise('end', '')),
      c: guarded(otherwise('end', '')),
      end: END,
    };
    const { result } = run({ processes: [gambler] });
    expect(counts(result)).toEqual({ states: 4, transitions: 6, depth: 1 });
  });

  /** A choice that opens a wait on one side only is one transition: waiting on the other side is none. */
  it('counts no transition for waiting', () => {
    const waiter = {
      a: wait(
        'guarded',
        'fn',
        SRC,
        () => ({ what: 'luck', owners: [] }),
        when((s) => s.choose('coin', ['tails', 'heads']) === 'heads', 'end', 'heads'),
      ),
      end: END,
    };
    const properties = [{ id: 'no deadlock', deadlock: true, neverVacuous: true }];
    const { s, result } = run({ processes: [waiter], properties });
    expect(counts(result)).toEqual({ states: 2, transitions: 1, depth: 1 });
    expect(result.findings[0]!.verdict).toBe('holds');
    expect(replay(s, [{ process: 0, alternative: 1 }]).steps.map((t) => t.step)).toEqual(['heads']);
  });

  /**
   * A dispatch state is no state of the system: a (step), d (dispatch on the parity of n), b and c (steps).
   * n is 0 at first: a -> b; b increments and goes on through d, now odd, to c; c -> end. 4 states, 3 transitions.
   */
  it('decides a dispatch within the step that leads to it', () => {
    const odd = selector('odd', (v: { n: number }) => v.n % 2 === 1);
    const one = {
      a: guarded(otherwise('d', 'a')),
      d: dispatch(
        'fn',
        SRC,
        when((s) => s.read(n, odd), 'c', 'odd'),
        otherwise('b', 'even'),
      ),
      b: guarded(otherwise('d', 'b', (s) => s.send(n, { type: 'INC' }))),
      c: guarded(otherwise('end', 'c')),
      end: END,
    };
    const { s, result } = run({ components: [{ id: 'n', kind: counter }], processes: [one] });
    expect(counts(result)).toEqual({ states: 4, transitions: 3, depth: 3 });
    const steps = replay(
      s,
      [0, 0, 0].map((process) => ({ process, alternative: 0 })),
    ).steps;
    expect(steps.map((t) => t.step)).toEqual(['a; even', 'b; odd', 'c']);
  });

  /**
   * A process that steps in place for ever: 1 state and 1 transition. With the property's monitor, which counts the
   * marks modulo 3, there are 3 and 3. A monitor is in the state only if its property runs.
   */
  it('counts monitors with the properties that run', () => {
    const forever = { a: guarded(otherwise('a', 'tick', (s) => s.mark({ type: 'TICK' }))) };
    const three = defineComponent<string, { readonly type: 'NEXT' }>({
      kind: 'three',
      machine: createMachine({
        id: 'three',
        initial: 'x',
        states: { x: { on: { NEXT: 'y' } }, y: { on: { NEXT: 'z' } }, z: { on: { NEXT: 'x' } } },
      }) as never,
      events: { NEXT: true },
      readableIn: [],
      writableIn: [],
      decode: ({ value }) => value as string,
      show: (v) => v,
    });
    const ref = three.ref('monitor');
    const ticks: PropertyInstance = {
      id: 'third tick',
      monitor: {
        ref: ref as never,
        kind: three,
        observe: ({ marks }) => marks.map(() => ({ type: 'NEXT' })),
      },
      step: (s) => (s.before(ref) === 'y' ? violated(`${s.before(ref)} to ${s.after(ref)}`) : true),
    };
    expect(counts(run({ processes: [forever] }).result)).toEqual({ states: 1, transitions: 1, depth: 0 });
    const { s, result } = run({ processes: [forever], properties: [ticks] });
    expect(counts(result)).toEqual({ states: 3, transitions: 3, depth: 2 });
    expect(result.findings[0]).toMatchObject({
      verdict: 'violated',
      damage: 'y to z',
      run: [{ process: 0 }, { process: 0 }],
    });
    expect(replay(s, result.findings[0]!.run!).steps.map((t) => t.changes)).toEqual([{}, {}]);
  });

  /**
   * 12 counters, and one process that 4 times increments any of them: after j steps there are as many states as
   * multisets of j out of 12. 1 + 12 + 78 + 364 + 1365 = 1820 states, 12 * (1 + 12 + 78 + 364) = 5460 transitions.
   * Packed, the first levels fit into one word; the fifth local of the counters widens their fields into two.
   */
  it('keeps states that outgrow a word', () => {
    const names = Array.from({ length: 12 }, (_x, i) => `n${i}`);
    const left = register('left', 4);
    const one = {
      a: guarded(
        when(
          (s) => s.get(left) > 1,
          place(0).to('a'),
          'increments',
          (s) => {
            s.send(counter.ref(s.choose('which', names)), { type: 'INC' });
            s.set(left, s.get(left) - 1);
          },
        ),
        otherwise('end', 'increments the last', (s) => {
          s.send(counter.ref(s.choose('which', names)), { type: 'INC' });
          s.set(left, 4);
        }),
      ),
      end: END,
    };
    const four: PropertyInstance = {
      id: 'all to one',
      quiescence: [
        { name: 'n11', judge: (s) => (s.read(counter.ref('n11')).n < 4 ? true : violated('n11 has them all')) },
      ],
    };
    const components = names.map((id) => ({ id, kind: counter }));
    const { s, result } = run({ components, processes: [one], properties: [four] });
    expect(counts(result)).toEqual({ states: 1820, transitions: 5460, depth: 4 });
    expect(result.ends()).toHaveLength(1365);
    expect(result.findings[0]!.run).toEqual(Array.from({ length: 4 }, () => ({ process: 0, alternative: 11 })));
    expect(graphOf(result)).toEqual(graphOf(exploreInterpreted(s)));
  });

  it('keeps states of more than a hundred bytes', () => {
    const names = Array.from({ length: 500 }, (_x, i) => `n${i}`);
    const one = {
      a: guarded(
        otherwise('end', 'increments one', (s) => s.send(counter.ref(s.choose('which', names)), { type: 'INC' })),
      ),
      end: END,
    };
    const { s, result } = run({
      components: names.map((id) => ({ id, kind: counter })),
      processes: [one],
      properties: [],
    });
    expect(counts(result)).toEqual({ states: 501, transitions: 500, depth: 1 });
    expect(result.ends()).toHaveLength(500);
    expect(graphOf(result)).toEqual(graphOf(exploreInterpreted(s)));
  });

  it('says how many states were found at a limit, and what it does not know', () => {
    const forever = { a: guarded(otherwise('a', 'counts', (s) => s.send(n, { type: 'INC' }))) };
    const small: PropertyInstance = {
      id: 'small',
      states: [{ name: 'n', judge: (s) => (s.read(n).n < 7 ? true : violated('seven')) }],
    };
    const never: PropertyInstance = { id: 'never', states: [{ name: 'n', judge: () => true }] };
    const s = system({ components: [{ id: 'n', kind: counter }], processes: [forever], properties: [small, never] });
    const verdicts = (maxStates: number) => explore(s, { maxStates }).findings.map((f) => f.verdict);
    expect(verdicts(7)).toEqual(['violated', 'unknown']);
    expect(verdicts(6)).toEqual(['unknown', 'unknown']);
    expect(counts(explore(s, { maxStates: 6 }))).toEqual({ states: 7, transitions: 6, depth: 6 });
    expect(explore(s, { maxStates: 1000, stop: true })).toMatchObject({ states: 8, complete: false });
  });
});

it('a sleeping lock that nobody else wants: the changes are shown as its kind shows them', () => {
  const s = system({
    components: [{ id: 'gate', kind: lock }],
    processes: [{ a: take(gate, 'b', []), b: sleeping(otherwise('c', '')), c: release(gate, 'end'), end: END }],
  });
  const steps = replay(
    s,
    [0, 0, 0].map((process) => ({ process, alternative: 0 })),
  ).steps;
  expect(steps.map((t) => t.changes)).toEqual([{ gate: ['free', 'taken'] }, {}, { gate: ['taken', 'free'] }]);
  expect(() => replay(s, [{ process: 0, alternative: 7 }])).toThrow(/does not replay: step 1/);
});
