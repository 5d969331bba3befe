/**
 * The authoring pattern for paths. A path is an XState statechart whose nested states are the functions on the call
 * stack; every stable state is a gap in which others may run, and the one event `STEP` is one atomic section.
 *
 * What these builders return are plain XState state configs: a design means what XState's `transition()` says of them.
 */
import { enqueueActions, type StateNodeConfig } from 'xstate';
import type {
  Alternative,
  Effect,
  Guard,
  Look,
  Register,
  Source,
  StepEvent,
  StepMeta,
  Target,
  Waiting,
} from './alternative.ts';
import { asked } from './asked.ts';
import { rememberBuilt } from './built.ts';
import { sitesAbove } from './site.ts';

export type * from './alternative.ts';

/** Makes a register. */
export const register = <T>(name: string, initial: T): Register<T> => ({ name, initial });

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
