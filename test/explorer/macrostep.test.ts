/** Two ways to one macrostep: XState's `transition()`, and the explorer's own for charts that the builders made. */
import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, assign, createMachine } from 'xstate';
import { chart, dispatch, otherwise, Place, register, step, wait, when } from '../../explorer/chart.ts';
import type { FaultlineError } from '../../explorer/errors.ts';
import { type GlobalState, initialState, successors } from '../../explorer/interpreter.ts';
import { loadProcess } from '../../explorer/load.ts';
import { initialLocal, resolve, sharedStepper, stateFacts } from '../../explorer/machine.ts';
import { byXState, compiledStep, type Macrostep } from '../../explorer/macrostep.ts';
import { runStep, type StepOutcome } from '../../explorer/step.ts';
import type { System } from '../../explorer/system.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { prepare } from '../../verify/verify.ts';

const SCENARIOS = [
  'a=hole: load a; store a || [mm2] write a; fsync || truncate a; store a',
  'a=block: load a; munmap a || store a; msync || punch a; load a',
];
const WALKS = 5;
const LONGEST = 400;

function randomNumbers(seed: number): (below: number) => number {
  let x = seed;
  return (below) => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return Math.floor((x / 2 ** 32) * below);
  };
}

/** The step of a process at a state with the given picks, by XState (`compiled` false) or by the compiled chart. */
function outcome(system: System, state: GlobalState, p: number, compiled: boolean, picks: readonly number[]) {
  const { machine } = system.processes[p]!;
  const local = state[system.firstProcess + p]!;
  const facts = stateFacts(machine, local);
  const take = compiled ? compiledStep(machine, local) : undefined;
  if (compiled) expect(take, facts.id).toBeDefined();
  const answers = { local: (slot: number) => state[slot]!, pick: (n: number) => picks[n] ?? 0 };
  return runStep(system, p, local, facts, answers, sharedStepper, take);
}

const said = ({ trail, result }: StepOutcome) => ({ trail, result });

/** Random walks; at each state both ways do every step of every process. @returns steps that were compared */
function compareOnWalks(system: System, random: (below: number) => number): number {
  let compared = 0;
  for (let walk = 0; walk < WALKS; walk++) {
    let state = initialState(system);
    for (let n = 0; n < LONGEST; n++) {
      const all = system.processes.flatMap((_, p) => {
        const found = successors(system, state, p, sharedStepper);
        const { status } = resolve(system.processes[p]!.machine, state[system.firstProcess + p]!);
        if (status === 'done') return [];
        for (const picks of [[], [1], [0, 1], [1, 1]]) {
          const mine = outcome(system, state, p, true, picks);
          if (mine.trail.some((a) => a.kind === 'choice' && a.picked >= a.options.length)) continue;
          expect(said(mine)).toEqual(said(outcome(system, state, p, false, picks)));
          compared++;
          if (!mine.trail.some((a) => a.kind === 'choice')) break;
        }
        return found;
      });
      if (all.length === 0) break;
      ({ state } = all[random(all.length)]!);
    }
  }
  return compared;
}

describe('a compiled chart', { timeout: 300_000 }, () => {
  it('steps in every built-in design as XState does', async () => {
    let compared = 0;
    for (const id of await designIds()) {
      const design = await loadDesign(id);
      for (const [n, scenario] of SCENARIOS.entries()) {
        const prepared = await prepare(design, scenario, { properties: [] }).catch((e: FaultlineError) => e);
        // Some designs have no punch, no truncate.
        if (prepared instanceof Error) expect(prepared.code).toBe('E_UNSUPPORTED');
        else compared += compareOnWalks(prepared.system, randomNumbers(n + 1));
      }
    }
    expect(compared).toBeGreaterThan(20_000);
  });

  it('has a context without registers at their initial value, and the state as XState writes it', () => {
    const count = register('count', 0);
    const here = new Place('T0');
    const states = chart(here, {
      first: step(
        's',
        'f',
        SRC,
        otherwise('second', 'sets', (s) => s.set(count, 3)),
      ),
      second: dispatch(
        'f',
        SRC,
        when((s) => s.get(count) === 3, 'inner', 'goes in'),
        otherwise('end', ''),
      ),
      inner: chart(here.at('inner'), {
        only: step(
          's',
          'g',
          SRC,
          otherwise(here.to('end'), 'resets', (s) => s.set(count, 0)),
        ),
      }),
      end: { type: 'final' },
    });
    const { machine } = loadProcess('T0', states, ['s']);
    const first = both(machine, initialLocal(machine));
    expect(first?.next).toEqual({ value: { inner: 'only' }, context: { count: 3 } });
    const second = both(machine, first!.next);
    expect(second?.next).toEqual({ value: 'end', context: {} });
    expect(second?.finished).toBe(true);
  });

  it('refuses STEP where no guard is true', () => {
    const states = chart(new Place('T0'), {
      first: wait(
        's',
        'f',
        SRC,
        () => ({ what: '', owners: [] }),
        when(() => false, 'end', 'never'),
      ),
      end: { type: 'final' },
    });
    const { machine } = loadProcess('T0', states, ['s']);
    expect(both(machine, initialLocal(machine))).toBeUndefined();
  });

  it('takes a state by its place, whatever its key is: ids are not asked', () => {
    const meta = { fn: 'f', src: SRC, section: 's' };
    const first = { ...step('s', 'f', SRC, otherwise('end', 'goes')), meta };
    const states = { initial: '4.1', states: { '4.1': first, end: { type: 'final' } } } as never;
    const { machine } = loadProcess('T.0', states, ['s']);
    expect(both(machine, initialLocal(machine))?.next).toEqual({ value: 'end', context: {} });
  });

  it('goes to the first state of whatever state is named, also of those around it', () => {
    const here = new Place('T0');
    const count = register('count', 0);
    const again = when(
      (s) => s.get(count) < 2,
      '#T0',
      'again',
      (s) => s.set(count, s.get(count) + 1),
    );
    const states = chart(here, {
      first: step('s', 'f', SRC, otherwise('outer', 'goes in')),
      outer: chart(here.at('outer'), {
        inner: chart(here.at('inner'), {
          choice: dispatch(
            'g',
            SRC,
            when((s) => s.get(count) === 1, here.at('inner').to('only'), 'stays'),
            otherwise(here.to('only'), ''),
          ),
          only: step('s', 'g', SRC, again, otherwise('#T0/outer', 'in again')),
        }),
      }),
      only: step('s', 'f', SRC, again, otherwise('end', 'ends')),
      end: { type: 'final' },
    });
    const { machine } = loadProcess('T0', states, ['s']);
    let local = initialLocal(machine);
    const seen: unknown[] = [];
    for (let m: Macrostep | undefined; !m?.finished; local = m!.next) {
      m = both(machine, local);
      seen.push(m!.next.value);
    }
    const inner = { outer: { inner: 'only' } };
    expect(seen).toEqual(['only', 'first', inner, 'first', 'only', 'end']);
  });

  it('ends with an `always` transition that changes nothing, as in XState', () => {
    const dispatched = dispatch('f', SRC, otherwise('', 'looks'));
    const [{ target: _, ...stays }] = dispatched.always as unknown as [Record<string, unknown>];
    const states = {
      first: step('s', 'f', SRC, otherwise('second', 'goes')),
      second: { ...dispatched, always: [stays] },
      end: { type: 'final' },
    };
    const { machine } = loadProcess('T0', chart(new Place('T0'), states as never), ['s']);
    const after = both(machine, initialLocal(machine));
    expect(after?.next).toEqual({ value: 'second', context: {} });
    expect(after?.actions.flatMap((a) => (a.params as { text: string }).text)).toEqual(['goes', 'looks']);
  });

  it('is not made of a chart with a transition, an effect or a final state that the builders do not make', () => {
    const meta = { fn: 'f', src: SRC, section: 's' };
    const own = { initial: 'a', states: { a: { meta, on: { STEP: 'b' } }, b: { type: 'final' } } };
    const built = step('s', 'f', SRC, otherwise('b', 'goes'));
    const [transition] = built.on!.STEP as unknown as [Record<string, unknown>];
    const changed = { ...built, on: { STEP: [{ ...transition, actions: assign({ x: 1 }) }] } };
    const guarded = { ...built, on: { STEP: [{ ...transition, guard: () => true }] } };
    const deep = { initial: 'c', states: { c: built, b: { type: 'final' } } };
    for (const states of [
      own,
      { initial: 'a', states: { a: changed, b: { type: 'final' } } },
      { initial: 'a', states: { a: guarded, b: { type: 'final' } } },
      { initial: 'a', states: { a: deep } },
      { initial: 'a', states: { a: { ...built, entry: () => {} }, b: { type: 'final' } } },
    ]) {
      const machine = createMachine(states as never) as unknown as AnyStateMachine;
      const local = initialLocal(machine);
      expect(compiledStep(machine, local)).toBeUndefined();
    }
  });
});

const SRC = { tree: 'linux v4.14', file: 'mm/memory.c' };

/** The macrostep by both ways, which say the same. */
function both(machine: AnyStateMachine, local: ReturnType<typeof initialLocal>): Macrostep | undefined {
  const event = () => {
    const bind = (context: Record<string, unknown>) => {
      const patch: Record<string, unknown> = {};
      return {
        patch,
        lines: [],
        took: () => {},
        get: (r: { name: string; initial: unknown }) => context[r.name] ?? r.initial,
        set: (r: { name: string; initial: unknown }, value: unknown) => {
          patch[r.name] = value === r.initial ? undefined : value;
        },
      };
    };
    return { type: 'STEP', bind } as never;
  };
  const own = compiledStep(machine, local)!(event());
  const xstates = byXState(machine, resolve(machine, local), sharedStepper)(event());
  const lines = (m: Macrostep | undefined) =>
    m && { ...m, actions: m.actions.flatMap(({ type, params }) => (type === 'line' ? [params] : [])) };
  expect(lines(own)).toEqual(lines(xstates));
  return own;
}
