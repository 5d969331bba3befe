/** What a step of a path is made of: its alternatives, and what their guards and effects may ask and do. */
import type { EventLike, Readable, Selector, Writable } from './component.ts';
import type { Site } from './site.ts';

/** Where in the kernel's source a step stands. */
export interface Source {
  /** Tree and version, e.g. `linux v4.1`. */
  readonly tree: string;
  readonly file: string;
}

export interface StepMeta {
  /** The kernel function. */
  readonly fn: string;
  readonly src: Source;
  /** What makes the step atomic; absent in dispatch states, which are no step of their own. */
  readonly section?: string;
  /** For a may-block state: what it waits for, so that a deadlock can be told from a missed wake-up. */
  readonly waitsFor?: (s: Look) => Waiting;
}

/** What a blocked process waits for: the owners whose step could let it go on, none if its condition is already true. */
export interface Waiting {
  readonly what: string;
  readonly owners: readonly string[];
}

/** A process's own variable (a kernel function's local). It exists in the state only while it differs from `initial`. */
export interface Register<T> {
  readonly name: string;
  readonly initial: T;
}

/** Something that a step did and that a property may watch, e.g. the hardware store. Declared by the model. */
export interface Mark {
  readonly type: string;
}

/** What a guard may see: components (every read is recorded), own registers, and choices. */
export interface Look {
  read<V>(ref: Readable<V>): V;
  read<V, T>(ref: Readable<V>, part: Selector<NoInfer<V>, T>): T;
  get<T>(register: Register<T>): T;
  /** Nondeterminism of the environment: one of the options; the same answer for the whole step. */
  choose<const T extends string>(label: string, options: readonly T[]): T;
}

/** What an effect may do besides: write components and own registers, mark what happened, add a line to the trace. */
export interface Act extends Look {
  send<E extends EventLike>(ref: Writable<E>, event: NoInfer<E>): void;
  set<T>(register: Register<T>, value: T): void;
  mark(mark: Mark): void;
  line(text: string): void;
}

export type Guard = (s: Look) => boolean;
export type Effect = (s: Act) => void;

/** A transition's target: a sibling state's name, or `#place/state` as made by `Place.to` and by return tables. */
export type Target = string;

/** One way that a step can go. */
export interface Alternative {
  readonly guard?: Guard;
  readonly target: Target;
  readonly line: string;
  readonly effect?: Effect;
  /** Why no scenario takes it, for the coverage report. */
  readonly unreached?: string;
  /** Where it was written: the calls that made it, innermost first. Only while sites are recorded (site.ts). */
  readonly sites?: () => readonly Site[];
}

/** The event of a step, as guards and effects of a raw XState config receive it. */
export interface StepEvent {
  readonly type: 'STEP';
  /** Binds the view to the context that XState passes at this point of the macrostep. */
  readonly bind: (context: Record<string, unknown>) => Act & Taking;
}
interface Taking {
  /** Changes of registers since `bind`. */
  readonly patch: Record<string, unknown>;
  /** Lines added by the effect. */
  readonly lines: string[];
  took(alternative: Alternative): void;
  /** Remembers what was thrown, which XState would tell in words of its own. @returns it */
  failed(error: unknown): unknown;
}
