/**
 * The authoring pattern for paths. A path is an XState statechart whose nested states are the functions on the call
 * stack; every stable state is a gap in which others may run, and the one event `STEP` is one atomic section.
 *
 * What these builders return are plain XState state configs: a design means what XState's `transition()` says of them.
 */
import { enqueueActions, type StateNodeConfig } from 'xstate';
import { asked } from './asked.ts';
import { rememberBuilt } from './built.ts';
import type { EventLike, Readable, Selector, Writable } from './component.ts';
import { type Site, sitesAbove } from './site.ts';

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
/** Makes a register. */
export const register = <T>(name: string, initial: T): Register<T> => ({ name, initial });

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

/** An alternative with a guard. Of the alternatives of a step the first whose guard is true is taken. */
export const when = (guard: Guard, target: Target, line: string, effect?: Effect): Alternative => ({
  guard,
  target,
  line,
  ...(effect && { effect }),
  ...written(when),
});
/** An alternative without guard: the last one of a step. */
export const otherwise = (target: Target, line: string, effect?: Effect): Alternative => ({
  target,
  line,
  ...(effect && { effect }),
  ...written(otherwise),
});
/** Where the caller of a builder stands, while that is recorded. */
function written(builder: typeof when | typeof otherwise): Pick<Alternative, 'sites'> {
  const sites = sitesAbove(builder);
  return sites ? { sites } : {};
}
/** Says why an alternative is taken by no default scenario, if there is a reason; `--coverage` prints it. */
export const unreached = (because: string | undefined, alternative: Alternative): Alternative =>
  because === undefined ? alternative : { ...alternative, unreached: because };
/** The same where it is so in some designs only. */
export const unreachedIf = (so: boolean, because: string, alternative: Alternative): Alternative =>
  so ? unreached(because, alternative) : alternative;

// biome-ignore lint/suspicious/noExplicitAny: XState's own config type has these parameters
export type StateConfig = StateNodeConfig<any, any, any, any, any, any, any, any, any, any>;

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

type XGuard = (args: { context: Record<string, unknown>; event: StepEvent }) => boolean;

/** What the loader knows of an alternative that a builder made; kept on the transition's meta. */
function transition(fn: string, src: Source, a: Alternative): Record<string, unknown> {
  const guard: XGuard | undefined = a.guard && (({ context, event }) => asked(a.guard!, event.bind(context)));
  const actions = enqueueActions(({ context, event, enqueue }) => {
    const s = (event as unknown as StepEvent).bind(context as Record<string, unknown>);
    s.took(a);
    a.effect?.(s);
    if (Object.keys(s.patch).length > 0) enqueue.assign(s.patch);
    for (const text of [a.line, ...s.lines])
      if (text !== '') enqueue({ type: 'line', params: { text, fn, src } } as never);
    enqueue({ type: 'took' } as never);
  });
  rememberBuilt(actions, { alternative: a, fn, src, guard });
  return { ...(guard && { guard }), target: a.target, meta: { alternative: a }, actions };
}

/** A step: one atomic section of `fn`. */
export function step(section: string, fn: string, src: Source, ...alternatives: readonly Alternative[]): StateConfig {
  return {
    meta: { fn, src, section } satisfies StepMeta,
    on: { STEP: alternatives.map((a) => transition(fn, src, a)) },
  } as StateConfig;
}

/** A step that may have to wait: it refuses STEP while no guard is true. */
export function wait(
  section: string,
  fn: string,
  src: Source,
  waitsFor: (s: Look) => Waiting,
  ...alternatives: readonly Alternative[]
): StateConfig {
  return {
    tags: 'may-block',
    meta: { fn, src, section, waitsFor } satisfies StepMeta,
    on: { STEP: alternatives.map((a) => transition(fn, src, a)) },
  } as StateConfig;
}

/** The same, for something that only the environment ends (an administrator's thaw): waiting for it is no deadlock. */
export const waitForEnvironment = (...args: Parameters<typeof wait>): StateConfig => ({
  ...wait(...args),
  tags: ['may-block', 'environment'],
});

/** A branch that is no step of its own: it is decided within the step that leads to it. */
export function dispatch(fn: string, src: Source, ...alternatives: readonly Alternative[]): StateConfig {
  return {
    meta: { fn, src } satisfies StepMeta,
    always: alternatives.map((a) => transition(fn, src, a)),
  } as StateConfig;
}

/** A call site: the id prefix of the states placed there. */
export class Place {
  readonly id: string;
  constructor(id: string) {
    this.id = id;
  }
  /** The place of a part called from here. */
  at(name: string): Place {
    return new Place(`${this.id}/${name}`);
  }
  /** The target that names state `name` of the chart at this place, for use from another chart. */
  to(name: string): Target {
    return `#${this.id}/${name}`;
  }
}

/** A kernel function as a chart: its first state is the entry, and every state gets an id under `here`. */
export function chart(here: { readonly id: string }, states: Record<string, StateConfig>): StateConfig {
  const named = Object.entries(states).map(
    ([name, s]) => [name, s.id ? s : { ...s, id: `${here.id}/${name}` }] as const,
  );
  return { id: here.id, initial: Object.keys(states)[0]!, states: Object.fromEntries(named) } as StateConfig;
}
