/** The explored state graph in compressed rows: states are numbered in breadth-first order, 0 is the initial state. */
import type { Local } from './component.ts';

export interface StateGraph {
  readonly states: number;
  /** Edges of state `s` are `firstEdge[s]` up to (excluding) `firstEdge[s + 1]`. */
  readonly firstEdge: Uint32Array;
  readonly target: Uint32Array;
  /** By edge: index of the process that steps. */
  readonly process: Uint8Array;
  /** By edge: which of its alternatives, in the fixed order of choices. */
  readonly alternative: Uint16Array;
  /** A state's predecessor on a shortest path; the initial state's is 0xffffffff. */
  parentOf(state: number): number;
  /** The local of a slot (component, process, monitor) in a state. */
  local(state: number, slot: number): Local;
}
