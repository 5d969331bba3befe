/** Whether what a process has begun completes on every fair run: judged on the whole graph. */
import { type Exploration, isOutOfMemory } from './exploration.ts';
import type { Finding } from './findings.ts';
import { findLasso, type Lasso } from './liveness.ts';
import { stateFacts } from './machine.ts';
import { type ExploredShape, moveOf, type Shape } from './state-graph.ts';
import type { System } from './system.ts';

type Inside = (stack: readonly string[]) => boolean;

/** A run that never ends shows only in a complete graph: without one, or the memory for it, nothing is known. */
export function completion(system: System, found: Exploration, inside: Inside): Finding {
  if (!found.complete) return { verdict: 'unknown' };
  try {
    return judge(system, found, inside);
  } catch (e) {
    if (!isOutOfMemory(e)) throw e;
    return { verdict: 'unknown' };
  }
}

function judge(system: System, found: Exploration, inside: Inside): Finding {
  const seen = lassoIn(system, found.shape(), inside);
  if (typeof seen === 'string') return { verdict: seen };
  // The shortest one is found, and told, in the usual order of states.
  const graph = found.graph();
  const lasso = lassoIn(system, graph, inside);
  if (typeof lasso === 'string') return { verdict: lasso };
  const who = system.processes[lasso.process]!.id;
  const how = lasso.kind === 'culprit' ? 'goes round for ever' : 'is starved: others go on for ever while it waits';
  return {
    verdict: 'violated',
    run: [...lasso.prefix, ...lasso.loop].map((e) => moveOf(graph, e)),
    loopFrom: lasso.prefix.length,
    damage: `${who} ${how}, and what it began never completes`,
  };
}

/** A fair run on which a process stays inside for ever, or what it means that there is none. */
function lassoIn(system: System, shape: ExploredShape, inside: Inside): Lasso | 'unknown' | 'vacuous' | 'holds' {
  // It may come from a search of its own, which then has the same limits.
  if (shape.expanded < shape.states) return 'unknown';
  const tables = system.processes.map((_, p) => insideTable(system, shape, p, inside));
  if (tables.every((table) => !table.includes(1))) return 'vacuous';
  return findLasso(shape, system.processes.length, (s, p) => tables[p]![s] === 1) ?? 'holds';
}

/** By state: 1 where process `p` is inside. */
function insideTable(system: System, shape: Shape, p: number, inside: Inside): Uint8Array {
  const { machine } = system.processes[p]!;
  const { of, locals } = shape.column(system.firstProcess + p);
  const bits = Uint8Array.from(locals, (local) => (inside(stateFacts(machine, local).stack) ? 1 : 0));
  const table = new Uint8Array(of.length);
  for (let s = 0; s < table.length; s++) table[s] = bits[of[s]!]!;
  return table;
}
