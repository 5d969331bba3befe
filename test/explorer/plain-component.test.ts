/** A component's reaction without XState says what XState says. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import './seed.ts';
import { type AnyStateMachine, assign, createMachine, raise, setup } from 'xstate';
import type { AnyKind, EventLike, Local } from '../../explorer/component.ts';
import { initialLocal, localOf, referenceStepper, resolve } from '../../explorer/machine.ts';
import { plainReaction } from '../../explorer/plain-component.ts';
import { DEFAULT_CONFIG } from '../../model/config.ts';
import { loadDesign } from '../../verify/registry.ts';
import { prepare } from '../../verify/verify.ts';

interface Given {
  readonly context: { readonly n: number; readonly who?: string };
  readonly event: { readonly type: string; readonly n: number };
}

const GUARDS = {
  small: ({ context }: Given) => context.n < 2,
  asked: ({ event }: Given) => event.n > 1,
};
const ACTIONS = {
  add: assign(({ context, event }: Given) => ({ n: Math.min(3, context.n + event.n) })) as never,
  // biome-ignore lint/suspicious/noExplicitAny: XState wants the whole of its parameters
  reset: assign({ n: 0, who: ({ event }: any) => event.type }) as never,
  forget: assign({ who: undefined } as never) as never,
  ignored: () => {},
};
const EVENTS = ['A', 'B', 'C'];
/** Two levels of states, with one of the same name on both. */
const TARGETS = ['#root', '#root.x', '#root.y', '#root.y.x', '#root.y.z', '#root.y.z.w'];

const transition = fc.record(
  {
    target: fc.constantFrom(...TARGETS),
    guard: fc.oneof(
      fc.constantFrom(...Object.keys(GUARDS)),
      fc.constant(GUARDS.small),
      fc.constantFrom(...Object.keys(GUARDS)).map((type) => ({ type })),
    ),
    actions: fc.array(fc.constantFrom('add', 'reset', 'forget', 'ignored', 'not there', { type: 'add' }), {
      maxLength: 3,
    }),
    reenter: fc.boolean(),
  },
  { requiredKeys: [] },
);
const on = fc.dictionary(fc.constantFrom(...EVENTS), fc.array(transition, { maxLength: 3 }), { maxKeys: 3 });
const machines = fc.record({ root: on, x: on, y: on, yx: on, yz: on, yzw: on }).map(({ root, x, y, yx, yz, yzw }) => {
  const z = { on: yz, initial: 'w', states: { w: { on: yzw } } };
  const states = { x: { on: x }, y: { on: y, initial: 'z', states: { x: { on: yx }, z } } };
  return setup({ guards: GUARDS, actions: ACTIONS } as never).createMachine({
    id: 'root',
    context: { n: 0 },
    initial: 'x',
    on: root,
    states,
  } as never) as unknown as AnyStateMachine;
});
const events = fc.array(fc.record({ type: fc.constantFrom(...EVENTS), n: fc.nat({ max: 2 }) }), { maxLength: 8 });

function byXState(machine: AnyStateMachine, local: Local, event: EventLike): Local | undefined {
  const from = resolve(machine, local);
  return from.can(event as never) ? localOf(referenceStepper(machine, from, event)[0]) : undefined;
}

describe('plainReaction()', () => {
  it('says what XState says of random machines', () => {
    fc.assert(
      fc.property(machines, events, (machine, sent) => {
        const react = plainReaction(machine)!;
        let local = initialLocal(machine);
        for (const event of sent) {
          const next = react(local, event);
          expect(next).toEqual(byXState(machine, local, event));
          local = next ?? local;
        }
      }),
      { numRuns: 400 },
    );
  });

  it('leaves an event to nobody where the inner state forbids it', () => {
    const machine = createMachine({
      initial: 'a',
      states: { a: { on: { GO: {} } }, b: {} },
      on: { GO: '.b' },
    }) as unknown as AnyStateMachine;
    expect(plainReaction(machine)!(initialLocal(machine), { type: 'GO' })).toBeUndefined();
    expect(byXState(machine, initialLocal(machine), { type: 'GO' })).toBeUndefined();
  });

  it('is not made of a machine that does more', () => {
    const b = { on: { GO: 'a' } };
    for (const a of [
      { entry: () => {} },
      { exit: () => {} },
      { always: 'b' },
      { type: 'final' },
      { type: 'parallel', states: { c: {}, d: {} } },
      { on: { '*': 'b' } },
      { on: { 'GO.*': 'b' } },
      { on: { GO: { target: 'b', actions: raise({ type: 'GO' }) } } },
      { on: { GO: { target: 'b', actions: { type: 'add', params: { n: 1 } } } } },
      { on: { GO: { target: 'b', guard: { type: 'small', params: {} } } } },
      { on: { GO: { target: 'b', guard: 'not there' } } },
    ]) {
      const machine = createMachine(
        { initial: 'b', states: { a, b } } as never,
        {
          guards: GUARDS,
          actions: ACTIONS,
        } as never,
      ) as unknown as AnyStateMachine;
      expect(plainReaction(machine), JSON.stringify(a)).toBeUndefined();
    }
  });

  it('is made of every component of the built-in designs', async () => {
    const design = await loadDesign('v7.2');
    const scenario = 'a=block: load a; store a; fsync || truncate a';
    const configs = [
      { tlb: 'on', 'pte-gap': 'on', errors: 'on' },
      { thp: 'on', 'es-cache': 'on' },
    ] as const;
    const kinds: AnyKind[] = [];
    for (const on of configs) {
      const { system } = await prepare(design, scenario, { config: { ...DEFAULT_CONFIG, ...on } });
      kinds.push(...system.components.flatMap((c) => (c ? [c.kind] : [])));
    }
    expect(kinds.length).toBeGreaterThan(10);
    expect(kinds.filter((k) => !plainReaction(k.machine)).map((k) => k.kind)).toEqual([]);
  });
});
