/** What several runs say of one property together. */
import type { Verdict } from '../explorer/property.ts';
import type { PropertyResult, RunResult } from '../verify/result.ts';

/** A run as reports keep it: without the closure that keeps all states alive. */
export interface Run extends Omit<RunResult, 'ends'> {
  /** Name of the default scenario whose text this is, where it was found by name. */
  readonly name?: string;
}

export interface JointVerdict {
  readonly verdict: Verdict | 'n/a';
  /** For a violation: the run with the shortest counterexample (the first of equals), and its result. */
  readonly shortest?: { readonly run: Run; readonly result: PropertyResult };
}

export const lengthOf = (result: PropertyResult): number => result.trace?.length ?? 0;

/**
 * Violated in any run: violated. Else unknown in any: unknown. Else holds in any: holds. Else vacuous, else n/a.
 * @returns undefined where no run mentions the property
 */
export function jointVerdict(runs: readonly Run[], property: string): JointVerdict | undefined {
  const seen = new Set<Verdict | 'n/a'>();
  let shortest: JointVerdict['shortest'];
  for (const run of runs) {
    if (run.notApplicable.includes(property)) seen.add('n/a');
    const result = run.properties.find((p) => p.id === property);
    if (!result) continue;
    seen.add(result.verdict);
    if (result.verdict !== 'violated') continue;
    if (!shortest || lengthOf(result) < lengthOf(shortest.result)) shortest = { run, result };
  }
  if (shortest) return { verdict: 'violated', shortest };
  const verdict = (['unknown', 'holds', 'vacuous', 'n/a'] as const).find((v) => seen.has(v));
  return verdict && { verdict };
}

/** Properties that the runs mention, in the order of `known`, then others as they come. */
export function propertiesOf(runs: readonly Run[], known: readonly string[] = []): string[] {
  const used = new Set(runs.flatMap((r) => [...r.properties.map((p) => p.id), ...r.notApplicable]));
  return [...known.filter((id) => used.has(id)), ...[...used].filter((id) => !known.includes(id))];
}

/** Properties that were checked in some run and vacuous wherever they were. */
export const vacuousProperties = (runs: readonly Run[], known: readonly string[] = []): string[] =>
  propertiesOf(runs, known).filter((id) => jointVerdict(runs, id)?.verdict === 'vacuous');
