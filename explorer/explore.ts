/** One exploration by either engine (`packed`: compiled, or in typed arrays where the machine refuses its memory), with what is judged on the whole graph afterwards. */
import { exploreCompiled } from './compiled.ts';
import { OutOfMemory } from './core-memory.ts';
import type { Exploration, ExploreOptions, Finding } from './exploration.ts';
import { exploreInterpreted } from './interpreter.ts';
import { findLasso } from './liveness.ts';
import { stateFacts } from './machine.ts';
import { explorePacked } from './packed.ts';
import type { StateGraph } from './state-graph.ts';
import type { System } from './system.ts';

export type Engine = 'packed' | 'interpreter';

export function explore(system: System, options: ExploreOptions & { readonly engine?: Engine } = {}): Exploration {
  const engine = options.engine === 'interpreter' ? exploreInterpreted : compiledOrPacked;
  if (!system.properties.some((p) => p.completes)) return engine(system, options);
  // A run that never ends is a cycle of the whole graph, and what is fair to a process shows only where all steps are.
  const found = engine(system, { ...options, reduce: {} });
  const findings = system.properties.map((p, i) => {
    if (!p.completes) return found.findings[i]!;
    // A run that never ends shows only in a complete graph.
    if (!found.complete) return { verdict: 'unknown' } as const;
    return completion(system, found.graph(), p.completes);
  });
  return { ...found, findings };
}

/** Where WebAssembly has no memory for the search, typed arrays may have: they begin small and come in pieces. */
function compiledOrPacked(system: System, options: ExploreOptions): Exploration {
  // The compiled engine does not reduce.
  if (options.reduce?.merge || options.reduce?.por) return explorePacked(system, options);
  try {
    return exploreCompiled(system, options);
  } catch (e) {
    if (!(e instanceof OutOfMemory)) throw e;
    return explorePacked(system, options);
  }
}

function completion(system: System, graph: StateGraph, completes: (stack: readonly string[]) => boolean): Finding {
  const inside = system.processes.map((_, p) => insideTable(system, graph, p, completes));
  if (inside.every((table) => !table.includes(1))) return { verdict: 'vacuous' };
  const lasso = findLasso(graph, system.processes.length, (s, p) => inside[p]![s] === 1);
  if (!lasso) return { verdict: 'holds' };
  const who = system.processes[lasso.process]!.id;
  const how = lasso.kind === 'culprit' ? 'goes round for ever' : 'is starved: others go on for ever while it waits';
  return {
    verdict: 'violated',
    run: [...lasso.prefix, ...lasso.loop],
    loopFrom: lasso.prefix.length,
    damage: `${who} ${how}, and what it began never completes`,
  };
}

/** By state: 1 where process `p` is inside. */
function insideTable(
  system: System,
  graph: StateGraph,
  p: number,
  completes: (stack: readonly string[]) => boolean,
): Uint8Array {
  const { machine } = system.processes[p]!;
  const known = new Map<unknown, number>();
  const table = new Uint8Array(graph.states);
  for (let s = 0; s < graph.states; s++) {
    const local = graph.local(s, system.firstProcess + p);
    let bit = known.get(local);
    if (bit === undefined) {
      bit = completes(stateFacts(machine, local).stack) ? 1 : 0;
      known.set(local, bit);
    }
    table[s] = bit;
  }
  return table;
}
