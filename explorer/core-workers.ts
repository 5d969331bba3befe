/** The further workers of a compiled search, from the first one's side. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import type { Core } from './core-instance.ts';
import type { Space } from './core-memory.ts';
import type { WorkerData } from './core-worker.ts';
import {
  DONE_ORDER,
  END,
  EVENT_COUNT,
  EVENTS_AT,
  FILL,
  MISS_COUNT,
  MISSES_AT,
  ORDER,
  place,
  type REPACK,
  signals,
  TRAPPED,
  UNFINISHED,
  WHAT,
  WHY,
  WORK,
  waitWhile,
} from './worker-signals.ts';

/** What a worker's share of the work ended with. */
export interface Report {
  readonly why: number;
  readonly missCount: number;
  readonly missesAt: number;
  readonly eventCount: number;
  readonly eventsAt: number;
  /** States of its block that are not expanded yet. */
  readonly unfinished: number;
}

/** What everybody has a part of: one of worker-signals.ts. */
export type Order = typeof FILL | typeof REPACK;
/** Has every worker do its part of something. @param part what worker number w has to do @returns what each came to */
export type Share = (order: Order, part: (worker: number) => number) => number[];

/** All put what is stored into the index, which is empty: each what is in its own part. @returns false: no memory */
export function fillIndex(core: Core, share: Share): boolean {
  if (!share(FILL, (w) => core.fill(w)).every(Boolean)) return false;
  core.fillRest();
  return true;
}

/** Beside this module in the package; a run from the sources uses what the last build left. */
const threadFile = (): URL =>
  new URL(import.meta.url.endsWith('.ts') ? '../dist/explorer/core-worker.js' : './core-worker.js', import.meta.url);

/** The others end their blocks, which take less. */
const PATIENCE = 0.1;

export class CoreWorkers {
  private readonly signals: Int32Array;
  private readonly numbers: readonly number[];
  private order = 0;
  private readonly spinning: boolean;

  /** Starts workers number 1 up to (excluding) `count`: they come when their threads run. */
  constructor(module: WebAssembly.Module, space: Space, count: number) {
    this.signals = signals(count);
    this.spinning = count <= availableParallelism();
    const { spinning } = this;
    this.numbers = Array.from({ length: count - 1 }, (_, i) => i + 1);
    for (const worker of this.numbers) {
      this.signals[place(worker, DONE_ORDER)] = -1;
      const workerData: WorkerData = { module, memory: space.memory, signals: this.signals, worker, spinning };
      // It ends by itself, or with the process. It prints nothing: Node need not connect its streams with ours.
      new Worker(threadFile(), { workerData, stdout: true, stderr: true }).unref();
    }
  }

  /** Whether all threads run. */
  get ready(): boolean {
    return this.numbers.every((w) => Atomics.load(this.signals, place(w, DONE_ORDER)) === 0);
  }

  /** Whether all have carried out the last order. */
  get idle(): boolean {
    return this.numbers.every((w) => Atomics.load(this.signals, place(w, DONE_ORDER)) === this.order);
  }

  work(): void {
    this.tell(WORK);
  }

  end(): void {
    this.tell(END);
  }

  /** Everybody does its part, the first worker by itself. @returns what each came to @throws Error as `reports` */
  share(order: Order, own: () => number): number[] {
    this.tell(order);
    const mine = own();
    this.wait();
    return [mine, ...this.numbers.map((w) => this.why(w))];
  }

  /** Waits until all have carried out the last order. */
  wait(): void {
    for (const w of this.numbers) {
      const at = place(w, DONE_ORDER);
      for (let done = 0; ; ) {
        done = Atomics.load(this.signals, at);
        if (done === this.order) break;
        waitWhile(this.signals, at, done, this.spinning ? PATIENCE : 0);
      }
    }
  }

  /** @throws Error if a worker's core trapped */
  reports(): Report[] {
    return this.numbers.map((w) => {
      const at = (which: number): number => this.signals[place(w, which)]!;
      return {
        why: this.why(w),
        missCount: at(MISS_COUNT),
        missesAt: at(MISSES_AT) >>> 0,
        eventCount: at(EVENT_COUNT),
        eventsAt: at(EVENTS_AT) >>> 0,
        unfinished: at(UNFINISHED),
      };
    });
  }

  private why(w: number): number {
    const why = this.signals[place(w, WHY)]!;
    if (why === TRAPPED) throw new Error(`worker ${w} of the compiled engine stopped`);
    return why;
  }

  private tell(what: number): void {
    Atomics.store(this.signals, WHAT, what);
    this.order = Atomics.add(this.signals, ORDER, 1) + 1;
    Atomics.notify(this.signals, ORDER);
  }
}
