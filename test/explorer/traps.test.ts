/**
 * Systems that once were, or easily become, wrong: each says in its name what must hold. `it.fails` marks what does not
 * hold yet: when it does, vitest says so, and the mark goes.
 */

import { describe, expect, it } from 'vitest';
import { assign, createMachine } from 'xstate';
import {
  chart,
  dispatch,
  type Effect,
  otherwise,
  Place,
  register,
  type StateConfig,
  wait,
  when,
} from '../../explorer/chart.ts';
import { defineComponent, type EventLike, selector } from '../../explorer/component.ts';
import type { FaultlineError } from '../../explorer/errors.ts';
import { loadProcess } from '../../explorer/load.ts';
import { type PropertyInstance, violated } from '../../explorer/property.ts';
import { System } from '../../explorer/system.ts';
import { replay } from '../../explorer/trace.ts';
import {
  type Count,
  counter,
  END,
  ENGINES,
  guarded,
  lock,
  type Parts,
  place,
  refusal,
  SECTIONS,
  SRC,
  sleeping,
  system,
  take,
} from './small.ts';

const n = counter.ref('n');
const one = [{ id: 'n', kind: counter }];
const to = (target: string, effect?: Effect) => otherwise(target, 'goes', effect);
const inc: Effect = (s) => s.send(n, { type: 'INC' });
const raw = (config: object): StateConfig => config as StateConfig;
/** A counter of another machine: `by` is what INC adds, or a function that it calls. */
const counterBy = (by: number | (() => number), kind = 'counter') => ({
  ...counter,
  kind,
  machine: createMachine({
    id: kind,
    context: { n: 0 },
    on: {
      INC: {
        actions: assign({
          n: (({ context }: { context: Count }) => context.n + (typeof by === 'number' ? by : by())) as never,
        }),
      },
      SET: {},
    },
  } as never) as never,
});

describe.each(ENGINES)('the %s engine', (name, explore) => {
  const run = (parts: Parts) => explore(system(parts));

  it('keeps two kinds apart that have one name', () => {
    const ten = counterBy(10);
    const both: Effect = (s) => {
      s.send(n, { type: 'INC' });
      s.send(counter.ref('m'), { type: 'INC' });
    };
    const result = run({
      components: [
        { id: 'n', kind: counter },
        { id: 'm', kind: ten },
      ],
      processes: [{ a: guarded(to('b', both)), b: guarded(to('end', both)), end: END }],
    });
    expect(result.states).toBe(3);
    expect(result.ends()).toEqual([
      JSON.stringify([
        ['n', { context: { n: 2 }, value: {} }],
        ['m', { context: { n: 20 }, value: {} }],
      ]),
    ]);
  });

  it('tells an undefined part from a part that is null', () => {
    const part = selector('part', (v: Count) => [undefined, null][v.n]);
    const result = run({
      components: one,
      processes: [
        {
          a: guarded(
            when((s) => s.read(n, part) === undefined, 'b', 'undefined'),
            to('end'),
          ),
          b: guarded(to('a', inc)),
          end: END,
        },
      ],
    });
    expect([result.states, result.transitions]).toEqual([4, 3]);
  });

  it('takes a process that has nothing to do as finished', () => {
    const ends: PropertyInstance = {
      id: 'ends',
      quiescence: [{ name: 'n', judge: (s) => violated(String(s.read(n).n)) }],
    };
    const idle = { end: END };
    const busy = { a: guarded(to('end', inc)), end: END };
    expect(run({ components: one, processes: [idle], properties: [ends] })).toMatchObject({
      states: 1,
      findings: [{ damage: '0', run: [] }],
    });
    expect(run({ components: one, processes: [idle, busy], properties: [ends] })).toMatchObject({
      states: 2,
      findings: [{ damage: '1' }],
    });
  });

  it('takes an event that changes nothing as handled', () => {
    const same: Effect = (s) => s.send(n, { type: 'SET', n: 0 });
    expect(run({ components: one, processes: [{ a: guarded(to('a', same)) }] })).toMatchObject({
      states: 1,
      transitions: 1,
    });
    const stays = defineComponent<string, { readonly type: 'STAY' }>({
      kind: 'stays',
      machine: createMachine({ id: 'stays', initial: 'x', states: { x: { on: { STAY: 'x' } } } }) as never,
      events: { STAY: true },
      readableIn: ['guarded'],
      writableIn: ['guarded'],
      decode: ({ value }) => value as string,
      show: (v) => v,
    });
    const ref = stays.ref('s');
    const components = [{ id: 's', kind: stays }];
    const processes = [{ a: guarded(to('a', (s) => s.send(ref, { type: 'STAY' }))) }];
    expect(run({ components, processes })).toMatchObject({ states: 1, transitions: 1 });
  });

  it('reads its own writes, wholly and by part, whether it read before or not', () => {
    const part = selector('n', (v: Count) => v.n);
    const seen: number[][] = [];
    const effect: Effect = (s) => {
      const before = s.read(n, part);
      s.send(n, { type: 'INC' });
      const middle = s.read(n, part);
      s.send(n, { type: 'INC' });
      seen.push([before, middle, s.read(n).n, s.read(n, part)]);
    };
    const result = run({ components: one, processes: [{ a: guarded(to('end', effect)), end: END }] });
    expect(result.states).toBe(2);
    expect(new Set(seen.map(String))).toEqual(new Set(['0,1,2,2']));
  });

  it('keeps the lines of a step in which a component reacts between them', () => {
    const effect: Effect = (s) => {
      s.line('before');
      s.read(n);
      s.send(n, { type: 'INC' });
    };
    const d = dispatch(
      'dispatch',
      SRC,
      when((s) => s.read(n).n > 5, 'a', 'no'),
      to('end', effect),
    );
    const result = run({ components: one, processes: [{ a: guarded(to('d', effect)), d, end: END }] });
    const { cases } = result.graph();
    expect(cases[0]!.result.lines.map((l) => l.text)).toEqual(['goes', 'before', 'goes', 'before']);
  });

  it('takes a register that is set back to its first value as one that was never set', () => {
    const r = register('r', 0);
    const sets =
      (value: number): Effect =>
      (s) =>
        s.set(r, value);
    const a = guarded(
      when((s) => s.choose('c', ['x', 'y']) === 'x', 'b', 'x', sets(1)),
      to('c'),
    );
    const result = run({ processes: [{ a, b: guarded(to('c', sets(0))), c: guarded(to('end')), end: END }] });
    expect([result.states, result.transitions]).toEqual([4, 4]);
  });

  it('gives a monitor all events of a step, in order', () => {
    const ref = counter.ref('monitor');
    const both: PropertyInstance = {
      id: 'both',
      monitor: {
        ref,
        kind: counter,
        observe: ({ process }) => [{ type: 'SET', n: 4 } as EventLike, { type: 'INC' }].slice(process === 'T0' ? 0 : 2),
      },
      step: ({ process, before, after }) => violated(`${process} ${before(ref).n} ${after(ref).n}`),
    };
    const { findings } = run({ processes: [{ a: guarded(to('end')), end: END }], properties: [both] });
    expect(findings[0]!.damage).toBe('T0 0 5');
  });

  it('leaves a blocked alternative its number, so that runs mean the same', () => {
    const s = system({
      processes: [
        {
          a: wait(
            'nothing',
            'fn',
            SRC,
            () => ({ what: 'luck', owners: [] }),
            when((v) => v.choose('c', ['x', 'y', 'z']) !== 'y', 'end', 'goes'),
          ),
          end: END,
        },
      ],
      properties: [{ id: 'never', step: () => violated('stepped') }],
    });
    expect(explore(s).transitions).toBe(2);
    expect(() => replay(s, [{ process: 0, alternative: 1 }])).toThrow(/not enabled/);
    expect(replay(s, [{ process: 0, alternative: 2 }]).steps).toHaveLength(1);
  });

  // A deadlock is seen when its state is expanded, the violation of a state when the state is found, one step earlier: the
  // first sighting of a property that judged both would not be shortest.
  it('refuses a property that judges deadlocks and states', () => {
    const mixed: PropertyInstance = { id: 'mixed', deadlock: true, states: [{ name: 'n', judge: () => true }] };
    const made = () => run({ components: one, processes: [{ a: guarded(to('end')), end: END }], properties: [mixed] });
    expect(made).toThrow(expect.objectContaining({ code: 'E_CHART', place: { machine: 'mixed' } }));
  });

  // The end state's processes that wait are listed even where another one can go on.
  it('calls no process blocked in a state that is no deadlock', () => {
    const gate = lock.ref('gate');
    const holder = { a: take(gate, 'b', []), b: sleeping(to('b')) };
    const waiter = { a: take(gate, 'end', ['T0']), end: END };
    const s = system({ components: [{ id: 'gate', kind: lock }], processes: [holder, waiter] });
    expect(explore(s).states).toBe(3);
    expect(replay(s, [{ process: 0, alternative: 0 }]).blocked).toEqual([]);
  });

  describe('an error of the author is no raw error', () => {
    const refused = (parts: Parts): FaultlineError => {
      const e = refusal(() => run(parts));
      expect(e.mend).not.toBe('');
      return e;
    };
    const inA = { machine: 'T0', state: 'T0/a' };
    const boom = (): never => {
      throw new Error('boom');
    };

    it('a component that throws at an event of a step that did not read it', () => {
      const broken = [{ id: 'n', kind: counterBy(boom) }];
      const e = refused({ components: broken, processes: [{ a: guarded(to('end', inc)), end: END }] });
      expect(e).toMatchObject({ code: 'E_THROWN' });
    });
    it('a component that throws at an event of its initial state', () => {
      const init = [{ type: 'INC' }];
      const { machine } = loadProcess('T0', chart(place(0), { end: END }), SECTIONS);
      const components = [{ id: 'n', kind: counterBy(boom), init }];
      const s = new System({ components, processes: [{ id: 'T0', machine }], properties: [] });
      expect(refusal(() => explore(s)).code).toBe('E_THROWN');
    });
    it.each<[string, Partial<PropertyInstance>]>([
      ['states', { states: [{ name: 'x', judge: boom }] }],
      ['steps', { step: boom }],
      ['final states', { quiescence: [{ name: 'x', judge: boom }] }],
    ])('a property that throws when it judges %s', (_, broken) => {
      const e = refused({ processes: [{ a: guarded(to('end')), end: END }], properties: [{ id: 'p', ...broken }] });
      expect(e).toMatchObject({ code: 'E_THROWN', place: { machine: 'p' } });
    });
    const moody = selector('moody', (v: Count) => (v.n > 0 ? boom() : v.n));
    const twice = (last: string) => ({
      a: guarded(
        when((s) => s.read(n, moody) > 5, 'end', 'if'),
        to('b', inc),
      ),
      b: guarded(to(last)),
      end: END,
    });
    // The interpreter says it: there the selector is called within the step.
    it('a selector that throws at a later value', () => {
      expect(refused({ components: one, processes: [twice('a')] })).toMatchObject({ code: 'E_THROWN', place: inA });
    });
    it('a process that is read as if it were a component', () => {
      const reads: Effect = (s) => void s.read(counter.ref('T0'));
      const e = refused({ components: one, processes: [{ a: guarded(to('end', reads)), end: END }] });
      expect(e).toMatchObject({ code: 'E_COMPONENT', place: inA });
    });
    it('a guard that throws is told without XState around it', () => {
      const e = refused({ processes: [{ a: guarded(when(boom, 'end', 'if'), to('end')), end: END }] });
      expect(e.message).toBe('a guard or effect threw: boom');
    });
    it('a guard that throws what is no error is told with that', () => {
      const throwsText = when(
        () => {
          throw 'a text';
        },
        'end',
        'if',
      );
      const e = refused({ processes: [{ a: guarded(throwsText, to('end')), end: END }] });
      expect(e.message).toBe('a guard or effect threw: a text');
    });
    it('an event that is not handled is told with the step that sends it', () => {
      const gate = lock.ref('gate');
      const unlocks: Effect = (s) => s.send(gate, { type: 'UNLOCK' });
      const components = [{ id: 'gate', kind: lock }];
      const e = refused({ components, processes: [{ a: sleeping(to('end', unlocks)), end: END }] });
      expect(e.code).toBe('E_UNHANDLED');
      expect(e.report()).toContain('T0/a');
    });
    // The interpreter has no tables to disagree with.
    it.runIf(name === 'packed')('an impure step is told with its place also when only a later run shows it', () => {
      // A selector of its own for every run is another question each time.
      const reads = when(
        (s) =>
          s.read(
            n,
            selector('n', (v: Count) => v.n),
          ) > 1,
        'end',
        'if',
      );
      const e = refused({ components: one, processes: [{ a: guarded(reads, to('a', inc)), end: END }] });
      expect(e).toMatchObject({ code: 'E_IMPURE', place: inA });
    });
    it.each<[string, (i: number) => unknown]>([
      ['a Set', (i) => new Set([i])],
      ['a Map', (i) => new Map([[i, i]])],
      ['not a number', (i) => (i === 0 ? Number.NaN : Number.POSITIVE_INFINITY)],
    ])('%s in a register, which JSON cannot tell from another one', (_, value) => {
      const r = register<unknown>('r', null);
      const a = guarded(
        when(
          (s) => s.choose('c', ['x', 'y']) === 'x',
          'b',
          'x',
          (s) => s.set(r, value(0)),
        ),
        to('b', (s) => s.set(r, value(1))),
      );
      refused({ processes: [{ a, b: guarded(to('end')), end: END }] });
    });
    it('a Set as the part that a selector picks', () => {
      const part = selector('set', (v: Count) => new Set([v.n]));
      refused({
        components: one,
        processes: [
          {
            a: guarded(
              when((s) => s.read(n, part).has(1), 'end', 'if'),
              to('end'),
            ),
            end: END,
          },
        ],
      });
    });
    it('a choice asked again with other options', () => {
      const other = when(
        (s) => s.choose('c', ['x', 'y']) === 'x' && (s.choose('c', ['u', 'v']) as string) === 'x',
        'end',
        'if',
      );
      const e = refused({ processes: [{ a: guarded(other, to('end')), end: END }] });
      expect(e.message).toBe('the choice c is asked again with other options');
    });
    it('two components of one name', () => {
      refused({ components: [...one, ...one], processes: [{ a: guarded(to('end', inc)), end: END }] });
    });
  });
});

describe('the loader', () => {
  const refused = (states: unknown, at: object): void => {
    const e = refusal(() => loadProcess('T0', raw(states as object), SECTIONS));
    expect(e.place).toEqual({ machine: 'T0', ...at });
    expect(e.mend).not.toBe('');
  };
  const here = place(0);
  const a = guarded(to('end'));

  it('refuses a chart without initial state', () => refused({ states: { a, end: END } }, { state: 'T0' }));
  it('refuses a chart whose initial state does not exist', () => {
    refused({ initial: 'b', states: { a, end: END } }, { state: 'T0' });
  });
  it('refuses a state that is not there, as a part that was forgotten makes it', () => {
    refused({ initial: 'a', states: { a, b: undefined, end: END } }, { state: 'T0.b' });
  });
  it('refuses a nested chart without states', () => {
    refused(chart(here, { a: guarded(to('b')), b: raw({ id: 'T0/f', states: {} }), end: END }), { state: 'T0/f' });
  });
  it('refuses two states of one id, as two calls at one place make them', () => {
    const f = () => chart(here.at('f'), { x: guarded(to(here.to('end'))) });
    refused(chart(here, { a: f(), b: f(), end: END }), { state: 'T0/f' });
  });
  it('refuses an id with a dot, which XState takes for a path', () => {
    const dotted = new Place('v4.0');
    refused(chart(dotted, { a: guarded(to(dotted.to('end'))), end: END }), { state: 'v4.0' });
  });
  it('refuses a process that starts in a dispatch state, where no step has led', () => {
    refused(chart(here, { d: dispatch('fn', SRC, to('end')), end: END }), { state: 'T0/d' });
  });
  const f = chart(here.at('f'), { x: guarded(to(here.to('end'))) });
  it.each([
    ['STEP', { on: { STEP: 'end' } }],
    ['a misspelt target', { on: { STEP: 'nowhere' } }],
    ['`always`', { always: 'end' }],
  ])('refuses a compound state with %s of its own', (_, more) => {
    refused(chart(here, { a: raw({ ...f, ...more }), end: END }), { state: 'T0/f' });
  });
  it('refuses an alternative after one without guard', () => {
    refused(chart(here, { a: guarded(to('end'), to('a')), end: END }), { state: 'T0/a' });
  });
});
