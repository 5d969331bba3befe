/**
 * Of all shortest runs that violate a property the one with the fewest context switches: where one process goes on as long
 * as it can, a reader has least to keep in mind. Dynamic programming over (state, process that stepped last), on the
 * breadth-first layers of the explored graph.
 */
import type { Move } from './findings.ts';
import { type ExploredGraph, moveOf, sourceOf, type Wrong } from './state-graph.ts';

export interface Violation extends Wrong {
  readonly run: readonly Move[];
}

/** How often another process than before steps. */
export const switchesOf = (run: readonly Move[]): number =>
  run.filter((m, i) => i > 0 && m.process !== run[i - 1]!.process).length;

const UNREACHED = 0xffff;

/**
 * @param length of a shortest violating run; the states less than that far away have all been expanded
 * @returns the first of equals, in the order of the states; undefined if no run of that length violates the property
 */
export function fewestSwitches(
  g: ExploredGraph,
  processes: number,
  property: number,
  length: number,
): Violation | undefined {
  if (length === 0) {
    const wrong = g.wrong(property, 0);
    return wrong && { ...wrong, run: [] };
  }
  const depth = depths(g, length);
  const cost = new Uint16Array(depth.length * processes).fill(UNREACHED);
  const via = new Uint32Array(depth.length * processes);
  let best: { readonly edge: number; readonly switches: number; readonly wrong: Wrong } | undefined;
  for (let s = 0; s < depth.length && depth[s]! < length; s++) {
    for (let e = g.firstEdge[s]!; e < g.firstEdge[s + 1]!; e++) {
      const t = g.target[e]!;
      const switches = s === 0 ? 0 : cheapestInto(cost, s, processes, g.process[e]!).switches;
      if (depth[s] === length - 1) {
        if (best && best.switches <= switches) continue;
        const wrong = wrongAfter(g, property, e, depth[t] === length);
        if (wrong) best = { edge: e, switches, wrong };
      } else if (depth[t] === depth[s]! + 1) {
        const at = t * processes + g.process[e]!;
        if (switches >= cost[at]!) continue;
        cost[at] = switches;
        via[at] = e;
      }
    }
  }
  return best && { ...best.wrong, run: backFrom(g, cost, via, processes, best.edge) };
}

/** Distance from the initial state of each state at most `length` away: a prefix of the breadth-first order. */
function depths(g: ExploredGraph, length: number): Uint32Array {
  const depth = new Uint32Array(g.states);
  for (let s = 1; s < g.states; s++) {
    depth[s] = depth[g.parentOf(s)]! + 1;
    if (depth[s]! > length) return depth.subarray(0, s);
  }
  return depth;
}

/** What is violated by a step, or by a state that it is the first to reach. */
function wrongAfter(g: ExploredGraph, property: number, edge: number, fresh: boolean): Wrong | undefined {
  const judgement = g.cases[g.step[edge]!]!.result.judgements[property];
  if (typeof judgement === 'object') return { damage: judgement.violated };
  return fresh ? g.wrong(property, g.target[edge]!) : undefined;
}

/** The best way to have come to `s` if process `next` steps from there: by itself, if that is no worse. */
function cheapestInto(
  cost: Uint16Array,
  s: number,
  processes: number,
  next: number,
): { readonly process: number; readonly switches: number } {
  let process = next;
  let switches = cost[s * processes + next]!;
  for (let p = 0; p < processes; p++) {
    const through = cost[s * processes + p]! + 1;
    if (through < switches) [process, switches] = [p, through];
  }
  return { process, switches };
}

function backFrom(g: ExploredGraph, cost: Uint16Array, via: Uint32Array, processes: number, last: number): Move[] {
  const moves = [moveOf(g, last)];
  for (let e = last; ; ) {
    const s = sourceOf(g, e);
    if (s === 0) return moves.reverse();
    const { process } = cheapestInto(cost, s, processes, g.process[e]!);
    e = via[s * processes + process]!;
    moves.push(moveOf(g, e));
  }
}
