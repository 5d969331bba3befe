/** XState, as the explorer uses it: pure, one macrostep at a time, with JSON local states. */
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createEmptyActor,
  type StateNode,
  type StateValue,
  transition,
} from 'xstate';
import type { Look, Source, StepMeta } from './alternative.ts';
import type { EventLike, Local } from './component.ts';
import { deepFreeze } from './json.ts';

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

/** What XState puts before the message of an error that a guard threw. */
export const XSTATE_PREFACE = /^Unable to evaluate guard [\s\S]*?':\n/;

/** XState's public pure function: the reference. It builds an actor per call. */
export const referenceStepper: Stepper = (machine, from, event) => {
  const [next, actions] = transition(machine, from, event as never);
  return [next as AnyMachineSnapshot, actions];
};

/** What XState's actions come to. */
let sink: Action[] = [];

/** What XState wants to know of an actor: one that does nothing, for all calls. */
const scope = (() => {
  const self = createEmptyActor();
  return {
    self,
    system: self.system,
    id: '',
    sessionId: '',
    logger: () => {},
    defer: () => {},
    stopChild: () => {},
    emit: () => {},
    actionExecutor: (a: Action) => void sink.push(a),
  } as never;
})();

/** The same reducer with one inert actor scope for all calls: 2 to 6 times faster, same result. */
export const sharedStepper: Stepper = (machine, from, event) => {
  // An effect that sends makes a component react in the middle of the process's own step.
  const outer = sink;
  const own: Action[] = [];
  sink = own;
  try {
    return [machine.transition(from, event as never, scope) as AnyMachineSnapshot, own];
  } finally {
    sink = outer;
  }
};

/** A state's value and context as a local: without registers that have their initial value, and frozen. */
export function localOf(snapshot: Pick<AnyMachineSnapshot, 'value' | 'context'>): Local {
  const context: Record<string, unknown> = {};
  const given = snapshot.context as Record<string, unknown>;
  for (const key of Object.keys(given)) if (given[key] !== undefined) context[key] = given[key];
  return deepFreeze({ value: snapshot.value, context });
}

/** The snapshot that XState makes of a local. */
export function resolve(machine: AnyStateMachine, local: Local): AnyMachineSnapshot {
  return machine.resolveState({ value: local.value as never, context: local.context as never }) as AnyMachineSnapshot;
}

/** Whether the machine has reached a final state, by XState. */
export const isDone = (machine: AnyStateMachine, local: Local): boolean => resolve(machine, local).status === 'done';

/** Where a machine begins, by XState. */
export const initialLocal = (machine: AnyStateMachine): Local =>
  localOf(machine.getInitialSnapshot(scope, undefined as never) as AnyMachineSnapshot);

/** The atomic state that a local stands in. Paths have no parallel states, so there is one. */
export function atomicState(machine: AnyStateMachine, local: Local): StateNode {
  let node = machine.root as unknown as StateNode;
  let value = local.value;
  for (;;) {
    if (typeof value === 'string') return value === '' ? node : (node.states[value] as StateNode);
    const [key] = Object.keys(value as Record<string, unknown>);
    if (key === undefined) return node;
    node = node.states[key] as StateNode;
    value = (value as Record<string, unknown>)[key];
  }
}

/** What `isDone` says, by where the local stands. */
export function isFinal(machine: AnyStateMachine, local: Local): boolean {
  const { type, parent } = atomicState(machine, local);
  return type === 'final' && parent === (machine.root as unknown as StateNode);
}

/** Where a machine stands that has come to a state: its first state's first state, and so on. */
export function firstLeaf(node: StateNode): StateNode {
  return node.type === 'compound' ? firstLeaf(node.initial.target![0] as unknown as StateNode) : node;
}

/** As XState writes a leaf without parallel states around it: its key within the keys of those around it. */
export function nestedKeys(leaf: StateNode): StateValue {
  if (!leaf.parent) return {};
  let value: StateValue = leaf.key;
  for (let n: StateNode | undefined = leaf.parent; n?.parent; n = n.parent) value = { [n.key]: value };
  return value;
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
