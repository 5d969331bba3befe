/** An instance of the compiled core, and all that a further worker's thread has to load. */

/** What core/core.ts exports. */
export interface Core {
  open(pages: number, bits: number): number;
  join(workers: number): number;
  workers(): number;
  configure(setting: number, value: number): void;
  attach(): number;
  become(worker: number): void;
  alloc(bytes: number): number;
  release(at: number, bytes: number): void;
  createCompact(bits: number, lines: number): number;
  createHalves(words: number, bits: number): number;
  planRepack(
    slots: number,
    before: number,
    after: number,
    bytes: number,
    leftBytes: number,
    left: number,
    right: number,
  ): number;
  repack(worker: number): number;
  growRepacked(): number;
  repacked(bytes: number): number;
  relayoutHalves(slots: number, before: number, after: number, bytes: number, leftBytes: number): number;
  writeOutcome(facts: number, fields: number, bytes: number, transformers: number): void;
  reset(): void;
  nextLevel(): number;
  levelFrom(worker: number): number;
  levelSize(): number;
  deferred(): number;
  deferredBy(worker: number): number;
  deferredAt(worker: number, i: number): number;
  retries(): number;
  retry(worker: number, n: number): void;
  asleepIn(state: number): number;
  tooLong(): number;
  claimed(): number;
  work(states: number): number;
  pause(): void;
  resume(): void;
  grow(): number;
  fill(worker: number): number;
  fillRest(): void;
  stored(): number;
  countOf(worker: number): number;
  numberOf(worker: number, place: number): number;
  placeOf(state: number): number;
  blockOf(worker: number, place: number): number;
  transitions(): number;
  bytes(): number;
  unpack(state: number, fields: number, slots: number, into: number): void;
  addState(from: number, fields: number, slots: number): number;
  findState(from: number, fields: number, slots: number): number;
  edges(from: number, to: number): number;
  column(field: number, from: number, to: number, into: number): void;
  eventAt(i: number): number;
  missAt(i: number): number;
  reserve(bytes: number): number;
  conflictsOf(known: number): number;
  readonly eventCount: WebAssembly.Global;
  readonly missCount: WebAssembly.Global;
  readonly blockDone: WebAssembly.Global;
  readonly blockSize: WebAssembly.Global;
  readonly claim: WebAssembly.Global;
  readonly edgeCount: WebAssembly.Global;
  readonly edgeCounts: WebAssembly.Global;
  readonly edgeTargets: WebAssembly.Global;
  readonly edgeLeaves: WebAssembly.Global;
  readonly edgeProcesses: WebAssembly.Global;
  readonly edgeAlternatives: WebAssembly.Global;
}

/** A worker's instance of the core over the memory that all share. */
export function instantiate(module: WebAssembly.Module, memory: WebAssembly.Memory): Core {
  const { exports } = new WebAssembly.Instance(module, { env: { memory, abort: () => {}, seed: () => 0 } });
  return exports as unknown as Core;
}
