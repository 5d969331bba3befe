/**
 * One exploration: by the engine that was asked for, with what is judged on the whole graph afterwards, and with runs of
 * violations that do not depend on how the search was made faster.
 */
import { machineBudget } from './budget.ts';
import { exploreHashes } from './compaction.ts';
import { exploreCompiled } from './compiled.ts';
import { completion } from './completion.ts';
import { OutOfMemory } from './core-memory.ts';
import { FaultlineError } from './errors.ts';
import { type Exploration, once } from './exploration.ts';
import { depthOfSighting, type Finding } from './findings.ts';
import { exploreInterpreted } from './interpreted-search.ts';
import type { ExploreOptions, Reductions } from './options.ts';
import { explorePacked } from './packed.ts';
import type { PropertyInstance } from './property.ts';
import type { System } from './system.ts';

/** `packed`: compiled, or in typed arrays where the machine has no WebAssembly memory. */
export type Engine = 'packed' | 'interpreter';
type Options = ExploreOptions & { readonly engine?: Engine };

/** @throws FaultlineError E_REDUCE for a reduction that would lose what is asked for, E_COMPACT for hashes that would */
export function explore(system: System, given: Options = {}): Exploration {
  const options = { ...given, maxBytes: given.maxBytes ?? machineBudget() };
  if (options.compact) return exploreCompacted(system, options);
  const endless = system.properties.filter((p) => p.completes);
  if (isReduced(options.reduce)) {
    refuseUnsound(system, endless, options);
    if (endless.length > 0) return exploreApart(system, endless, options);
  }
  const found = withOrderedRuns(system, search(system, options), options);
  return endless.length > 0 ? withCompletion(system, found, options) : found;
}

function exploreCompacted(system: System, options: Options): Exploration {
  if (options.engine === 'interpreter') {
    throw new FaultlineError(
      'E_COMPACT',
      'the interpreter keeps states, not hashes: it is what the others are compared with',
      'Leave out one of the two.',
    );
  }
  return exploreHashes(system, options, {
    compact: exploreCompiled,
    exact: (s, o) => search(s, inOrder(o)),
  });
}

/** Whether any reduction is asked for. */
export const isReduced = (reduce: Reductions = {}): boolean => Object.values(reduce).includes(true);

function refuseUnsound(system: System, endless: readonly PropertyInstance[], { engine }: Options): void {
  if (engine === 'interpreter') {
    throw new FaultlineError(
      'E_REDUCE',
      'the interpreter does not reduce: it is what the others are compared with',
      'Leave out the reductions, or the choice of the interpreter.',
    );
  }
  if (endless.length > 0 && endless.length === system.properties.length) {
    throw new FaultlineError(
      'E_REDUCE',
      `a reduced search does not keep what ${endless.map((p) => p.id).join(', ')} is about: runs that never end`,
      'Leave out the reductions, or judge other properties as well.',
    );
  }
}

function search(system: System, options: Options): Exploration {
  if (options.engine === 'interpreter') return exploreInterpreted(system, options);
  try {
    return exploreCompiled(system, options);
  } catch (e) {
    // Typed arrays may still be had: they begin small and come in pieces.
    if (!(e instanceof OutOfMemory)) throw e;
    return explorePacked(system, options);
  }
}

/** One thread, no reduction: the order of states that all engines share. */
const inOrder = ({ workers, reduce, compact, onProgress, ...rest }: Options): Options => rest;

/**
 * What is said of a violation comes from a search in the usual order, no deeper than the violation that was seen: it is the
 * same whatever made the first search faster.
 */
export function withOrderedRuns(system: System, found: Exploration, options: Options): Exploration {
  const usual = found.shortest !== false && found.reduced === undefined;
  if (usual || found.findings.every((f) => !f.run)) return found;
  const depths = found.findings.map((f, i) => (f.run ? depthOfSighting(system.properties[i]!, f) : 0));
  const ordered = search(system, { ...inOrder(options), maxDepth: Math.max(...depths) });
  const cutShort = ordered.unfinished && !['depth', 'stop'].includes(ordered.unfinished.limit);
  const findings = found.findings.map((first, i): Finding => {
    const second = ordered.findings[i]!;
    if (second.run) return second;
    if (!first.run) return first;
    if (cutShort) return { ...first, notShortest: true };
    // One of several violations was asked for: which, the usual order says.
    if (options.stop) return { verdict: 'unknown' };
    throw new Error(`the search in order does not see the violation of ${system.properties[i]!.id}`);
  });
  return { ...found, findings, ordered };
}

/** What is about runs that never end: a search of its own, not reduced. The figures are those of the reduced one. */
function exploreApart(system: System, endless: readonly PropertyInstance[], options: Options): Exploration {
  const others = system.properties.filter((p) => !p.completes);
  const found = explore(system.withProperties(others), options);
  const { reduce: _, onProgress: __, ...whole } = options;
  const apart = explore(system.withProperties(endless), whole);
  const findings = system.properties.map((p) =>
    p.completes ? apart.findings[endless.indexOf(p)]! : found.findings[others.indexOf(p)]!,
  );
  return { ...found, findings, ...readable(system, { ...found, findings }, options) };
}

/** Graphs to read the runs in: of the system with all its properties, since a graph knows them by their numbers. */
function readable(system: System, found: Exploration, options: Options): Partial<Exploration> {
  const whole = once(() => search(system, inOrder(options)));
  const depths = found.findings.map((f) => (f.run && f.loopFrom === undefined ? f.run.length + 1 : 0));
  const around = once(() => search(system, { ...inOrder(options), maxDepth: Math.max(0, ...depths) }));
  const near: Exploration['near'] = (maxDepth, maxStates) => around().near(maxDepth, maxStates);
  const all = { graph: () => whole().graph(), shape: () => whole().shape(), near };
  return { ...all, ...(found.ordered && { ordered: { ...found.ordered, ...all } }) };
}

function withCompletion(system: System, found: Exploration, options: Options): Exploration {
  const findings = system.properties.map((p, i) =>
    p.completes ? completion(system, found, p.completes) : found.findings[i]!,
  );
  const endless = system.properties.filter((p, i) => p.completes && findings[i]!.run);
  // With the monitors of others a run comes back to a state later, if they have moved on: what is said does not depend on them.
  if (endless.length === 0 || !system.properties.some((p) => p.monitor && !p.completes)) return { ...found, findings };
  const apart = explore(system.withProperties(endless), inOrder(options));
  const alone = (p: PropertyInstance, first: Finding): Finding => {
    const second = apart.findings[endless.indexOf(p)];
    return second?.run ? second : first;
  };
  return { ...found, findings: findings.map((f, i) => alone(system.properties[i]!, f)) };
}
