/**
 * Branching bisimilarity by signatures (Blom and Orzan): states that show the same on the same choices. Silent cycles are
 * nothing: a run that goes round one for ever is not told from one that leaves it.
 */
import { componentsOf } from '../scc.ts';
import { type Labelled, SILENT } from './labelled.ts';
import { Sets, sortedUnique } from './sets.ts';

/** @returns by state of `g` the number of its class; the classes of a graph that lists several side by side are common */
export function branchingClasses(g: Labelled): Int32Array {
  const cycles = silentComponents(g);
  const small = quotient(g, cycles);
  const classes = refined(small);
  return cycles.map((c) => classes[c]!);
}

/** Several graphs side by side, with where each begins. */
export function sideBySide(graphs: readonly Labelled[]): { readonly graph: Labelled; readonly starts: number[] } {
  const states = graphs.reduce((n, g) => n + g.states, 0);
  const edges = graphs.reduce((n, g) => n + g.target.length, 0);
  const first = new Uint32Array(states + 1);
  const target = new Uint32Array(edges);
  const label = new Uint32Array(edges);
  const starts: number[] = [];
  let [state, edge] = [0, 0];
  for (const g of graphs) {
    starts.push(state);
    for (let s = 0; s < g.states; s++) first[state + s + 1] = edge + g.first[s + 1]!;
    label.set(g.label, edge);
    for (const [e, t] of g.target.entries()) target[edge + e] = state + t;
    state += g.states;
    edge += g.target.length;
  }
  return { graph: { states, first, target, label }, starts };
}

/**
 * Each class as one state. Silent steps within a class are left out, and of equal edges one is kept.
 * @param classes by state; the numbers have no gaps
 */
export function quotient(g: Labelled, classes: Int32Array): Labelled {
  const states = classes.reduce((n, c) => Math.max(n, c + 1), 0);
  const out: number[][] = Array.from({ length: states }, () => []);
  for (let s = 0; s < g.states; s++) {
    const own = out[classes[s]!]!;
    for (let e = g.first[s]!; e < g.first[s + 1]!; e++) {
      const to = classes[g.target[e]!]!;
      if (g.label[e] !== SILENT || to !== classes[s]) own.push(g.label[e]! * states + to);
    }
  }
  const first = new Uint32Array(states + 1);
  for (const [s, edges] of out.entries()) first[s + 1] = first[s]! + sortedUnique(edges).length;
  const target = new Uint32Array(first[states]!);
  const label = new Uint32Array(first[states]!);
  for (const [s, edges] of out.entries()) {
    for (const [i, key] of edges.entries()) {
      label[first[s]! + i] = Math.floor(key / states);
      target[first[s]! + i] = key % states;
    }
  }
  return { states, first, target, label };
}

/** By state: its strongly connected component by silent steps; a silent step between two leads to the smaller number. */
function silentComponents(g: Labelled): Int32Array {
  const firstEdge = new Uint32Array(g.states + 1);
  const target: number[] = [];
  for (let s = 0; s < g.states; s++) {
    for (let e = g.first[s]!; e < g.first[s + 1]!; e++) if (g.label[e] === SILENT) target.push(g.target[e]!);
    firstEdge[s + 1] = target.length;
  }
  return componentsOf({ states: g.states, firstEdge, target: Uint32Array.from(target) }, () => true);
}

/** @param g without silent cycles: a silent step leads to a smaller number */
function refined(g: Labelled): Int32Array {
  let classes = new Int32Array(g.states);
  let count = 1;
  for (;;) {
    const next = new Int32Array(g.states);
    const numbers = new Map<number, number>();
    const signatures: number[][] = Array.from({ length: g.states }, () => []);
    const labels = g.label.reduce((n, l) => Math.max(n, l + 1), 1);
    const sets = new Sets(labels * count);
    for (let s = 0; s < g.states; s++) {
      const signature: number[] = [];
      for (let e = g.first[s]!; e < g.first[s + 1]!; e++) {
        const t = g.target[e]!;
        if (g.label[e] === SILENT && classes[t] === classes[s]) {
          for (const n of signatures[t] ?? []) signature.push(n);
        } else {
          signature.push(g.label[e]! * count + classes[t]!);
        }
      }
      signatures[s] = sortedUnique(signature);
      const key = sets.intern(signature) * count + classes[s]!;
      let number = numbers.get(key);
      if (number === undefined) {
        number = numbers.size;
        numbers.set(key, number);
      }
      next[s] = number;
    }
    classes = next;
    if (numbers.size === count) return classes;
    count = numbers.size;
  }
}
