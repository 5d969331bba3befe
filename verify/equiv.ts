/** Two designs in one scenario: do they look the same? */
import { compareObserved, type Difference, type Relation } from '../explorer/equivalence/equivalence.ts';
import type { Exploration } from '../explorer/exploration.ts';
import { explore } from '../explorer/explore.ts';
import { replay, type TraceStep } from '../explorer/trace.ts';
import type { Valuation } from '../explorer/valuation.ts';
import { type Config, DEFAULT_CONFIG } from '../model/config.ts';
import type { Design } from '../model/design.ts';
import { ENDS, type Looked, lookedText, observerOf } from '../model/observable.ts';
import type { VerifyOptions } from './index.ts';
import { loadObservables } from './registry.ts';
import type { RunStep } from './result.ts';
import { type Prepared, prepare } from './verify.ts';

export interface EquivOptions extends Pick<VerifyOptions, 'config' | 'maxStates' | 'maxBytes' | 'onProgress'> {
  /** As `--observe` names them: `pte`, `pte@end`, `user`; `ends`: only what runs end with. Default: those that are seen by default. */
  readonly observe?: readonly string[];
  /** Pairs of states and sets of states, at most. */
  readonly maxPairs?: number;
}

/** A run that only one of the two designs has. */
export interface DistinguishingRun {
  readonly design: string;
  /** The design that has no run which looks the same. */
  readonly other: string;
  readonly processes: readonly string[];
  readonly trace: readonly TraceStep[];
  /** What replays it: as many steps as the trace. */
  readonly run: readonly RunStep[];
  readonly initial: Valuation;
  /** That the run is over is what tells the designs apart, not its last step. */
  readonly atEnd: boolean;
  /** What is seen on the way, in order: the other design can show the same. */
  readonly seen: readonly string[];
  /** What is seen then, and not in the other design after the same. */
  readonly last: string;
  /** All that can be seen next in the other design. */
  readonly instead: readonly string[];
}

export interface EquivResult {
  readonly designs: readonly [string, string];
  readonly scenario: string;
  readonly config: Config;
  /** In order, as `--observe` names them; with `ends` among them, only ends were compared. */
  readonly observed: readonly string[];
  readonly verdict: 'same' | 'different' | 'unknown';
  /** Of `same`: what was proved, see `Relation`. */
  readonly relation?: Relation;
  readonly difference?: DistinguishingRun;
  readonly states: readonly [number, number];
  readonly transitions: readonly [number, number];
  /** Classes of states that are alike, of both designs together; 0: none were made. */
  readonly classes: number;
  /** Components that only one of the designs has: nothing of them is seen. */
  readonly only: readonly [readonly string[], readonly string[]];
  readonly bounds: { readonly processes: number; readonly addressSpaces: number; readonly pages: number };
  readonly seconds: number;
}

/**
 * Whether two designs show the same to an observer, in every interleaving of one scenario: the same observations in the same
 * order (weak trace equivalence: steps that show nothing do not count), with the same ends.
 * @param scenario a text
 * @throws FaultlineError for anything wrong with a design, the scenario, the config or the observables
 */
export async function equiv(
  designs: readonly [Design, Design],
  scenario: string,
  options: EquivOptions = {},
): Promise<EquivResult> {
  const started = performance.now();
  // A wrong name is told before anything is explored.
  await loadObservables(options.observe);
  const pair = await explorePair(designs, scenario, options);
  return { ...(await pair.seenBy(options.observe)), seconds: (performance.now() - started) / 1000 };
}

/** Two designs, explored in one scenario: for several observers. */
export interface ExploredPair {
  /** @param observe as in `EquivOptions` */
  seenBy(observe?: readonly string[]): Promise<EquivResult>;
}

/** Explores two designs once, to be compared by several observers. @throws FaultlineError as `equiv()` does */
export async function explorePair(
  designs: readonly [Design, Design],
  scenario: string,
  options: Omit<EquivOptions, 'observe'> = {},
): Promise<ExploredPair> {
  const prepared: Prepared[] = [];
  const found: Exploration[] = [];
  for (const design of designs) {
    const made = await prepare(design, scenario, { ...options, properties: [] });
    prepared.push(made);
    found.push(explore(made.system, options));
  }
  const [one, two] = found as [Exploration, Exploration];
  const { scene } = prepared[0]!;
  const facts = {
    designs: designs.map((d) => d.id) as [string, string],
    scenario,
    config: options.config ?? DEFAULT_CONFIG,
    states: [one.states, two.states] as const,
    transitions: [one.transitions, two.transitions] as const,
    bounds: { processes: scene.threads.length, addressSpaces: scene.mms.length, pages: scene.pages.length },
  };
  const subject = (i: 0 | 1) => ({ system: prepared[i]!.system, graph: found[i]!.graph() });
  return {
    seenBy: async (observe) => {
      const started = performance.now();
      const seconds = (): number => (performance.now() - started) / 1000;
      const looked = await loadObservables(observe);
      const named = { ...facts, observed: namesOf(looked, observe?.includes(ENDS) === true) };
      if (!one.complete || !two.complete) {
        return { ...named, verdict: 'unknown', classes: 0, only: [[], []], seconds: seconds() };
      }
      const { same, relation, difference, classes, only } = compareObserved(
        [subject(0), subject(1)],
        observerOf(looked),
        options.maxPairs,
      );
      return {
        ...named,
        verdict: same === undefined ? 'unknown' : same ? 'same' : 'different',
        ...(relation && { relation }),
        ...(difference && { difference: distinguishing(designs, prepared, difference) }),
        classes,
        only,
        seconds: seconds(),
      };
    },
  };
}

const namesOf = (looked: readonly Looked[], ends: boolean): string[] =>
  ends ? [...looked.map((l) => l.observable.id), ENDS] : looked.map(lookedText);

function distinguishing(
  designs: readonly [Design, Design],
  prepared: readonly Prepared[],
  { of, run, ...seen }: Difference,
): DistinguishingRun {
  const { system, scene } = prepared[of]!;
  const { steps, initial } = replay(system, run);
  return {
    design: designs[of].id,
    other: designs[1 - of]!.id,
    processes: scene.threads.map((t) => t.id),
    trace: steps,
    run: run.map(({ process, alternative }) => ({ process: system.processes[process]!.id, alternative })),
    initial,
    ...seen,
  };
}
