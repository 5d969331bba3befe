/** Where a machine begins: XState's way, and the explorer's own. */
import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, assign, createMachine } from 'xstate';
import { beginning, plainBeginning } from '../../explorer/beginning.ts';
import { atomicState, initialLocal, isDone, isFinal } from '../../explorer/machine.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { prepare } from '../../verify/verify.ts';

const made = (config: object): AnyStateMachine => createMachine(config as never) as unknown as AnyStateMachine;

const DESIGNS = await designIds();

describe('beginning()', () => {
  it.each(DESIGNS)('of every process and component of %s is what XState says, and was found without it', async (id) => {
    const { system } = await prepare(await loadDesign(id), 'a=hole, b=block: load a; store b || [mm2] write a; fsync');
    const machines = [...system.processes, ...system.components.flatMap((c) => (c ? [c.kind] : []))].map(
      (m) => m.machine,
    );
    for (const machine of machines) {
      expect(plainBeginning(machine)).toEqual(initialLocal(machine));
      expect(isFinal(machine, beginning(machine))).toBe(isDone(machine, initialLocal(machine)));
    }
    expect(machines.length).toBeGreaterThan(10);
  });

  it('of a machine that does something at its beginning is left to XState', () => {
    const states = { x: { initial: 'y', states: { y: {}, z: {} } } };
    const count = { context: { n: 0 } };
    const add = assign({ n: 1 });
    const machines = [
      made({ ...count, entry: add, initial: 'x', states }),
      made({ ...count, initial: 'x', states: { x: { entry: add } } }),
      made({ ...count, initial: 'x', states: { x: { always: 'y' }, y: {} } }),
      made({ ...count, initial: { target: 'x', actions: add }, states }),
      made({ context: () => ({ n: 1 }), initial: 'x', states }),
      made({
        ...count,
        initial: 'x',
        states: { x: { initial: 'y', states: { y: { type: 'final' } }, onDone: 'z' }, z: {} },
      }),
    ];
    for (const machine of machines) {
      expect(plainBeginning(machine)).toBeUndefined();
      expect(beginning(machine)).toEqual(initialLocal(machine));
    }
  });

  it('of a machine of one state is that', () => {
    const machine = made({ context: { n: 2, none: undefined } });
    expect(beginning(machine)).toEqual({ value: {}, context: { n: 2 } });
    expect(beginning(machine)).toEqual(initialLocal(machine));
  });
});

it('a process has finished in a final state of its whole machine, not in one within another state', () => {
  const machine = made({
    initial: 'x',
    states: { x: { initial: 'y', states: { y: { type: 'final' } } }, end: { type: 'final' } },
  });
  for (const [value, final] of [
    [{ x: 'y' }, false],
    ['end', true],
  ] as const) {
    const local = { value, context: {} };
    expect(atomicState(machine, local).type).toBe('final');
    expect([isFinal(machine, local), isDone(machine, local)]).toEqual([final, final]);
  }
});
