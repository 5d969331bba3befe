/** What was predicted beside what was seen. */
import type { Look } from './observed.ts';
import type { Performed } from './perform.ts';
import { type Facts, NOT_OVER, type Predicted } from './predict.ts';

export type ReplayVerdict = 'confirmed' | 'refuted' | 'not reachable by holds';

export interface ReplayDifference {
  /** Number of the turn, from 1 on. */
  readonly turn: number;
  /** `entry.a`, `T0 1`, … */
  readonly what: string;
  readonly kernel: string;
  readonly model: string;
}
export interface RunOutcome {
  readonly outcome: 'as predicted' | 'differs';
  /** How many facts were held beside each other. */
  readonly facts: number;
  readonly differences: readonly ReplayDifference[];
  /** The turn that did not end as it should, and where everybody was then. */
  readonly missed?: { readonly turn: number; readonly how: string; readonly stacks: Readonly<Record<string, string>> };
  /** What was seen where the run ends. */
  readonly seen: Readonly<Record<string, string>>;
  /** The kernel's warnings, in its words. */
  readonly warnings: readonly string[];
}

export interface Replay {
  readonly design: string;
  readonly scenario: string;
  /** Settings that are not the default ones, the filesystem aside: `journal=on`. */
  readonly config?: readonly string[];
  readonly property: string;
  readonly damage?: string;
  /** Of the counterexample, in steps. */
  readonly length: number;
  readonly verdict: ReplayVerdict;
  /** Of one that cannot be reached. */
  readonly why?: string;
  readonly turns: readonly {
    readonly process: string;
    /** The first and the last of the run's steps, from 1 on. */
    readonly steps: readonly [number, number];
    readonly hold: string;
  }[];
  readonly runs: readonly RunOutcome[];
  /** Runs of the same processes one after the other, without a hold. */
  readonly control: readonly RunOutcome[];
  readonly controlOrder?: readonly string[];
}

/** @param looks one after each turn, and a last one when all have ended */
export function judge({ facts }: Predicted, performed: readonly Performed[], looks: readonly Look[]): RunOutcome {
  const last = performed.length - 1;
  const missed = performed.findIndex((p) => !p.reached);
  const differences: ReplayDifference[] = [];
  let compared = 0;
  for (const [n, { reached }] of performed.entries()) {
    if (!reached) break;
    const seen = looks[n]?.facts ?? new Map<string, string>();
    compared += facts[n]!.size;
    differences.push(...differencesIn(n + 1, facts[n]!, seen));
  }
  const at = looks[Math.max(last, 0)];
  return {
    outcome: missed < 0 && differences.length === 0 && performed.length > 0 ? 'as predicted' : 'differs',
    facts: compared,
    differences,
    ...(missed >= 0 && {
      missed: {
        turn: missed + 1,
        how: performed[missed]!.how,
        stacks: Object.fromEntries(looks[missed]?.stacks ?? []),
      },
    }),
    seen: Object.fromEntries(at?.facts ?? []),
    warnings: looks.at(-1)?.warnings ?? [],
  };
}

function differencesIn(turn: number, model: Facts, kernel: Facts): ReplayDifference[] {
  return [...model].flatMap(([what, ours]) => {
    const theirs = kernel.get(what) ?? NOT_OVER;
    return theirs === ours ? [] : [{ turn, what, kernel: theirs, model: ours }];
  });
}

/** All runs have to be as predicted. @param unreachable why there is no hold for it */
export function verdictOf(
  runs: readonly RunOutcome[],
  unreachable: string | undefined,
): { readonly verdict: ReplayVerdict; readonly why?: string } {
  if (unreachable !== undefined) return { verdict: 'not reachable by holds', why: unreachable };
  return { verdict: runs.every((r) => r.outcome === 'as predicted') ? 'confirmed' : 'refuted' };
}
