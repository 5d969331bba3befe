/** Which transitions the builders of chart.ts made, and of what: a macrostep of these needs no XState (macrostep.ts). */
import type { Alternative, Source } from './alternative.ts';

/** A transition as the builders make it. */
export interface Built {
  readonly alternative: Alternative;
  readonly fn: string;
  readonly src: Source;
  /** As XState has it; undefined: none. */
  readonly guard: unknown;
}

/** By their one action. */
const transitions = new WeakMap<object, Built>();

export function rememberBuilt(action: object, built: Built): void {
  transitions.set(action, built);
}

/** What the transition was made of whose action it is; undefined: a builder did not make it. */
export const builtOf = (action: unknown): Built | undefined =>
  typeof action === 'function' ? transitions.get(action) : undefined;
