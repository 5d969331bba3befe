/** XState, as the explorer uses it: pure, one macrostep at a time, with JSON local states. */
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createEmptyActor,
  initialTransition,
  type StateNode,
  transition,
} from 'xstate';
import type { Look, Source, StepMeta } from './chart.ts';
import type { AnyKind, EventLike, Local } from './component.ts';
import { FaultlineError } from './errors.ts';
import { misfit } from './event-fields.ts';
import { canonical, deepFreeze } from './json.ts';

export interface Action {
  readonly type: string;
  readonly params?: unknown;
}
/** One macrostep: the next snapshot and the actions that XState returned. The same snapshot and no action: refused. */
export type Stepper = (
  machine: AnyStateMachine,
  from: AnyMachineSnapshot,
  event: EventLike,
) => [AnyMachineSnapshot, readonly Action[]];

/** XState's public pure function: the reference. It builds an actor per call. */
export const referenceStepper: Stepper = (machine, from, event) => {
  const [next, actions] = transition(machine, from, event as never);
  return [next as AnyMachineSnapshot, actions];
};

/** The same reducer with one inert actor scope for all calls: 2 to 6 times faster, same result. */
export const sharedStepper: Stepper = (() => {
  const self = createEmptyActor();
  let sink: Action[] = [];
  const scope = {
    self,
    system: self.system,
    id: '',
    sessionId: '',
    logger: () => {},
    defer: () => {},
    stopChild: () => {},
    emit: () => {},
    actionExecutor: (a: Action) => void sink.push(a),
  };
  return (machine, from, event) => {
    // An effect that sends makes a component react in the middle of the process's own step.
    const outer = sink;
    const own: Action[] = [];
    sink = own;
    try {
      return [machine.transition(from, event as never, scope as never) as AnyMachineSnapshot, own];
    } finally {
      sink = outer;
    }
  };
})();

/** A state's value and context as a local: without registers that have their initial value, and frozen. */
export function localOf(snapshot: Pick<AnyMachineSnapshot, 'value' | 'context'>): Local {
  const context: Record<string, unknown> = {};
  for (const [k, v] of Object.entries(snapshot.context as Record<string, unknown>)) if (v !== undefined) context[k] = v;
  return deepFreeze({ value: snapshot.value, context });
}

/** The snapshot that XState makes of a local. */
export function resolve(machine: AnyStateMachine, local: Local): AnyMachineSnapshot {
  return machine.resolveState({ value: local.value as never, context: local.context as never }) as AnyMachineSnapshot;
}

/** Whether the machine has reached a final state. */
export const isDone = (machine: AnyStateMachine, local: Local): boolean => resolve(machine, local).status === 'done';

/** Where a machine begins. */
export function initialLocal(machine: AnyStateMachine): Local {
  return localOf(initialTransition(machine)[0] as AnyMachineSnapshot);
}

/** What the shared stepper made of machine, local and event: it is asked again and again while tables grow. */
const reactions = new WeakMap<AnyStateMachine, WeakMap<Local, Map<string, Local>>>();

/**
 * A component's reaction to an event.
 * @throws FaultlineError E_UNHANDLED where the machine accepts no such event in that state, E_EVENT_NAME where it
 * declares none of that name or with those fields.
 */
export function react(kind: AnyKind, local: Local, event: EventLike, stepper: Stepper): Local {
  return stepper === sharedStepper ? reactOnce(kind, local, event) : reactAnew(kind, local, event, stepper);
}

function reactOnce(kind: AnyKind, local: Local, event: EventLike): Local {
  const ofMachine = reactions.get(kind.machine) ?? new WeakMap<Local, Map<string, Local>>();
  reactions.set(kind.machine, ofMachine);
  const ofLocal = ofMachine.get(local) ?? new Map<string, Local>();
  ofMachine.set(local, ofLocal);
  const key = canonical(event);
  const known = ofLocal.get(key);
  if (known) return known;
  const next = reactAnew(kind, local, event, sharedStepper);
  ofLocal.set(key, next);
  return next;
}

function reactAnew(kind: AnyKind, local: Local, event: EventLike, stepper: Stepper): Local {
  const from = resolve(kind.machine, local);
  const place = { machine: kind.kind, state: kind.show(kind.decode(local)) };
  if (!(kind.events as readonly string[]).includes(event.type)) {
    throw new FaultlineError(
      'E_EVENT_NAME',
      `${kind.kind} receives ${event.type}, which it does not declare`,
      `Declared: ${kind.events.join(', ')}.`,
      place,
    );
  }
  const fields = kind.fields?.[event.type] ?? true;
  const wrong = fields === true ? undefined : misfit(event, fields);
  if (wrong) {
    throw new FaultlineError(
      'E_EVENT_NAME',
      `${kind.kind} receives ${event.type} with ${wrong.message}`,
      wrong.mend,
      place,
    );
  }
  const guarded = <T>(f: () => T): T => {
    try {
      return f();
    } catch (e) {
      const text = e instanceof Error ? e.message : String(e);
      throw new FaultlineError(
        'E_THROWN',
        `a ${kind.kind} threw at ${event.type}: ${text}`,
        'Guards and effects must not throw.',
        place,
      );
    }
  };
  if (!guarded(() => from.can(event as never))) {
    throw new FaultlineError(
      'E_UNHANDLED',
      `${event.type} reaches ${articled(kind.kind)} that does not accept it in this state`,
      'If the real object can receive it there, handle it (a wanted no-op is the action `ignored`); if not, the path is wrong.',
      place,
    );
  }
  return guarded(() => localOf(stepper(kind.machine, from, event)[0]));
}

/** The atomic state that a local stands in. Paths have no parallel states, so there is one. */
export function atomicState(machine: AnyStateMachine, local: Local): StateNode {
  let node = machine.root as unknown as StateNode;
  let value = local.value;
  for (;;) {
    if (typeof value === 'string') return value === '' ? node : (node.states[value] as StateNode);
    const [key, rest] = Object.entries(value as Record<string, unknown>)[0] ?? [];
    if (key === undefined) return node;
    node = node.states[key] as StateNode;
    value = rest;
  }
}

export interface StateFacts {
  readonly id: string;
  readonly fn: string;
  readonly src: Source | undefined;
  readonly section: string;
  readonly mayBlock: boolean;
  /** Waits for the environment: no deadlock if it waits for ever. */
  readonly environment: boolean;
  readonly waitsFor: ((s: Look) => { what: string; owners: readonly string[] }) | undefined;
  /** Call stack, outermost first: the names of the nested states. */
  readonly stack: readonly string[];
}

/** What the chart says of where a process stands. */
export function stateFacts(machine: AnyStateMachine, local: Local): StateFacts {
  const node = atomicState(machine, local);
  const meta = (node.meta ?? {}) as Partial<StepMeta>;
  return {
    id: node.id,
    fn: meta.fn ?? node.key,
    src: meta.src,
    section: meta.section ?? '',
    mayBlock: node.tags.includes('may-block'),
    environment: node.tags.includes('environment'),
    waitsFor: meta.waitsFor,
    stack: node.path,
  };
}

/** `an entry`, `a pte`. */
const articled = (noun: string): string => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;
