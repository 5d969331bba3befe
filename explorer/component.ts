/**
 * A component is one piece of shared state, written as an XState machine. A path refers to an instance by a typed
 * `Ref`; what it reads is the component's *value* (decoded from the machine's state), and what it writes is an event.
 */
import type { AnyStateMachine } from 'xstate';
import type { EventFields, Fields } from './event-fields.ts';

/** A machine's local state: what XState calls state value and context. JSON data, compared by value. */
export interface Local {
  readonly value: unknown;
  readonly context: Readonly<Record<string, unknown>>;
}

export interface EventLike {
  readonly type: string;
}

/** A kind of component: `V` is what reading yields, `E` the events that the real object can receive. */
export interface ComponentKind<V, E extends EventLike> {
  readonly kind: string;
  readonly machine: AnyStateMachine;
  /** Every event type the machine declares; a sent event or an `on:` key outside the list is refused. */
  readonly events: readonly E['type'][];
  /** By event type its fields, if they are declared; a sent event with other ones is refused. */
  readonly fields?: Readonly<Record<string, true | Fields>>;
  /** Sections in which a step may write / read instances of this kind: the lock that protects them. */
  readonly writableIn: readonly string[];
  readonly readableIn: readonly string[];
  decode(local: Local): V;
  /** How a trace shows the value, e.g. `rw blk.a dirty`. */
  show(value: V): string;
}

/** What can be read: carries the value's type. */
export interface Readable<V> {
  readonly id: string;
  readonly valueType?: () => V;
}
/** What can be written: carries the events' type. */
export interface Writable<E extends EventLike> {
  readonly id: string;
  readonly eventType?: (event: E) => void;
}
/** A component instance, e.g. `pte[mm1].a`. */
export interface Ref<V, E extends EventLike> extends Readable<V>, Writable<E> {
  readonly kind: AnyKind;
}
export type AnyRef = Ref<unknown, never>;

// biome-ignore lint/suspicious/noExplicitAny: a kind of any value and event; a Ref carries the types
export type AnyKind = ComponentKind<any, any>;

/** Declares a kind; the list of events must name every member of the event union and its fields, checked by type. */
export function defineComponent<V, E extends EventLike>(kind: {
  kind: string;
  machine: AnyStateMachine;
  events: EventFields<E>;
  writableIn: readonly string[];
  readableIn: readonly string[];
  decode(local: Local): V;
  show(value: V): string;
}): ComponentKind<V, E> & { ref(id: string): Ref<V, E> } {
  const fields = kind.events as Readonly<Record<string, true | Fields>>;
  const made: ComponentKind<V, E> = { ...kind, events: Object.keys(fields) as E['type'][], fields };
  return { ...made, ref: (id) => ({ id, kind: made }) };
}

/** A named, pure part of a component's value. A step that reads only the part depends on no more than that. */
export interface Selector<V, T> {
  readonly name: string;
  readonly of: (value: V) => T;
}
/** Makes a selector. A read of a part is one question of a step's tree: other parts may change without it. */
export const selector = <V, T>(name: string, of: (value: V) => T): Selector<V, T> => ({ name, of });

/** A family of selectors, one for each text: asked for again it is the same, and so is the question. */
export function selectors<V, T>(make: (text: string) => Selector<V, T>): (text: string) => Selector<V, T> {
  const made = new Map<string, Selector<V, T>>();
  return (text) => {
    const known = made.get(text) ?? make(text);
    made.set(text, known);
    return known;
  };
}
