/**
 * A component's reaction without XState, as macrostep.ts has it for paths: what it says is what XState's `transition()` says, and
 * tables ask for many hundreds of them.
 *
 * Done for machines whose states are atomic or compound, without entry and exit actions, invocations and `always`, and whose
 * transitions have one target at most, guards that are functions, and actions that assign or do nothing to the machine. Then a
 * reaction is: from the leaf outwards, the first transition whose guard is true, its assignments, the first leaf of its target.
 */
import type { AnyStateMachine, StateNode, StateValue, TransitionDefinition } from 'xstate';
import type { EventLike, Local } from './component.ts';
import { deepFreeze } from './json.ts';
import { atomicState, firstLeaf, localOf, nestedKeys } from './machine.ts';

type Context = Record<string, unknown>;
type Given = { readonly context: Context; readonly event: EventLike };
type Guard = (given: Given) => unknown;
/** What is assigned. */
type Assignment = (given: Given) => Context;

/** @returns undefined: the machine does not accept the event there */
export type Reaction = (local: Local, event: EventLike) => Local | undefined;

interface Way {
  readonly guard: Guard | undefined;
  readonly assignments: readonly Assignment[];
  /** Undefined: it stays where it is. */
  readonly to: StateValue | undefined;
  /** Neither target nor action: XState's word for an event that is not accepted. */
  readonly forbidden: boolean;
}

/** By machine; undefined: XState's own. */
const made = new WeakMap<AnyStateMachine, Reaction | undefined>();

/** Without XState, where the machine allows it. */
export function plainReaction(machine: AnyStateMachine): Reaction | undefined {
  if (!made.has(machine)) made.set(machine, reactionOf(machine));
  return made.get(machine);
}

function reactionOf(machine: AnyStateMachine): Reaction | undefined {
  const byNode = new Map<StateNode, ReadonlyMap<string, readonly Way[]>>();
  const learn = (node: StateNode): boolean => {
    const ways = isPlain(node) ? waysOf(machine, node) : undefined;
    if (ways) byNode.set(node, ways);
    return ways !== undefined && Object.values(node.states as Record<string, StateNode>).every(learn);
  };
  if (!learn(machine.root as unknown as StateNode)) return undefined;
  return (local, event) => {
    const given = { context: local.context, event };
    for (let node: StateNode | undefined = atomicState(machine, local); node; node = node.parent) {
      const way = byNode
        .get(node)!
        .get(event.type)
        ?.find(({ guard }) => !guard || guard(given));
      if (way) return way.forbidden ? undefined : taken(way, local, event);
    }
    return undefined;
  };
}

function taken({ assignments, to }: Way, local: Local, event: EventLike): Local {
  let context: Context = local.context;
  for (const assign of assignments) context = { ...context, ...assign({ context, event }) };
  return localOf({ value: (to ?? local.value) as StateValue, context });
}

/** Nothing happens where it is entered or left, and it is no end. */
export function isPlain({ type, entry, exit, invoke, always }: StateNode): boolean {
  const simple = type === 'atomic' || type === 'compound';
  return simple && entry.length + exit.length + invoke.length + (always?.length ?? 0) === 0;
}

/** What a state itself does with events. @returns undefined: XState must */
function waysOf(machine: AnyStateMachine, node: StateNode): ReadonlyMap<string, readonly Way[]> | undefined {
  if (node.type === 'compound' && node.initial.actions.length > 0) return undefined;
  const found = new Map<string, readonly Way[]>();
  for (const [type, transitions] of node.transitions) {
    const ways = transitions.map((t) => wayOf(machine, t as unknown as AnyTransition));
    // A wildcard.
    if (type.endsWith('*') || !ways.every((w) => w !== undefined)) return undefined;
    found.set(type, ways as Way[]);
  }
  return found;
}

type AnyTransition = TransitionDefinition<never, never>;

function wayOf(machine: AnyStateMachine, { guard, actions, target }: AnyTransition): Way | undefined {
  const guardOf = guard === undefined ? undefined : named(guard, machine.implementations.guards);
  if (guard !== undefined && (typeof guardOf !== 'function' || 'check' in guardOf)) return undefined;
  const targets = (target ?? []) as unknown as readonly StateNode[];
  const assignments = (actions as readonly unknown[]).map((a) => assignmentOf(machine, a));
  if (targets.length > 1 || !assignments.every((a) => a !== undefined)) return undefined;
  const [to] = targets;
  return {
    guard: guardOf as Guard | undefined,
    assignments: (assignments as (Assignment | 'nothing')[]).filter((a) => a !== 'nothing'),
    to: to && deepFreeze(nestedKeys(firstLeaf(to))),
    forbidden: target === undefined && actions.length === 0,
  };
}

/** What a transition names, or has in place. @returns undefined: it is given parameters */
function named(what: unknown, by: Record<string, unknown>): unknown {
  if (typeof what === 'function') return what;
  if (typeof what === 'string') return by[what];
  return what !== null && typeof what === 'object' && !('params' in what) ? by[(what as EventLike).type] : undefined;
}

/** What an action changes of the machine. @returns undefined: more than that */
function assignmentOf(machine: AnyStateMachine, action: unknown): Assignment | 'nothing' | undefined {
  const resolved = named(action, machine.implementations.actions);
  if (resolved === undefined) return typeof action === 'string' ? 'nothing' : undefined;
  if (typeof resolved !== 'function') return undefined;
  // XState executes what is not its own; nobody does so here.
  if (!('resolve' in resolved)) return 'nothing';
  const { type, assignment } = resolved as { type?: unknown; assignment?: unknown };
  if (type !== 'xstate.assign') return undefined;
  if (typeof assignment === 'function') return assignment as Assignment;
  const fields = Object.entries(assignment as Record<string, unknown>);
  return (given) => Object.fromEntries(fields.map(([key, of]) => [key, typeof of === 'function' ? of(given) : of]));
}
