/**
 * The tabulating engine with its loop compiled (core/): the same search over the same tables as packed.ts. The tables lie
 * in the core's memory; what they lack is filled in, by calling XState (core-growth.ts), and the core goes on where it stopped.
 */
import { CoreEdges } from './core-edges.ts';
import { CoreOrder } from './core-order.ts';
import { type CoreParts, coreParts } from './core-parts.ts';
import { CoreSearch } from './core-search.ts';
import { TUNING, type Tuning } from './core-tuning.ts';
import { type Exploration, once } from './exploration.ts';
import { Explored, type SearchFacts, type Visited } from './explored.ts';
import type { ExploreOptions } from './options.ts';
import { plainConflicts } from './reduce/choice.ts';
import { compiledConflicts } from './reduce/compiled-conflicts.ts';
import type { Reduction } from './reduce/reduction.ts';
import type { Group } from './reduce/renaming.ts';
import { type Each, exploreReduced } from './reduce/rounds.ts';
import { type SymmetricSearch, withSymmetry } from './reduce/symmetric-search.ts';
import type { System } from './system.ts';

/**
 * Explores with the compiled core: the same result as `explorePacked()`, several times faster.
 * @param tuning where it changes its ways; what it says does not depend on that
 * @throws FaultlineError what a path of the system gets wrong
 */
export function exploreCompiled(
  system: System,
  options: ExploreOptions = {},
  tuning: Partial<Tuning> = {},
): Exploration {
  const search = (...[s, o, group]: Parameters<SymmetricSearch>) => exploreIn(s, o, { ...TUNING, ...tuning }, group);
  return options.reduce?.symmetry ? withSymmetry(system, options, search) : search(system, options);
}

/** @param group of renamings, if states that are the same under it are to be one */
function exploreIn(system: System, options: ExploreOptions, tuning: Tuning, group?: Group): Exploration {
  const { merge = false, por = false } = options.reduce ?? {};
  const engine = new CompiledEngine(system, options, tuning, group);
  // A search with chains of steps does not know how many steps away its states are.
  if ((!merge && !por) || options.maxDepth !== undefined) return engine.run();
  return exploreReduced(
    engine.parts.tables,
    { merge, por },
    options,
    (reduction, each) => engine.again(reduction, each),
    (basis, also) => compiledConflicts(basis, also) ?? plainConflicts(basis, also),
    engine.parts.reductions.symmetry,
    () => exploreCompiled(system, { ...options, reduce: {} }, tuning),
  );
}

/** Where hashes are kept a state has two interned halves: their numbers stay the same when fields get wider, and the hash. */
const NO_WORD = -1;
const NO_LIMIT = 0xffffffff;

class CompiledEngine {
  readonly parts: CoreParts;
  private readonly system: System;
  private readonly options: ExploreOptions;
  private readonly tuning: Tuning;

  constructor(system: System, options: ExploreOptions, tuning: Tuning, group: Group | undefined) {
    this.system = system;
    this.options = options;
    this.tuning = options.compact ? { ...tuning, wordBits: NO_WORD } : tuning;
    this.parts = coreParts(system, options, this.tuning, group);
    this.parts.growth.layOut();
  }

  /** Searches with the tables and in the memory of the search before, whose states are lost. */
  again(reduction: Reduction | undefined, each: Each | undefined): Exploration {
    const { space, inCore, reductions, growth, events } = this.parts;
    reductions.again(reduction, each);
    space.configure('sleep', 0);
    space.core.reset();
    // What was found elsewhere has its place first.
    growth.layOut();
    inCore.forget();
    reductions.decide();
    events.forget();
    return this.run();
  }

  run(): Exploration {
    const { parts, options, tuning } = this;
    const { space, reductions } = parts;
    reductions.begin();
    space.configure('maxStates', Math.min(options.maxStates ?? NO_LIMIT, NO_LIMIT));
    const order = new CoreOrder(space, this.system, options, tuning, exploreCompiled);
    const search = new CoreSearch(parts, options, tuning, order);
    const limit = search.run();
    reductions.ended();
    if (limit === 'memory' || limit === 'machine') reductions.releaseSpare();
    reductions.check();
    options.onProgress?.(search.progress());
    const { seconds } = search;
    const { depth } = search.levels;
    const facts = { transitions: space.core.transitions(), depth, seconds, limit, expanded: search.expanded() };
    return this.result(facts, search, order);
  }

  private result(facts: SearchFacts, search: CoreSearch, order: CoreOrder): Exploration {
    const { tables, reductions, growth } = this.parts;
    const { findings, crew, seenWithin } = search;
    const { seconds: tableSeconds } = growth;
    if (this.options.compact) {
      return { ...order.compacted(facts, crew.size, findings, tables, seenWithin), tableSeconds };
    }
    const { symmetry, reduction } = reductions;
    const found = new Explored(tables, this.visited(search), facts, symmetry, reduction).result(findings);
    return { ...found, tableSeconds, ...order.differences(found, crew.size, findings) };
  }

  private visited({ levels, crew }: CoreSearch): Visited {
    const { space, states, reductions } = this.parts;
    const { core } = space;
    const edges = once(() => new CoreEdges(space, states, crew.size));
    return {
      count: core.stored(),
      bytes: core.bytes(),
      unpack: (state, into) => states.read(state, into),
      find: (vec) => states.find(vec),
      candidates: (state) => levels.candidates(state),
      numbers: () => levels.numbers(crew.size),
      // Where states stand for others, or steps are left out, the graph is another one.
      ...(reductions.none && {
        edges: (place, to) => edges().from(place, to),
        column: (slot, into) => edges().column(slot, into),
        placeOf: (state) => edges().placeOf(state),
        numberOf: (place) => edges().numberOf(place),
      }),
    };
  }
}
