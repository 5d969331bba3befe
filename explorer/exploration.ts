/** What an engine returns, and what both engines share: options, the record of findings, verdicts. */
import type { Behaviour } from './behaviour.ts';
import type { Alternative } from './chart.ts';
import type { Compacted } from './compaction.ts';
import type { Judgement, PropertyInstance, Verdict } from './property.ts';
import type { ExploredGraph } from './state-graph.ts';
import type { System } from './system.ts';

export interface Progress {
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** States found and not yet expanded. */
  readonly frontier: number;
  readonly seconds: number;
  readonly bytes: number;
}

/** Ways to store fewer states with the same verdicts. */
export interface Reductions {
  /** Steps that nobody else can depend on are made together with the step before. */
  readonly merge?: boolean;
  /** Of states that differ only in which of several like parts is which, one is stored. */
  readonly symmetry?: boolean;
  /** Of independent steps, not every order is tried. */
  readonly por?: boolean;
  /** Random runs before the search, at most, so that it knows what steps there are. Default: 100. */
  readonly warmUp?: number;
}

export interface ExploreOptions {
  /** Limit of the number of states. */
  readonly maxStates?: number;
  /** Limit of the visited set in bytes. */
  readonly maxBytes?: number;
  /** States so many steps from the initial one are judged, but no step is taken from them. */
  readonly maxDepth?: number;
  /** End at the first violation. */
  readonly stop?: boolean;
  /** How many threads search; default 1. */
  readonly workers?: number;
  /** Keep a hash of each state only (compaction.ts): then no verdict is `holds`. */
  readonly compact?: boolean;
  /** Default: none. */
  readonly reduce?: Reductions;
  readonly onProgress?: (p: Progress) => void;
}

/** What symmetry was found. */
export interface SymmetryFacts {
  /** Each stored state stands for up to so many; 1: there is no symmetry. */
  readonly size: number;
  /** The renamings that make the group, e.g. `T0 <-> T1`. */
  readonly renamings: readonly string[];
  /** Renamings under which the system is not the same. */
  readonly refused: readonly { readonly renaming: string; readonly because: string }[];
  /** Whether others were left out because the group would have been too large. */
  readonly cut: boolean;
}

/**
 * What ended a search before every state was expanded: an option (`maxStates`, `maxBytes`, `maxDepth`, `stop`), or the
 * machine, which gave no more memory. `compact`: nothing has, but a state may have been missed.
 */
export type Limit = 'states' | 'memory' | 'depth' | 'stop' | 'machine' | 'compact';

export interface Unfinished {
  readonly limit: Limit;
  /** States that were found and not expanded. */
  readonly left: number;
}

/** One step of a run: which process, and which of its alternatives in the fixed order of choices. */
export interface Move {
  readonly process: number;
  readonly alternative: number;
}

export interface Finding {
  readonly verdict: Verdict;
  /** For a violation: the shortest run to it, and the damage in words. */
  readonly run?: readonly Move[];
  readonly damage?: string;
  /** The element of the "for all" that is false. */
  readonly element?: string;
  /** For a run that never ends: the index in `run` of the step that the loop goes back to after the last one. */
  readonly loopFrom?: number;
  /** There may be a shorter run: the search for it hit a limit. */
  readonly notShortest?: true;
}

/** What a reduced search did. */
export interface Reduced {
  readonly merge?: boolean;
  readonly symmetry?: boolean;
  readonly por?: boolean;
  /** How often the search was run until the tables, which it decides by, no longer grew. */
  readonly rounds?: number;
}

export interface Exploration {
  readonly states: number;
  readonly transitions: number;
  /** Longest shortest path from the initial state, in steps. */
  readonly depth: number;
  readonly seconds: number;
  /** The part of them in which XState was called to make the tables: what SPIN's generator and compiler do before. Compiled engine. */
  readonly tableSeconds?: number;
  /** Bytes of the visited set at its largest (the interpreter: of the whole heap at the end). */
  readonly peakBytes: number;
  /** Whether every state was expanded. */
  readonly complete: boolean;
  /** Absent: the exploration is complete. All states nearer than `depth` were expanded all the same. */
  readonly unfinished?: Unfinished;
  /** Absent: states were kept. Else a hash of each. */
  readonly compact?: Compacted;
  /** Absent: the search was not reduced. Else its states stand for others too. */
  readonly reduced?: Reduced;
  /** Absent: symmetry was not asked for. Present where there is none too, and why. */
  readonly symmetry?: SymmetryFacts;
  /** How many threads searched; absent: one. */
  readonly workers?: number;
  /** Runs of violations need not be the shortest, or not the first of the shortest: states were not met in the usual order. */
  readonly shortest?: false;
  /** The search in the usual order that the runs of violations come from, no deeper than they are; absent: this one. */
  readonly ordered?: Exploration;
  /** By property index. */
  readonly findings: readonly Finding[];
  /** Alternatives that some reachable step takes. */
  readonly taken: ReadonlySet<Alternative>;
  /** Canonical texts of the component locals in each final state (all processes finished), without monitors. */
  readonly ends: () => readonly string[];
  /** The explored graph, in the usual order of its states, built on call (about 11 bytes per transition); the states stay in memory as long as it lives. */
  readonly graph: () => ExploredGraph;
  /**
   * At least that part of it that is at most so many steps from the initial state; undefined if the part has more than
   * `maxStates`.
   */
  readonly near: (maxDepth: number, maxStates: number) => ExploredGraph | undefined;
  /** The system as a table, for exporters; the interpreter and reduced searches have none. */
  readonly behaviour?: () => Behaviour;
}

/** How deep a search goes that sees what the finding's run leads to: that nobody can step is seen by trying to. */
export const depthOfSighting = (property: PropertyInstance, { run = [] }: Finding): number =>
  run.length + (property.deadlock ? 1 : 0);

/** Where a violation was first seen: at a state, on a step out of it, or on the last of several steps. */
export interface Sighting {
  readonly state: number;
  /** From there. */
  readonly moves: readonly Move[];
  readonly damage: string;
  readonly element?: string;
}

/** Collects the first violation of each property and whether its premise was met. */
export class Findings {
  readonly premise: boolean[];
  readonly seen: (Sighting | undefined)[];
  private readonly properties: readonly PropertyInstance[];

  constructor(system: System) {
    this.properties = system.properties;
    this.premise = system.properties.map((p) => p.neverVacuous === true);
    this.seen = system.properties.map(() => undefined);
  }

  note(
    property: number,
    judgement: Judgement,
    state: number,
    moves: Move | readonly Move[] = [],
    element?: string,
  ): void {
    if (judgement === undefined) return;
    this.premise[property] = true;
    if (judgement === true || this.seen[property]) return;
    this.seen[property] = {
      state,
      moves: 'process' in moves ? [moves] : [...moves],
      damage: judgement.violated,
      ...(element !== undefined && { element }),
    };
  }

  /** A state in which some process is unfinished and none can step. */
  deadlock(state: number): void {
    for (const [i, p] of this.properties.entries()) if (p.deadlock) this.note(i, { violated: '' }, state);
  }

  /** How many properties are violated. */
  get count(): number {
    return this.seen.filter(Boolean).length;
  }

  get any(): boolean {
    return this.seen.some(Boolean);
  }

  finish(complete: boolean, runTo: (state: number) => readonly Move[]): Finding[] {
    return this.properties.map((_, i) => {
      const s = this.seen[i];
      if (s) {
        const run = [...runTo(s.state), ...s.moves];
        return { verdict: 'violated', run, damage: s.damage, ...(s.element !== undefined && { element: s.element }) };
      }
      if (!complete) return { verdict: 'unknown' };
      return { verdict: this.premise[i] ? 'holds' : 'vacuous' };
    });
  }
}

/** The part of an exploration that says whether it is complete. */
export const completeness = (limit: Limit | undefined, left: number): Pick<Exploration, 'complete' | 'unfinished'> =>
  limit === undefined ? { complete: true } : { complete: false, unfinished: { limit, left } };

/** Whether an allocation failed: of a typed array, or of a Map or Set beyond its largest size. */
export const isOutOfMemory = (e: unknown): boolean =>
  e instanceof RangeError && /allocation|array length|array buffer|maximum size/i.test(e.message);

/** Computes at the first call and remembers. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

export const DEADLOCK = 'no process can step';
