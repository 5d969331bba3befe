/**
 * Hash compaction: a search that keeps a hash of each state, where others keep the state. Two states with the same hash are
 * taken for one, and then the second is missed, with what only it leads to. So nothing that such a search did not find is
 * known not to be there: its verdicts are `violated` and `unknown`.
 */

import { OutOfMemory } from './core-memory.ts';
import { FaultlineError } from './errors.ts';
import type { Exploration } from './exploration.ts';
import type { Finding } from './findings.ts';
import type { ExploreOptions } from './options.ts';
import type { System } from './system.ts';

/** Bits of a hash's part in the number of a line at first, and of a hash that are kept: as core/compact.ts has room for. */
export const LINE_BITS = 18;
export const HASH_BITS = LINE_BITS + 43;

/**
 * That of `states` different states two have the same hash, where hashes are as good as random: 1 - (1 - 1/2^bits) (1 - 2/2^bits) … up to
 * states - 1. As long as none was missed, there are as many as were found.
 */
export const missedProbability = (states: number, bits: number): number =>
  Math.max(0, -Math.expm1((-states * (states - 1)) / 2 / 2 ** bits));

interface Engines {
  readonly compact: (system: System, options: ExploreOptions) => Exploration;
  /** Exact, in the usual order. */
  readonly exact: (system: System, options: ExploreOptions) => Exploration;
}

/** @throws FaultlineError E_COMPACT for what cannot be had together with hashes */
export function exploreHashes(system: System, options: ExploreOptions, engines: Engines): Exploration {
  refuse(system, options);
  // Runs that never end are cycles of the graph, which nobody has.
  const judged = system.withProperties(system.properties.filter((p) => !p.completes));
  const found = compactly(judged, options, engines);
  const ordered = found.findings.some((f) => f.verdict === 'violated')
    ? runsOf(judged, found, options, engines)
    : undefined;
  const of = (i: number): Finding => ordered?.findings[i] ?? { verdict: 'unknown' };
  let next = 0;
  return {
    ...found,
    findings: system.properties.map((p): Finding => {
      if (p.completes) return { verdict: 'unknown' };
      const i = next++;
      return found.findings[i]!.verdict === 'violated' ? of(i) : { verdict: 'unknown' };
    }),
    ...(ordered && { ordered }),
  };
}

function refuse({ properties }: System, { reduce = {}, workers = 1 }: ExploreOptions): void {
  const why = Object.values(reduce).includes(true)
    ? ['a reduced search', 'each state that it misses stands for others, too']
    : workers > 1
      ? ['several workers', 'one table of hashes is written by one worker']
      : properties.length > 0 && properties.every((p) => p.completes)
        ? [properties.map((p) => p.id).join(', '), 'runs that never end are looked for in the graph of all states']
        : undefined;
  if (!why) return;
  throw new FaultlineError('E_COMPACT', `hashes do not go with ${why[0]}: ${why[1]}`, 'Leave out one of the two.');
}

function compactly(system: System, options: ExploreOptions, { compact }: Engines): Exploration {
  try {
    return compact(system, options);
  } catch (e) {
    if (!(e instanceof OutOfMemory)) throw e;
    throw new FaultlineError('E_COMPACT', e.message, 'Give it more memory, or leave out the hashes.');
  }
}

/** The violations that were seen, with their shortest runs: from a search that keeps states, no deeper than they are. */
function runsOf(system: System, found: Exploration, options: ExploreOptions, { exact }: Engines): Exploration {
  const { seenWithin } = found.compact!;
  const ordered = exact(system, { ...options, maxDepth: seenWithin });
  const seen = found.findings.flatMap((f, i) => (f.verdict === 'violated' ? [i] : []));
  const lost = seen.filter((i) => !ordered.findings[i]!.run).map((i) => system.properties[i]!.id);
  const limit = ordered.unfinished?.limit;
  if (lost.length === 0 || (options.stop && limit === 'stop')) return ordered;
  if (limit === undefined || limit === 'depth')
    throw new Error(`the exact search does not see the violation of ${lost}`);
  throw new FaultlineError(
    'E_COMPACT',
    `${lost.join(', ')}: violated within ${seenWithin} steps, but there is no room for a search that keeps states, from which the run comes`,
    'Give it more memory (--max-memory), or more states (--max-states).',
  );
}
