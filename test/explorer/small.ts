/** Small parts for hand-written test systems: kinds of component, sections, a source, and how to run a broken one. */
import { assign, createMachine } from 'xstate';
import type { Alternative } from '../../explorer/chart.ts';
import { chart, type Look, Place, type StateConfig, step, type Waiting, wait, when } from '../../explorer/chart.ts';
import { exploreCompiled } from '../../explorer/compiled.ts';
import { type AnyKind, defineComponent, type EventLike } from '../../explorer/component.ts';
import { FaultlineError } from '../../explorer/errors.ts';
import type { Exploration } from '../../explorer/exploration.ts';
import { exploreInterpreted } from '../../explorer/interpreted-search.ts';
import { checkComponent, loadProcess } from '../../explorer/load.ts';
import type { ExploreOptions } from '../../explorer/options.ts';
import { explorePacked } from '../../explorer/packed.ts';
import type { PropertyInstance } from '../../explorer/property.ts';
import { System } from '../../explorer/system.ts';

export const SRC = { tree: 'example v1', file: 'example.c' };
/** `guarded` protects counters, `sleeping` locks and queues, `nothing` neither. */
export const SECTIONS = ['guarded', 'sleeping', 'nothing'];

/** A step in the section of counters. */
export const guarded = (...ways: readonly Alternative[]): StateConfig => step('guarded', 'fn', SRC, ...ways);
export const sleeping = (...ways: readonly Alternative[]): StateConfig => step('sleeping', 'fn', SRC, ...ways);
export const END: StateConfig = { type: 'final' };

// ---- a counter -------------------------------------------------------------------------------------------------------

export interface Count {
  readonly n: number;
}
export type CounterEvent = { readonly type: 'INC' } | { readonly type: 'SET'; readonly n: number };
export const counter = defineComponent<Count, CounterEvent>({
  kind: 'counter',
  machine: createMachine({
    id: 'counter',
    context: { n: 0 },
    on: {
      INC: { actions: assign({ n: ({ context }: { context: Count }) => context.n + 1 }) },
      SET: { actions: assign({ n: ({ event }: { event: { n: number } }) => event.n }) },
    },
  } as never) as never,
  events: { INC: true, SET: true },
  readableIn: ['guarded'],
  writableIn: ['guarded'],
  decode: ({ context }) => context as unknown as Count,
  show: (v) => String(v.n),
});

// ---- a lock without waiters: who does not get it tries again when it is free ---------------------------------------------

export type LockValue = 'free' | 'taken';
export type LockEvent = { readonly type: 'LOCK' } | { readonly type: 'UNLOCK' };
export const lock = defineComponent<LockValue, LockEvent>({
  kind: 'lock',
  machine: createMachine({
    id: 'lock',
    initial: 'free',
    states: { free: { on: { LOCK: 'taken' } }, taken: { on: { UNLOCK: 'free' } } },
  }) as never,
  events: { LOCK: true, UNLOCK: true },
  readableIn: ['sleeping'],
  writableIn: ['sleeping'],
  decode: ({ value }) => value as LockValue,
  show: (v) => v,
});

/** Waits until `ref` is free and takes it. `owners`: who may hold it. */
export const take = (ref: ReturnType<typeof lock.ref>, target: string, owners: readonly string[]): StateConfig => {
  const isFree = (s: Look) => s.read(ref) === 'free';
  const waitsFor = (s: Look): Waiting => ({ what: ref.id, owners: isFree(s) ? [] : owners });
  return wait(
    'sleeping',
    'lock',
    SRC,
    waitsFor,
    when(isFree, target, `takes ${ref.id}`, (s) => s.send(ref, { type: 'LOCK' })),
  );
};
export const release = (ref: ReturnType<typeof lock.ref>, target: string): StateConfig =>
  step('sleeping', 'unlock', SRC, {
    target,
    line: `releases ${ref.id}`,
    effect: (s) => s.send(ref, { type: 'UNLOCK' }),
  });

// ---- systems ---------------------------------------------------------------------------------------------------------

export interface Parts {
  readonly components?: readonly {
    readonly id: string;
    readonly kind: AnyKind;
    readonly init?: readonly EventLike[];
  }[];
  /** The states of T0, T1, …; the first one is where it starts. */
  readonly processes: readonly Record<string, StateConfig>[];
  readonly properties?: readonly PropertyInstance[];
}

/** The place of process `i`'s states. */
export const place = (i: number): Place => new Place(`T${i}`);

/** Loads everything as the product does: components checked, charts checked. */
export function system({ components = [], processes, properties = [] }: Parts): System {
  for (const c of components) checkComponent(c.kind);
  return new System({
    components: components.map((c) => ({ init: [], ...c })),
    processes: processes.map((states, i) => ({
      id: `T${i}`,
      machine: loadProcess(`T${i}`, chart(place(i), states), SECTIONS).machine,
    })),
    properties,
  });
}

export type Engine = (system: System, options?: ExploreOptions) => Exploration;
export const ENGINES: readonly (readonly [string, Engine])[] = [
  ['packed', explorePacked],
  ['compiled', exploreCompiled],
  ['interpreter', exploreInterpreted],
];

/** The FaultlineError that `broken` ends with. @throws Error if it ends well or with an error of another class */
export function refusal(broken: () => unknown): FaultlineError {
  try {
    broken();
  } catch (e) {
    if (e instanceof FaultlineError) return e;
    throw new Error(`not a FaultlineError: ${String(e)}`, { cause: e });
  }
  throw new Error('nothing was refused');
}
