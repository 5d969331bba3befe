/**
 * Locals at which the cycles of the processes' own graphs are cut: a state where a process stands there is expanded
 * fully if that process is among the chosen ones. So every cycle of the reduced graph has a state that ignores nobody.
 * Preferred are locals whose actions are in conflict with many anyway.
 */
import { type Known, STEP } from './actions.ts';
import type { Conflicts } from './conflicts.ts';

/** By local: 1 where a cycle is cut. */
/** @param nameOf a local, which is the same whatever its number: where several are as good, one is taken by its name */
export function closingLocals(known: Known, { width, bits }: Conflicts, nameOf: (local: number) => string): Uint8Array {
  const { actionsFrom } = known;
  const next = actionsFrom.map((list) => [...new Set(list.filter((a) => a.kind === STEP).map((a) => a.next))]);
  const weight = actionsFrom.map((list) =>
    list.reduce((sum, a) => sum + ones(bits.subarray(a.id * width, (a.id + 1) * width)), 0),
  );
  const closing = new Uint8Array(actionsFrom.length);
  for (let cut = true; cut; ) {
    cut = false;
    for (const component of cycles(next, closing)) {
      cut = true;
      const most = Math.max(...component.map((l) => weight[l]!));
      const best = component.filter((l) => weight[l] === most);
      closing[best.length === 1 ? best[0]! : best.reduce((a, b) => (nameOf(b) < nameOf(a) ? b : a))] = 1;
    }
  }
  return closing;
}

function ones(words: Uint32Array): number {
  let n = 0;
  for (const w of words) for (let bits = w; bits !== 0; bits &= bits - 1) n++;
  return n;
}

/** Strongly connected components with a cycle, without the locals that are cut; Tarjan's algorithm without recursion. */
function cycles(next: readonly (readonly number[])[], cut: Uint8Array): number[][] {
  const number = new Int32Array(next.length).fill(-1);
  const low = new Int32Array(next.length);
  const open = new Uint8Array(next.length);
  const stack: number[] = [];
  const found: number[][] = [];
  let count = 0;
  const enter = (l: number) => {
    number[l] = low[l] = count++;
    stack.push(l);
    open[l] = 1;
    return { l, at: 0 };
  };
  for (let root = 0; root < next.length; root++) {
    if (number[root] !== -1 || cut[root]) continue;
    const path = [enter(root)];
    while (path.length > 0) {
      const top = path[path.length - 1]!;
      const to = next[top.l]![top.at++];
      if (to !== undefined) {
        if (cut[to]) continue;
        if (number[to] === -1) path.push(enter(to));
        else if (open[to]) low[top.l] = Math.min(low[top.l]!, number[to]!);
        continue;
      }
      path.pop();
      const above = path[path.length - 1];
      if (above) low[above.l] = Math.min(low[above.l]!, low[top.l]!);
      if (low[top.l] !== number[top.l]) continue;
      const component: number[] = [];
      for (let l = -1; l !== top.l; ) {
        l = stack.pop()!;
        open[l] = 0;
        component.push(l);
      }
      if (component.length > 1 || next[top.l]!.includes(top.l)) found.push(component);
    }
  }
  return found;
}
