/** Where the tables lie: in plain typed arrays, or in the memory of the compiled core, which reads them there. */

/** What the tables tell when they grow; numbers as in tables.ts and trees.ts. */
export interface TableMemory {
  /** `n` entries for the tables alone, all `fill`. */
  ints(n: number, fill: number): Int32Array;
  /** `n` entries, all `fill`, where the search reads them. */
  table(n: number, fill: number): Int32Array;
  node(id: number, kind: number, data: number): void;
  kid(node: number, index: number, kid: number): void;
  leaf(id: number, leaf: LeafFacts): void;
  /** A transformer's table is this one, or has changed. */
  transformer(id: number, table: Int32Array): void;
  root(process: number, local: number, root: number): void;
  local(process: number, local: number, finished: boolean, environment: boolean): void;
  reads(conjunct: number, slot: number): void;
  code(code: number): void;
}

export interface LeafFacts {
  readonly process: number;
  readonly next: number;
  /** Of the components that it writes; by such a slot: its transformer, and its local if the leaf is only for that one (else -1). */
  readonly slots: readonly number[];
  /** Slots that were read on the way to it. */
  readonly reads: readonly number[];
  readonly transformers: readonly number[];
  readonly locals: readonly number[];
  readonly judges: boolean;
}

/** Plain typed arrays, with a count of their bytes. */
export class Heap implements TableMemory {
  bytes = 0;

  ints(n: number, fill: number): Int32Array {
    this.bytes += 4 * n;
    return new Int32Array(n).fill(fill);
  }

  table(n: number, fill: number): Int32Array {
    return this.ints(n, fill);
  }

  // The tables themselves know the rest: nobody else reads it.
  node(): void {}
  kid(): void {}
  leaf(): void {}
  transformer(): void {}
  root(): void {}
  local(): void {}
  reads(): void {}
  code(): void {}
}

export const heap: TableMemory = new Heap();
