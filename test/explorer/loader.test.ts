/**
 * Every check of the loader and of a run, broken by a chart as small as possible: the code, the place (machine and
 * state) and the mend. Never is the error XState's own, nor a plain TypeError.
 */

import { describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import {
  type Act,
  type Alternative,
  chart,
  dispatch,
  type Effect,
  otherwise,
  register,
  type StateConfig,
  step,
  wait,
  when,
} from '../../explorer/chart.ts';
import type { AnyKind } from '../../explorer/component.ts';
import { Domain, Transformer } from '../../explorer/domain.ts';
import type { ErrorCode, FaultlineError, Place } from '../../explorer/errors.ts';
import { checkComponent, loadProcess } from '../../explorer/load.ts';
import { initialLocal, sharedStepper } from '../../explorer/machine.ts';
import { System } from '../../explorer/system.ts';
import { counter, END, ENGINES, guarded, lock, place, refusal, SECTIONS, SRC, sleeping, system } from './small.ts';

type States = Record<string, StateConfig>;
const here = place(0);
const count = counter.ref('count');
const gate = lock.ref('gate');
const parts = [
  { id: 'count', kind: counter },
  { id: 'gate', kind: lock },
];
const to = (target: string, effect?: Effect) => otherwise(target, 'goes', effect);
const load = (states: States) => loadProcess('T0', chart(here, states), SECTIONS);
/** A raw XState config where the builders cannot make the mistake. */
const raw = (config: object): StateConfig => config as StateConfig;

function expectRefusal(broken: () => unknown, code: ErrorCode, at: Place, mend: RegExp, message = /./): FaultlineError {
  const e = refusal(broken);
  expect(e.code).toBe(code);
  expect(e.place).toEqual(at);
  expect(e.mend).toMatch(mend);
  expect(e.message).toMatch(message);
  const report = e.report();
  for (const told of [code, ...(Object.values(at) as string[]), e.message, e.mend]) expect(report).toContain(told);
  expect(report).not.toMatch(/\n\s+at /);
  return e;
}

const inA: Place = { machine: 'T0', state: 'T0/a' };

describe('a chart that is refused when it is loaded', () => {
  const refused = (states: States, code: ErrorCode, at: Place, mend: RegExp, message?: RegExp) =>
    expectRefusal(() => load(states), code, at, mend, message);

  it.each([
    ['null', null],
    ['a string', 'a'],
    ['no states', { states: {} }],
    ['nothing at all', {}],
  ])('E_CHART: %s', (_, broken) => {
    const at = { machine: 'T0' };
    expectRefusal(() => loadProcess('T0', broken as StateConfig, SECTIONS), 'E_CHART', at, /chart\(here/);
  });

  it.each([
    ['no meta', { on: { STEP: 'end' } }],
    ['no function', { meta: { src: SRC, section: 'guarded' }, on: { STEP: 'end' } }],
    ['no file', { meta: { fn: 'f', src: { tree: 'x', file: '' }, section: 'guarded' }, on: { STEP: 'end' } }],
    ['no version', { meta: { fn: 'f', src: { tree: '', file: 'f.c' }, section: 'guarded' }, on: { STEP: 'end' } }],
  ])('E_NO_SOURCE: %s', (_, state) => {
    refused({ a: raw(state), end: END }, 'E_NO_SOURCE', inA, /fn, src\.tree, src\.file/);
  });

  it('E_NO_SOURCE: a dispatch state without source', () => {
    refused(
      { a: guarded(to('b')), b: raw({ always: 'end' }), end: END },
      'E_NO_SOURCE',
      { machine: 'T0', state: 'T0/b' },
      /src/,
    );
  });

  it('E_NO_SECTION: none, and one that does not exist with the near names', () => {
    refused(
      { a: raw({ meta: { fn: 'f', src: SRC }, on: { STEP: 'end' } }), end: END },
      'E_NO_SECTION',
      inA,
      /One of guarded, sleeping, nothing/,
    );
    refused(
      { a: step('gaurded', 'f', SRC, to('end')), end: END },
      'E_NO_SECTION',
      inA,
      /no section gaurded\. Did you mean guarded\?/,
    );
  });

  it('E_MIXED_SECTIONS: a dispatch state with a section, or with STEP', () => {
    const meta = { fn: 'f', src: SRC };
    const a = guarded(to('b'));
    const b = { machine: 'T0', state: 'T0/b' };
    const sectioned = raw({ meta: { ...meta, section: 'guarded' }, always: 'end' });
    refused({ a, b: sectioned, end: END }, 'E_MIXED_SECTIONS', b, /either `always`.* or STEP/);
    refused({ a, b: raw({ meta, always: 'end', on: { STEP: 'end' } }), end: END }, 'E_MIXED_SECTIONS', b, /either/);
  });

  it('E_REFUSED: every alternative guarded, in a step and in a dispatch; no transition at all', () => {
    const only = when(() => true, 'end', 'if');
    refused({ a: guarded(only), end: END }, 'E_REFUSED', inA, /without a guard, or tag the state may-block/);
    const b = { machine: 'T0', state: 'T0/b' };
    refused({ a: guarded(to('b')), b: dispatch('f', SRC, only), end: END }, 'E_REFUSED', b, /must have no guard/);
    refused(
      { a: raw({ meta: { fn: 'f', src: SRC, section: 'guarded' } }) },
      'E_REFUSED',
      inA,
      /steps, dispatches or is final/,
    );
    refused({ a: guarded(), end: END }, 'E_REFUSED', inA, /steps, dispatches or is final/);
  });

  it('E_REFUSED: not for a wait, nor for a chart whose last way is open', () => {
    const a = wait(
      'guarded',
      'f',
      SRC,
      () => ({ what: 'x', owners: [] }),
      when(() => true, 'b', 'if'),
    );
    expect(() =>
      load({
        a,
        b: guarded(
          when(() => true, 'end', 'if'),
          to('end'),
        ),
        end: END,
      }),
    ).not.toThrow();
  });

  it('E_EVENT_NAME: an `on:` key other than STEP, in a state and in a compound state', () => {
    const misspelt = raw({ meta: { fn: 'f', src: SRC, section: 'guarded' }, on: { STEPP: 'end' } });
    refused({ a: misspelt, end: END }, 'E_EVENT_NAME', inA, /The one event of a path is STEP/, /STEPP/);
    const inner = chart(here.at('f'), { x: guarded(to(here.to('end'))) });
    const outer = raw({ ...inner, on: { RETRY: 'end' } });
    refused({ a: outer, end: END }, 'E_EVENT_NAME', { machine: 'T0', state: 'T0/f' }, /STEP/, /RETRY/);
  });

  it('E_TARGET: a misspelt sibling or id, with the near names', () => {
    refused({ a: guarded(to('ennd')), end: END }, 'E_TARGET', inA, /Did you mean end\?/, /ennd/);
    refused({ a: guarded(to('#T0/ennd')), end: END }, 'E_TARGET', inA, /Did you mean .*#T0\/end/, /#T0\/ennd/);
    const b = { machine: 'T0', state: 'T0/b' };
    refused({ a: guarded(to('b')), b: dispatch('f', SRC, to('bb')), end: END }, 'E_TARGET', b, /Did you mean b\?/);
    // A state of another chart needs its id.
    const f = chart(here.at('f'), { x: guarded(to('end')) });
    refused({ a: f, end: END }, 'E_TARGET', { machine: 'T0', state: 'T0/f/x' }, /x/, /end/);
  });

  it('E_TARGET: a state of a chart round this one, which its caller has to name', () => {
    const inner = chart(here.at('f').at('g'), { x: guarded(to('up_read')) });
    const f = chart(here.at('f'), { g: inner, up_read: guarded(to(here.to('end'))) });
    const x = { machine: 'T0', state: 'T0/f/g/x' };
    const mend = /^Known: x\. up_read is a state of T0\/f: what is called from there is given here\.to\('up_read'\)\.$/;
    refused({ a: f, end: END }, 'E_TARGET', x, mend, /^a transition to up_read, which is not in this chart$/);
  });

  it('E_TARGET: here.to() of a return value, which is a target already', () => {
    const end = here.to('end');
    const mend = /write ret\.DONE, not here\.to\(ret\.DONE\)/;
    refused({ a: guarded(to(here.to(end))), end: END }, 'E_TARGET', inA, mend, /here\.to\(\) was given a target/);
    const f = chart(here.at('f'), { x: guarded(to(here.at('f').to(end))) });
    refused({ a: f, end: END }, 'E_TARGET', { machine: 'T0', state: 'T0/f/x' }, mend, /#T0\/f\/#T0\/end/);
  });

  it('E_TARGET: a return value that there is not, where no compiler looked', () => {
    const ret: Readonly<Record<string, string>> = { DONE: 'end' };
    refused({ a: guarded(to(ret.DNOE!)), end: END }, 'E_TARGET', inA, /return value misspelt/, /to undefined/);
  });

  it.each<[string, () => Alternative, RegExp]>([
    ['a guard that is undefined', () => when(undefined as never, 'end', 'x'), /the guard .* of type undefined/],
    ['a guard that is a name', () => when('isFree' as never, 'end', 'x'), /the guard .* of type string/],
    ['an effect where the text stands', () => otherwise('end', (() => {}) as never), /the text .* of type function/],
    ['no text', () => otherwise('end', undefined as never), /the text .* of type undefined/],
    ['an effect that is no function', () => otherwise('end', 'x', {} as never), /the effect .* of type object/],
  ])('E_CHART: an alternative of %s, which would be taken for another one', (_, wrong, message) => {
    const mend = /otherwise\(target, text, effect\)/;
    refused({ a: guarded(wrong(), to('end')), end: END }, 'E_CHART', inA, mend, message);
    const b = { machine: 'T0', state: 'T0/b' };
    refused({ a: guarded(to('b')), b: dispatch('f', SRC, wrong(), to('end')), end: END }, 'E_CHART', b, mend, message);
  });

  const meta = { fn: 'f', src: SRC, section: 'guarded' };
  it.each([
    ['invoke', { invoke: { src: 'actor' } }, /outside the step/],
    ['after', { after: { 10: 'end' } }, /no view/],
    ['onDone', { onDone: 'end' }, /no view/],
    ['entry', { entry: () => {} }, /later guards/],
    ['exit', { exit: () => {} }, /later guards/],
    ['history', { type: 'history', history: 'deep' }, /state value/],
  ])('E_FEATURE: %s', (feature, config, why) => {
    const a = raw({ meta, on: { STEP: 'end' }, ...config });
    const e = refused({ a, end: END }, 'E_FEATURE', inA, /states and STEP transitions/, why);
    expect(e.message).toContain(feature);
  });
  it('E_FEATURE: parallel regions', () => {
    const a = raw({ type: 'parallel', states: { x: guarded(to('x')), y: guarded(to('y')) } });
    refused({ a, end: END }, 'E_FEATURE', inA, /make each region a process/, /parallel/);
  });

  it('E_ENDLESS: `always` transitions in a circle, also through a compound state', () => {
    const maybe = (target: string) =>
      dispatch(
        'f',
        SRC,
        when((s) => s.choose('again', ['no', 'yes']) === 'yes', target, ''),
        to('end'),
      );
    const e = refused(
      { a: guarded(to('b')), b: maybe('c'), c: maybe('b'), end: END },
      'E_ENDLESS',
      { machine: 'T0', state: 'T0/c' },
      /stable state that targets itself/,
    );
    expect(e.message).toMatch(/T0\/b/);
    expect(e.message).toMatch(/T0\/c/);
    refused(
      { a: guarded(to('b')), b: maybe('b'), end: END },
      'E_ENDLESS',
      { machine: 'T0', state: 'T0/b' },
      /one step per iteration/,
    );
    const f = chart(here.at('f'), { x: dispatch('f', SRC, to('#T0/b')) });
    refused(
      { a: guarded(to('b')), b: dispatch('f', SRC, to('f')), f, end: END },
      'E_ENDLESS',
      { machine: 'T0', state: 'T0/f/x' },
      /stable/,
    );
  });
});

describe('a component that is refused when it is checked', () => {
  const withMachine = (config: object): AnyKind => ({ ...counter, machine: createMachine(config as never) as never });
  const refused = (config: object, code: ErrorCode, at: Place, mend: RegExp, message?: RegExp) =>
    expectRefusal(() => checkComponent(withMachine(config)), code, at, mend, message);

  it('E_EVENT_NAME: a misspelt `on:` key with the near names, and a wildcard', () => {
    const root = { machine: 'counter', state: 'counter' };
    refused({ on: { INCC: {} } }, 'E_EVENT_NAME', root, /Did you mean INC\?/, /INCC/);
    refused({ on: { '*': {} } }, 'E_EVENT_NAME', root, /Known: INC, SET/, /\*/);
    const off = { machine: 'counter', state: 'counter.off' };
    refused({ initial: 'off', states: { off: { on: { SETT: {} } } } }, 'E_EVENT_NAME', off, /Did you mean SET\?/);
  });

  it('E_FEATURE: parallel, after, entry, always', () => {
    const on = (state: object) => ({ initial: 'a', states: { a: state, b: {} } });
    const a = { machine: 'counter', state: 'counter.a' };
    refused(on({ after: { 5: 'b' } }), 'E_FEATURE', a, /STEP transitions/, /after/);
    refused(on({ entry: () => {} }), 'E_FEATURE', a, /STEP transitions/, /entry/);
    refused(on({ always: 'b' }), 'E_FEATURE', a, /one transition/, /always/);
    refused(
      { type: 'parallel', states: { a: {}, b: {} } },
      'E_FEATURE',
      { machine: 'counter', state: 'counter' },
      /process/,
    );
  });

  it('accepts the kinds of these tests', () => {
    expect(() => checkComponent(counter)).not.toThrow();
    expect(() => checkComponent(lock)).not.toThrow();
  });
});

describe.each(ENGINES)('what only a run shows, in the %s engine', (name, explore) => {
  const packed = name === 'packed';
  const run = (states: States, components = parts) => explore(system({ components, processes: [states] }));
  const refused = (states: States, code: ErrorCode, at: Place, mend: RegExp, message?: RegExp) =>
    expectRefusal(() => run(states), code, at, mend, message);

  it('E_SECTION: read and written outside the sections that protect it', () => {
    const reads = step(
      'nothing',
      'f',
      SRC,
      when((s) => s.read(count).n > 0, 'end', 'if'),
      to('end'),
    );
    refused(
      { a: reads, end: END },
      'E_SECTION',
      inA,
      /may be read in guarded: .* step of its own/,
      /count is read in section nothing/,
    );
    const writes = guarded(to('end', (s) => s.send(gate, { type: 'LOCK' })));
    refused(
      { a: writes, end: END },
      'E_SECTION',
      inA,
      /may be written in sleeping/,
      /gate is written in section guarded/,
    );
  });

  it('E_SECTION: what a dispatch reads belongs to the section of the step that leads to it', () => {
    const b = dispatch(
      'g',
      SRC,
      when((s) => s.read(count).n > 0, 'end', 'if'),
      to('end'),
    );
    expect(run({ a: guarded(to('b')), b, end: END }).complete).toBe(true);
    refused({ a: sleeping(to('b')), b, end: END }, 'E_SECTION', inA, /guarded/, /count is read in section sleeping/);
  });

  const missing = undefined as never;
  it.each<[string, Effect, ErrorCode, RegExp, RegExp]>([
    ['read() of no component', (s) => s.read(missing), 'E_COMPONENT', /read\(\) is given undefined/, /misspelt/],
    [
      'read() of no part',
      (s) => s.read(count, 'n' as never),
      'E_COMPONENT',
      /count is given "n" as the part/,
      /selector/,
    ],
    ['send() to no component', (s) => s.send(missing, missing), 'E_COMPONENT', /send\(\) is given/, /misspelt/],
    ['send() of no event', (s) => s.send(count, missing), 'E_EVENT_NAME', /send\(\) to count .* as the event/, /type/],
    ['get() of no register', (s) => s.get(missing), 'E_COMPONENT', /get\(\) .* place of a register/, /misspelt/],
    ['set() of no register', (s) => s.set(missing, null), 'E_COMPONENT', /set\(\) .* place of a register/, /misspelt/],
  ])('%s is told with its place, in guard and effect', (_, effect, code, message, mend) => {
    refused({ a: guarded(to('end', effect)), end: END }, code, inA, mend, message);
    const asks = when((s) => effect(s as Act) === undefined, 'end', 'if');
    refused({ a: guarded(asks, to('end')), end: END }, code, inA, mend, message);
  });

  it.each<[unknown, RegExp]>([
    [undefined, /answers undefined/],
    [1, /answers a number/],
    [{}, /answers an object/],
  ])('E_THROWN: a guard that answers %s', (answer, message) => {
    const asks = when(() => answer as boolean, 'end', 'if');
    refused({ a: guarded(asks, to('end')), end: END }, 'E_THROWN', inA, /true or false\. Is a name/, message);
    const b = dispatch('f', SRC, asks, to('end'));
    refused({ a: guarded(to('b')), b, end: END }, 'E_THROWN', inA, /true or false/, message);
  });

  it('E_REFUSED: a raw step with nothing but false guards', () => {
    // As the loader refuses it, the machine is made without it.
    const machine = createMachine(
      raw({
        id: 'T0',
        initial: 'a',
        states: { a: { id: 'T0/a', on: { STEP: { guard: () => false, target: 'a' } } } },
      }) as never,
    );
    const s = new System({ components: [], processes: [{ id: 'T0', machine: machine as never }], properties: [] });
    expectRefusal(() => explore(s), 'E_REFUSED', inA, /without a guard, or tag the state may-block/);
  });

  it('E_UNHANDLED: an event that the component does not accept in its state', () => {
    const twice: Effect = (s) => {
      s.send(gate, { type: 'LOCK' });
      s.send(gate, { type: 'LOCK' });
    };
    const at = { machine: 'lock', state: 'taken' };
    refused(
      { a: sleeping(to('end', twice)), end: END },
      'E_UNHANDLED',
      at,
      /handle it .* `ignored`.*; if not, the path is wrong/,
      /LOCK reaches a lock that does not accept it/,
    );
    const readFirst: Effect = (s) => {
      if (s.read(gate) === 'free') s.send(gate, { type: 'UNLOCK' });
    };
    refused(
      { a: sleeping(to('end', readFirst)), end: END },
      'E_UNHANDLED',
      { machine: 'lock', state: 'free' },
      /path is wrong/,
    );
  });

  it('E_EVENT_NAME: a sent event that the component does not declare', () => {
    const sends: Effect = (s) => s.send(gate, { type: 'LOKC' } as never);
    refused(
      { a: sleeping(to('end', sends)), end: END },
      'E_EVENT_NAME',
      { machine: 'lock', state: 'free' },
      /LOCK, UNLOCK/,
      /LOKC/,
    );
  });

  it('E_COMPONENT: a component that the system lacks, read or written, with the near names', () => {
    const reads = guarded(
      when((s) => s.read(counter.ref('coutn')).n > 0, 'end', 'if'),
      to('end'),
    );
    refused({ a: reads, end: END }, 'E_COMPONENT', inA, /Did you mean count\?/, /coutn/);
    const writes = guarded(to('end', (s) => s.send(counter.ref('nowhere'), { type: 'INC' })));
    refused({ a: writes, end: END }, 'E_COMPONENT', inA, /Known: .*count, gate/, /nowhere/);
  });

  it('E_THROWN: a guard and an effect that throw, and an effect that mutates what it read', () => {
    const boom = (): never => {
      throw new Error('boom');
    };
    refused({ a: guarded(when(boom, 'end', 'if'), to('end')), end: END }, 'E_THROWN', inA, /must not throw/, /boom/);
    refused({ a: guarded(to('end', boom)), end: END }, 'E_THROWN', inA, /must not throw/, /boom/);
    const mutates: Effect = (s) => {
      (s.read(count) as { n: number }).n = 1;
    };
    refused({ a: guarded(to('end', mutates)), end: END }, 'E_THROWN', inA, /must not throw/, /read only/);
  });

  it('E_ENDLESS: `always` without end that the charts do not show', () => {
    // The loader refuses this one, so the machine is made without it.
    const states = {
      a: { id: 'T0/a', on: { STEP: 'b' } },
      b: { id: 'T0/b', always: 'c' },
      c: { id: 'T0/c', always: 'b' },
    };
    const config = { id: 'T0', initial: 'a', states, options: { maxIterations: 100 } };
    const machine = createMachine(config as never) as never;
    const s = new System({ components: [], processes: [{ id: 'T0', machine }], properties: [] });
    expectRefusal(() => explore(s), 'E_ENDLESS', inA, /stable state that targets itself/);
  });

  it.runIf(packed)('E_IMPURE: a guard with a counter, an effect with a random number', () => {
    let calls = 0;
    const counts = guarded(
      when(() => calls++ % 2 === 0, 'b', 'if'),
      to('end'),
    );
    refused(
      { a: counts, b: guarded(to('end')), end: END },
      'E_IMPURE',
      inA,
      /no clock, no random numbers, no variable/,
      /two runs/,
    );
    const guess = register('guess', 0);
    const random = guarded(to('b', (s) => s.set(guess, Math.random())));
    refused({ a: random, b: guarded(to('end', (s) => s.set(guess, 0))), end: END }, 'E_IMPURE', inA, /no clock/);
    const sent = guarded(to('end', (s) => s.send(count, { type: 'SET', n: Math.random() })));
    refused({ a: sent, end: END }, 'E_IMPURE', inA, /no clock/);
  });

  it.runIf(packed)(
    'E_BOUND: a register that grows without end, by name',
    () => {
      const turns = register('turns', 0);
      const small = register('small', 0);
      const a = guarded(
        to('a', (s) => {
          s.set(small, (s.get(small) + 1) % 3);
          s.set(turns, s.get(turns) + 1);
        }),
      );
      refused({ a, end: END }, 'E_BOUND', { machine: 'T0' }, /upper limit/, /field that grows is "turns"/);
    },
    60_000,
  );
});

it('E_BOUND: a component that grows without end, by name', () => {
  // The limit of a real run takes seconds to reach; the domain of a kind is what counts.
  const domain = new Domain(counter.kind, 50);
  const inc = new Transformer(domain, counter, [{ type: 'INC' }], sharedStepper);
  let local = domain.intern(initialLocal(counter.machine));
  const forever = () => {
    for (;;) local = inc.fill(local);
  };
  expectRefusal(forever, 'E_BOUND', { machine: 'counter' }, /upper limit/, /field that grows is "n"/);
});

it('E_BOUND: the field is named whatever else changes, and the limit is the first local beyond it', () => {
  const domain = new Domain('T7', 10);
  for (let i = 0; i < 10; i++) domain.intern({ value: 'a', context: { flag: i % 2, log: [i] } });
  expect(domain.intern({ value: 'a', context: { flag: 1, log: [9] } })).toBe(9);
  const eleventh = () => domain.intern({ value: 'a', context: { flag: 1, log: [10] } });
  expectRefusal(eleventh, 'E_BOUND', { machine: 'T7' }, /upper limit/, /more than 10 .*"log"/);
});
