/** The shapes in which a case is given to SPIN, and the ways in which SPIN searches it. */

export type Shape = 'table' | 'processes' | 'hand-written';
export const SHAPES: readonly Shape[] = ['processes', 'table', 'hand-written'];

export interface Mode {
  readonly id: string;
  readonly title: string;
  /** Of `spin`. `-o1 -o2 -o3`: every state of the model is kept, so that counts can be compared. */
  readonly spinFlags: readonly string[];
  readonly gccFlags: readonly string[];
  /** Whether the made shapes must give exactly our counts. */
  readonly exact: boolean;
  readonly shortest: boolean;
}

const EXACT = ['-o1', '-o2', '-o3'];

export const PLAIN: Mode = {
  id: 'plain',
  title: 'depth first',
  spinFlags: EXACT,
  gccFlags: ['-DNOREDUCE'],
  exact: true,
  shortest: false,
};
/** As a user runs it: with SPIN's own optimisations, and reduced. */
export const POR: Mode = {
  id: 'por',
  title: 'depth first, partial order',
  spinFlags: [],
  gccFlags: [],
  exact: false,
  shortest: false,
};
export const COLLAPSE: Mode = {
  id: 'collapse',
  title: 'depth first, COLLAPSE',
  spinFlags: EXACT,
  gccFlags: ['-DNOREDUCE', '-DCOLLAPSE'],
  exact: true,
  shortest: false,
};
export const BFS: Mode = {
  id: 'bfs',
  title: 'breadth first',
  spinFlags: EXACT,
  gccFlags: ['-DNOREDUCE', '-DBFS'],
  exact: true,
  shortest: true,
};
