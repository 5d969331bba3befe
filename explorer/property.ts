/** What a property is to the explorer: predicates on steps and states, with an optional monitor. No kernel word here. */
import type { Look, Mark } from './alternative.ts';
import type { AnyKind, AnyRef, EventLike, Readable } from './component.ts';

/**
 * Verdict on one step or state: `undefined` where the property's premise is not met, `true` where it is and the
 * property holds, else what is wrong, in words.
 */
export type Judgement = undefined | true | { readonly violated: string };
/** The judgement that something is wrong, in words. */
export const violated = (damage: string): Judgement => ({ violated: damage });

/** A finished step, as a property and its monitor see it. */
export interface StepSeen {
  readonly process: string;
  readonly marks: readonly Mark[];
  /** Ids of the components that received an event: only these can have changed. */
  readonly written: readonly string[];
  /** Types of the events that component `id` received, in order. */
  events(id: string): readonly string[];
  /** The value of a component before this step. */
  before<V>(ref: Readable<V>): V;
  /** The value of a component after this step (a monitor's included). */
  after<V>(ref: Readable<V>): V;
}

/** A small component that a property adds to the state; it is in the state only when its property runs. */
export interface Monitor {
  readonly ref: AnyRef;
  readonly kind: AnyKind;
  /** Events that the monitor receives for this step. */
  observe(step: StepSeen): readonly EventLike[];
}

/** One element of a "for all": judged on its own, so that a violation names it. */
export interface Conjunct {
  readonly name: string;
  judge(state: Pick<Look, 'read'>): Judgement;
}

/** A property made for one system. Any of the predicates may be absent. */
export interface PropertyInstance {
  readonly id: string;
  readonly monitor?: Monitor;
  /** Judged on every step, after the monitor. */
  readonly step?: (step: StepSeen) => Judgement;
  /** Judged in every state. */
  readonly states?: readonly Conjunct[];
  /** Judged in every state in which all processes have finished. */
  readonly quiescence?: readonly Conjunct[];
  /** Violated by a state in which some process is unfinished and none can step. */
  readonly deadlock?: boolean;
  /**
   * Whether a process whose local state has this call stack has begun something that it must finish on every run that is
   * weakly fair to every process.
   */
  readonly completes?: (stack: readonly string[]) => boolean;
  /** Its premise is met by any exploration. */
  readonly neverVacuous?: boolean;
}

export type Verdict = 'holds' | 'violated' | 'vacuous' | 'unknown';
