/** Where the tables lie: in plain typed arrays, or in the memory of the compiled core, which reads them there. */

/** What the tables tell when they grow; numbers as in tables.ts and trees.ts. */
export interface TableMemory {
  /** A table of `n` entries, all `fill`. */
  ints(n: number, fill: number): Int32Array;
  node(id: number, kind: number, data: number, kids: Int32Array): void;
  leaf(id: number, next: number, slots: readonly number[], transformers: readonly number[], judges: boolean): void;
  transformer(id: number, table: Int32Array): void;
  root(process: number, local: number, root: number): void;
  local(process: number, local: number, finished: boolean, environment: boolean): void;
  reads(conjunct: number, slot: number): void;
  code(code: number): void;
}

/** Plain typed arrays, with a count of their bytes. */
export class Heap implements TableMemory {
  bytes = 0;

  ints(n: number, fill: number): Int32Array {
    this.bytes += 4 * n;
    return new Int32Array(n).fill(fill);
  }

  // The tables themselves know the rest: nobody else reads it.
  node(): void {}
  leaf(): void {}
  transformer(): void {}
  root(): void {}
  local(): void {}
  reads(): void {}
  code(): void {}
}

export const heap: TableMemory = new Heap();
