/** What a compiled search is made of and keeps when it is run again: the core's memory, the tables, and who deals with them. */
import { CoreEvents } from './core-events.ts';
import { CoreGrowth } from './core-growth.ts';
import { ALL_BYTES, coreModule, OutOfMemory, Space } from './core-memory.ts';
import { CoreStates } from './core-states.ts';
import { CoreTables } from './core-tables.ts';
import type { Tuning } from './core-tuning.ts';
import type { ExploreOptions } from './options.ts';
import { CoreReductions } from './reduce/core-reductions.ts';
import type { Group } from './reduce/renaming.ts';
import type { System } from './system.ts';
import { BLOCKED, Tables } from './tables.ts';

export interface CoreParts {
  readonly space: Space;
  readonly inCore: CoreTables;
  readonly tables: Tables;
  readonly reductions: CoreReductions;
  readonly states: CoreStates;
  readonly growth: CoreGrowth;
  readonly events: CoreEvents;
}

/** Of the first index of the visited set: its logarithm. */
const INDEX_BITS = 17;
/** What a step does that waits. */
const NOTHING = { process: 0, next: 0, slots: [], reads: [], transformers: [], locals: [], judges: false };

/** @throws OutOfMemory */
export function coreParts(
  system: System,
  options: ExploreOptions,
  tuning: Tuning,
  group: Group | undefined,
): CoreParts {
  const space = new Space(coreModule(), INDEX_BITS, options.maxBytes ?? ALL_BYTES);
  if (options.compact && !space.core.createCompact(tuning.hashBits, tuning.hashLines)) {
    throw new OutOfMemory('no memory for hashes');
  }
  const conjuncts = system.properties.reduce((n, p) => n + (p.states?.length ?? 0) + (p.quiescence?.length ?? 0), 0);
  const inCore = new CoreTables(space, system, conjuncts);
  const tables = new Tables(system, inCore);
  inCore.leaf(BLOCKED, NOTHING);
  // Its locals have the first numbers.
  tables.initial();
  const reductions = new CoreReductions(space, inCore, tables, options, tuning.early, group);
  const states = new CoreStates(space, system.slotCount, tuning);
  const growth = new CoreGrowth(space, inCore, tables, states, reductions);
  const events = new CoreEvents(space, inCore, tables, states, reductions);
  return { space, inCore, tables, reductions, states, growth, events };
}
