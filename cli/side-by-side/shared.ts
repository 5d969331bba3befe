/** What the threads of one command share, and what they say. */
import { type ErrorCode, FaultlineError, type Place } from '../../explorer/errors.ts';

/** What a thread is started with. */
export interface Given<G> {
  /** The task that is taken next. */
  readonly next: Int32Array;
  readonly count: number;
  readonly given: G;
}

export type Said<T> = { readonly task: number; readonly value: T } | { readonly task: number; readonly thrown: Thrown };

/** An error on its way to another thread, where it is to be the same. */
type Thrown =
  | { readonly code: ErrorCode; readonly message: string; readonly mend: string; readonly place: Place }
  | { readonly error: unknown };

/** @returns the task that the caller is to perform; as many as there are or more: none is left */
export const take = (next: Int32Array): number => Atomics.add(next, 0, 1);

export const sent = (e: unknown): Thrown =>
  e instanceof FaultlineError ? { code: e.code, message: e.message, mend: e.mend, place: e.place } : { error: e };

export const received = (t: Thrown): unknown =>
  'code' in t ? new FaultlineError(t.code, t.message, t.mend, t.place) : t.error;
