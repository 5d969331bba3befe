/** Whether what a process has begun completes on every fair run: judged on the whole graph. */
import { type Exploration, isOutOfMemory } from './exploration.ts';
import type { Finding } from './findings.ts';
import { findLasso } from './liveness.ts';
import { stateFacts } from './machine.ts';
import { moveOf, type Shape } from './state-graph.ts';
import type { System } from './system.ts';

type Inside = (stack: readonly string[]) => boolean;

/** A run that never ends shows only in a complete graph: without one, or the memory for it, nothing is known. */
export function completion(system: System, found: Exploration, inside: Inside): Finding {
  if (!found.complete) return { verdict: 'unknown' };
  try {
    const shape = found.shape();
    // It may come from a search of its own, in the usual order, which then has the same limits.
    return shape.expanded < shape.states ? { verdict: 'unknown' } : judge(system, found, shape, inside);
  } catch (e) {
    if (!isOutOfMemory(e)) throw e;
    return { verdict: 'unknown' };
  }
}

function judge(system: System, found: Exploration, shape: Shape, inside: Inside): Finding {
  const tables = system.processes.map((_, p) => insideTable(system, shape, p, inside));
  if (tables.every((table) => !table.includes(1))) return { verdict: 'vacuous' };
  const lasso = findLasso(shape, system.processes.length, (s, p) => tables[p]![s] === 1);
  if (!lasso) return { verdict: 'holds' };
  const graph = found.graph();
  const who = system.processes[lasso.process]!.id;
  const how = lasso.kind === 'culprit' ? 'goes round for ever' : 'is starved: others go on for ever while it waits';
  return {
    verdict: 'violated',
    run: [...lasso.prefix, ...lasso.loop].map((e) => moveOf(graph, e)),
    loopFrom: lasso.prefix.length,
    damage: `${who} ${how}, and what it began never completes`,
  };
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
