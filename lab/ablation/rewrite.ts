/** A chart with some of its steps changed: every alternative is shown to a function, which may replace it or leave it out. */
import {
  type Act,
  type Alternative,
  dispatch,
  type Look,
  type StateConfig,
  type StepMeta,
  step,
  wait,
  waitForEnvironment,
} from '../../explorer/chart.ts';

/** An alternative where it stands. */
export interface Standing {
  /** The state's id: the call path, outermost first, as in `T0/op1_store/do_page_fault/…/insert_pfn`. */
  readonly id: string;
  readonly fn: string;
  readonly alternative: Alternative;
}

/** Undefined: left out. The same object: as it is. */
export type Change = (standing: Standing) => Alternative | undefined;

interface Transition {
  readonly meta?: { readonly alternative?: Alternative };
}
type Node = StateConfig & {
  readonly id?: string;
  readonly meta?: StepMeta;
  readonly on?: { readonly STEP?: readonly Transition[] };
  readonly always?: readonly Transition[];
  readonly states?: Readonly<Record<string, StateConfig>>;
  readonly tags?: string | readonly string[];
};

export function rewrite(chart: StateConfig, change: Change, name = ''): StateConfig {
  const node = chart as Node;
  const id = node.id ?? name;
  const states =
    node.states && Object.fromEntries(Object.entries(node.states).map(([key, s]) => [key, rewrite(s, change, key)]));
  const own = (node.on?.STEP ?? node.always ?? []).flatMap((t) => t.meta?.alternative ?? []);
  if (own.length === 0 || !node.meta) return { ...chart, ...(states && { states }) } as StateConfig;
  const { fn } = node.meta;
  const changed = own.flatMap((alternative) => change({ id, fn, alternative }) ?? []);
  if (changed.length === own.length && changed.every((a, i) => a === own[i])) {
    return { ...chart, ...(states && { states }) } as StateConfig;
  }
  return { ...chart, ...(states && { states }), ...again(node, node.meta, changed) } as StateConfig;
}

/** The state as its builder made it, of other alternatives. */
function again(
  { tags, always }: Node,
  { fn, src, section, waitsFor }: StepMeta,
  own: readonly Alternative[],
): StateConfig {
  if (always) return dispatch(fn, src, ...own);
  if (!waitsFor) return step(section!, fn, src, ...own);
  const environment = typeof tags !== 'string' && tags?.includes('environment');
  return (environment ? waitForEnvironment : wait)(section!, fn, src, waitsFor, ...own);
}

type Reading = Pick<Look, 'read'>;
type Writing = Pick<Act, 'send' | 'set' | 'mark'>;

/** The view with some of its methods in place of its own. */
export function through(s: Act, own: Partial<Reading & Writing>): Act {
  return {
    read: (own.read ?? ((ref: never, part: never) => s.read(ref, part))) as Act['read'],
    get: (register) => s.get(register),
    choose: (label, options) => s.choose(label, options),
    send: own.send ?? ((ref, event) => s.send(ref, event)),
    set: own.set ?? ((register, value) => s.set(register, value)),
    mark: own.mark ?? ((mark) => s.mark(mark)),
    line: (text) => s.line(text),
  };
}
