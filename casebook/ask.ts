/** Questions that exploring answers. Each comes with the answer that a claim gives; what is returned is what was found. */
import { wrongUsage } from '../explorer/errors.ts';
import { type Config, parseConfig } from '../model/config.ts';
import type { PropertyDefinition } from '../properties/define.ts';
import { count } from '../report/text.ts';
import type { RunResult } from '../verify/result.ts';
import type { End } from './ends.ts';
import type { DesignRef, Explorer, Run } from './explorer.ts';

/** What was explored for an answer. */
export interface Explored {
  readonly design: string;
  readonly scenario: string;
  readonly config: Config;
  readonly states: number;
  readonly transitions: number;
  readonly complete: boolean;
  readonly bounds: RunResult['bounds'];
}

/** A run that shows what was found. */
export interface Shown {
  readonly property: string;
  readonly result: RunResult['properties'][number];
  readonly scenario: string;
  readonly processes: readonly string[];
}

export interface Answer {
  /** Whether it is as the claim says; undefined: a limit was hit. */
  readonly agrees: boolean | undefined;
  /** What exploring says: `v4.0 violates mtime-on-write`. */
  readonly says: string;
  /** Where: scenario and settings. */
  readonly at: string;
  /** What is particular there: `18 steps`. */
  readonly detail?: string;
  readonly explored: readonly Explored[];
  readonly shown?: Shown;
  /** Of a bug: whether the shortest run has the changelog's steps in its order, or is another one, which is no longer. */
  readonly changelog?: 'same' | 'other';
}

export interface Ask {
  answer(explorer: Explorer): Promise<Answer>;
}

const list = <T>(x: T | readonly T[]): readonly T[] => (Array.isArray(x) ? (x as readonly T[]) : [x as T]);

/** Settings that differ from the default: `tlb=on`, several separated by blanks. */
type Settings = string;
const configOf = (settings: Settings): Config => parseConfig(settings === '' ? [] : settings.split(' '));
const place = (scenario: string, settings: Settings): string =>
  settings === '' ? scenario : `${scenario} (${settings})`;

export interface Where {
  readonly design: DesignRef | readonly DesignRef[];
  readonly scenario: string | readonly string[];
  readonly config?: Settings | readonly Settings[];
}

/** Every design in every scenario under every config. */
function each<T>({ design, scenario, config = '' }: Where, make: (d: DesignRef, s: string, c: Settings) => T): T[] {
  return list(design).flatMap((d) => list(scenario).flatMap((s) => list(config).map((c) => make(d, s, c))));
}

const exploredOf = (run: Run): Explored => ({
  design: run.design,
  scenario: run.scenario,
  config: run.config,
  states: run.states,
  transitions: run.transitions,
  complete: run.complete,
  bounds: run.bounds,
});

type Property = string | PropertyDefinition;
const idOf = (p: Property): string => (typeof p === 'string' ? p : p.id);

/** The property holds: judged, and true in every state and on every step. */
export const holds = (property: Property | readonly Property[], where: Where): Ask[] =>
  list(property).flatMap((p) => each(where, (d, s, c) => verdictAsk(p, 'holds', d, s, c)));

/** The property is violated in each of the scenarios. @param changelog steps of the known run, as in `T0 insert_pfn: set_pte_at` */
export const violates = (property: Property, where: Where, changelog?: readonly RegExp[]): Ask[] =>
  each(where, (d, s, c) => verdictAsk(property, 'violated', d, s, c, changelog));

function verdictAsk(
  property: Property,
  wanted: 'holds' | 'violated',
  design: DesignRef,
  scenario: string,
  settings: Settings,
  changelog?: readonly RegExp[],
): Ask {
  return {
    answer: async (explorer) => {
      const run = await explorer.verify(design, scenario, configOf(settings), property);
      const id = idOf(property);
      const at = place(scenario, settings);
      const explored = [exploredOf(run)];
      const [result] = run.properties;
      if (!result) {
        throw wrongUsage(
          `${id} says nothing of ${run.design} in ${at}`,
          'A case may only ask what the design and the config have.',
        );
      }
      const { verdict, trace } = result;
      if (verdict === 'unknown') return { agrees: undefined, says: `${run.design}: a limit was hit`, at, explored };
      const agrees = verdict === wanted;
      if (verdict !== 'violated') {
        const says =
          verdict === 'holds' ? `${run.design} holds ${id}` : `what ${id} speaks of never happens in ${run.design}`;
        return { agrees, says, at, explored };
      }
      const same = changelog && (isSubsequence(changelog, trace!) ? ('same' as const) : ('other' as const));
      return {
        agrees,
        says: `${run.design} violates ${id}`,
        at,
        detail: [count(trace!.length, 'step'), result.damage].filter(Boolean).join(': '),
        explored,
        shown: { property: id, result, scenario, processes: run.processes },
        ...(same && { changelog: same }),
      };
    },
  };
}

type Step = NonNullable<RunResult['properties'][number]['trace']>[number];

/** Whether the trace has steps that match, in that order. */
function isSubsequence(wanted: readonly RegExp[], trace: readonly Step[]): boolean {
  let n = 0;
  for (const step of trace) {
    const text = `${step.process} ${step.stack.join('/')} ${step.function}: ${step.step}`;
    if (n < wanted.length && wanted[n]!.test(text)) n++;
  }
  return n === wanted.length;
}

/** All runs end, and every end is so. @param what of an end, in words: `the PTE is writable and dirty` */
export const endsAre = (what: string, is: (end: End) => boolean, where: Where): Ask[] =>
  each(where, (design, scenario, settings) => ({
    answer: async (explorer) => {
      const { run, ends } = await explorer.ends(design, scenario, configOf(settings));
      const good = ends.filter(is).length;
      const all = ends.length > 0 && good === ends.length;
      return {
        agrees: run.complete ? all : undefined,
        says: `${run.design} ${all ? 'always' : good === 0 ? 'never' : 'not always'} ends so: ${what}`,
        at: place(scenario, settings),
        ...(!all && good > 0 && { detail: `${good} of ${ends.length} ends` }),
        explored: [exploredOf(run)],
      };
    },
  }));

const pair = (a: Run, b: Run): string =>
  a.design === b.design ? `${a.design} ends` : `${a.design} and ${b.design} end`;

/** Both end in the same states. @param of what of an end is compared */
export const sameEnds = (
  one: Where,
  other: Where,
  what = 'all of the state',
  of: (end: End) => unknown = (e) => e,
): Ask[] =>
  each(one, (d1, s1, c1) =>
    each(other, (d2, s2, c2) => ({
      answer: async (explorer: Explorer) => {
        const [a, b] = await Promise.all([explorer.ends(d1, s1, configOf(c1)), explorer.ends(d2, s2, configOf(c2))]);
        const texts = (ends: readonly End[]): string[] => [...new Set(ends.map((e) => JSON.stringify(of(e))))].sort();
        const [x, y] = [texts(a.ends), texts(b.ends)];
        const agrees = x.length === y.length && x.every((t, i) => t === y[i]);
        const missing = x.filter((t) => !y.includes(t)).length;
        const extra = y.filter((t) => !x.includes(t)).length;
        return {
          agrees: a.run.complete && b.run.complete ? agrees : undefined,
          says: agrees ? `${pair(a.run, b.run)} alike (${what})` : `${pair(a.run, b.run)} differently (${what})`,
          at: s1 === s2 && c1 === c2 ? place(s1, c1) : `${place(s1, c1)} and ${place(s2, c2)}`,
          ...(!agrees && { detail: `${missing} only of the first, ${extra} only of the second` }),
          explored: [exploredOf(a.run), exploredOf(b.run)],
        };
      },
    })),
  ).flat();

/** What an operation costs in its best and its worst run. */
export interface Cost {
  readonly best?: number;
  readonly worst: number;
}

/**
 * What an operation costs. @param cost an id of `faultline list`'s costs, as `traps` @param is what the claim says of it
 */
export const costs = (
  cost: string,
  operation: { readonly process?: string; readonly position: number },
  what: string,
  is: (cost: Cost) => boolean,
  where: Where,
): Ask[] =>
  each(where, (design, scenario, settings) => ({
    answer: async (explorer) => {
      const { run, operations } = await explorer.costs(design, scenario, configOf(settings));
      const process = operation.process ?? 'T0';
      const found = operations?.find((o) => o.process === process && o.position === operation.position);
      const figures = found?.costs.find((c) => c.id === cost);
      const at = place(scenario, settings);
      if (!operations) return { agrees: undefined, says: 'a limit was hit', at, explored: [exploredOf(run)] };
      if (!figures) throw wrongUsage(`there is no cost "${cost}" of ${process}`, 'See faultline compare.');
      const range =
        figures.best === figures.worst ? `${figures.best}` : `${figures.best ?? 'none'} to ${figures.worst}`;
      return {
        agrees: is(figures),
        says: `${run.design}: ${cost} of ${process}'s ${found!.operation}: ${range} (claimed: ${what})`,
        at,
        explored: [exploredOf(run)],
      };
    },
  }));

/** Some reachable step takes an alternative whose text matches, or, with `never`, none does. */
export const takes = (what: string, step: RegExp, where: Where, never = false): Ask[] =>
  each(where, (design, scenario, settings) => ({
    answer: async (explorer) => {
      const { run, taken } = await explorer.taken(design, scenario, configOf(settings));
      const is = taken.some((t) => step.test(t));
      const says = `${run.design}: ${what}: ${is ? 'happens' : 'never happens'}`;
      return {
        agrees: run.complete ? is !== never : undefined,
        says,
        at: place(scenario, settings),
        explored: [exploredOf(run)],
      };
    },
  }));

/** The claim says the opposite. */
export const not = (asks: readonly Ask[]): Ask[] =>
  asks.map((ask) => ({
    answer: async (explorer) => {
      const a = await ask.answer(explorer);
      return { ...a, agrees: a.agrees === undefined ? undefined : !a.agrees };
    },
  }));

/** In none of the scenarios does the design violate a property that the base does not. */
export const noWorse = (design: DesignRef, base: DesignRef, where: Omit<Where, 'design'>): Ask[] =>
  each({ design, ...where }, (d, scenario, settings) => ({
    answer: async (explorer) => {
      const config = configOf(settings);
      const [run, before] = [await explorer.all(d, scenario, config), await explorer.all(base, scenario, config)];
      const violatedIn = (r: Run): RunResult['properties'] => r.properties.filter((p) => p.verdict === 'violated');
      const worse = violatedIn(run).filter((p) => !violatedIn(before).some((q) => q.id === p.id));
      const [first] = worse;
      return {
        agrees: run.complete && before.complete ? worse.length === 0 : undefined,
        says:
          first === undefined
            ? `${run.design} violates nothing that ${before.design} does not violate`
            : `${run.design} violates ${worse.map((p) => p.id).join(', ')}, and ${before.design} does not`,
        at: place(scenario, settings),
        explored: [exploredOf(run), exploredOf(before)],
        ...(first && { shown: { property: first.id, result: first, scenario, processes: run.processes } }),
      };
    },
  }));

/** The same kernel functions run in two operations. `from` matches the alternatives that are counted. */
export const sameFunctions = (
  one: { readonly design: DesignRef; readonly scenario: string; readonly from: RegExp },
  other: { readonly design: DesignRef; readonly scenario: string; readonly from: RegExp },
): Ask[] => [
  {
    answer: async (explorer) => {
      const config = configOf('');
      const of = async ({ design, scenario, from }: typeof one) => {
        const { run, taken } = await explorer.taken(design, scenario, config);
        const functions = taken.filter((t) => from.test(t)).map((t) => / (\S+): /.exec(t)?.[1] ?? '');
        return { run, functions: [...new Set(functions)].sort() };
      };
      const [a, b] = [await of(one), await of(other)];
      const only = (x: typeof a, y: typeof a): string[] => x.functions.filter((f) => !y.functions.includes(f));
      const [left, right] = [only(a, b), only(b, a)];
      const name = (o: typeof one, r: typeof a): string => `${o.scenario} (${r.run.design})`;
      const differ = [
        ...(left.length > 0 ? [`only the first runs ${left.join(', ')}`] : []),
        ...(right.length > 0 ? [`only the second runs ${right.join(', ')}`] : []),
      ];
      const agrees = differ.length === 0 && a.functions.length > 0;
      return {
        agrees: a.run.complete && b.run.complete ? agrees : undefined,
        says: agrees
          ? `the same functions run: ${a.functions.join(', ')}`
          : `not the same functions run: ${differ.join('; ')}`,
        at: `${name(one, a)} and ${name(other, b)}`,
        explored: [exploredOf(a.run), exploredOf(b.run)],
      };
    },
  },
];

/** An observer sees the same of both, in every interleaving: the same observations in the same order, and the same ends. */
export const looksSame = (one: DesignRef, other: DesignRef, where: Omit<Where, 'design'>): Ask[] =>
  each({ design: one, ...where }, (d, scenario, settings) => ({
    answer: async (explorer) => {
      const found = await explorer.equiv([d, other], scenario, configOf(settings));
      const [a, b] = found.designs;
      const { difference } = found;
      const [states, transitions] = [found.states[0] + found.states[1], found.transitions[0] + found.transitions[1]];
      const { config, bounds } = found;
      return {
        agrees: found.verdict === 'unknown' ? undefined : found.verdict === 'same',
        says: `${a} and ${b} look ${found.verdict === 'same' ? 'the same' : 'different'}`,
        at: place(scenario, settings),
        ...(difference && {
          detail: `${count(difference.trace.length, 'step')}: only ${difference.design} shows ${difference.last}`,
        }),
        explored: [
          {
            design: `${a}, ${b}`,
            scenario,
            config,
            states,
            transitions,
            complete: found.verdict !== 'unknown',
            bounds,
          },
        ],
      };
    },
  }));
