/** A further worker of the compiled search: a thread with an instance of the core over the memory that all share. */
import { workerData } from 'node:worker_threads';
import { instantiate } from './core-instance.ts';
import {
  DONE_ORDER,
  END,
  EVENT_COUNT,
  EVENTS_AT,
  MISS_COUNT,
  MISSES_AT,
  ORDER,
  place,
  REPACK,
  TRAPPED,
  UNFINISHED,
  WHAT,
  WHY,
  WORK,
  waitWhile,
} from './worker-signals.ts';

export interface WorkerData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly signals: Int32Array;
  readonly worker: number;
  /** There is a core for each worker. */
  readonly spinning: boolean;
}

const { module, memory, signals, worker, spinning } = workerData as WorkerData;
const core = instantiate(module, memory);
core.become(worker);

/** The next order comes soon as a rule: when the first worker has asked XState, or begins a level. */
const PATIENCE = 0.5;

/** A level has no end but its own. */
const ALL = 0x7fffffff;

/** What an order comes to. */
function carryOut(what: number): number {
  if (what === WORK) return core.work(ALL);
  if (what === REPACK) return core.repack(worker);
  return core.attach() ? core.fill(worker) : 0;
}

/** The first worker waits for an answer, whatever happens. */
function guarded(what: number): number {
  try {
    return carryOut(what);
  } catch {
    core.pause();
    return TRAPPED;
  }
}

for (let order = 0, what = 0; what !== END; ) {
  Atomics.store(signals, place(worker, DONE_ORDER), order);
  Atomics.notify(signals, place(worker, DONE_ORDER));
  waitWhile(signals, ORDER, order, spinning ? PATIENCE : 0);
  order = Atomics.load(signals, ORDER);
  what = Atomics.load(signals, WHAT);
  if (what !== END) {
    signals[place(worker, WHY)] = guarded(what);
    signals[place(worker, MISS_COUNT)] = core.missCount.value;
    signals[place(worker, MISSES_AT)] = core.missAt(0);
    signals[place(worker, EVENT_COUNT)] = core.eventCount.value;
    signals[place(worker, EVENTS_AT)] = core.eventAt(0);
    signals[place(worker, UNFINISHED)] = core.blockSize.value - core.blockDone.value;
  }
}
