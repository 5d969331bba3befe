/** A component whose whole state is one value: an XState machine with one state, whose context holds the value. */
import { type AnyStateMachine, assign, createMachine } from 'xstate';
import type { EventLike, Local } from '../../explorer/component.ts';

/** Next value, or `undefined` where the real object could not receive the event in this state: then it is an error. */
export type Reactions<V, E extends EventLike> = {
  readonly [T in E['type']]: (value: V, event: Extract<E, { type: T }>) => V | undefined;
};

/**
 * A kind whose value is a record: every event is a guarded transition that assigns the record's fields.
 * Reactions are pure functions of value and event.
 */
export function valueMachine<V extends object, E extends EventLike>(
  id: string,
  initial: V,
  reactions: Reactions<V, E>,
): AnyStateMachine {
  const on = Object.fromEntries(
    Object.entries(reactions).map(([type, reaction]) => {
      const next = reaction as (value: V, event: E) => V | undefined;
      return [
        type,
        {
          guard: ({ context, event }: { context: V; event: E }) => next(context, event) !== undefined,
          actions: assign(({ context, event }) => next(context as V, event as unknown as E) as object),
        },
      ];
    }),
  );
  return createMachine({ id, context: initial, on } as never) as unknown as AnyStateMachine;
}

export const recordOf = <V>(local: Local): V => local.context as V;

/** Adds to a sorted list, as a set. */
export const withMember = (set: readonly string[], x: string): readonly string[] =>
  set.includes(x) ? set : [...set, x].sort();
export const without = (set: readonly string[], x: string): readonly string[] => set.filter((y) => y !== x);
