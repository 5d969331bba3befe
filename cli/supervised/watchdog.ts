/**
 * A thread beside the one that runs a design file: ends the process when one guard, effect or part does not end, or when
 * the supervisor is gone. A thread, since JavaScript that loops answers to nobody; its cost is paid by design files only.
 */
import { writeSync } from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';
import type { Pulse } from '../../explorer/pulse.ts';
import { WATCHDOG_FD } from './messages.ts';

const TICK_MS = 250;

/** Shared with the thread: how deep in foreign code, how many entries and exits, how long the place's name is. */
const DEPTH = 0;
const COUNT = 1;
const LENGTH = 2;
const HEADER = 12;
const LONGEST_PLACE = 1000;

interface Watched {
  readonly shared: SharedArrayBuffer;
  readonly parent: number;
  readonly ticks: number;
}

/** Starts the thread. @param seconds how long a single guard, effect or part may take */
export function startWatchdog(seconds: number): Pulse {
  const shared = new SharedArrayBuffer(HEADER + LONGEST_PLACE);
  const watched: Watched = { shared, parent: process.ppid, ticks: Math.ceil((seconds * 1000) / TICK_MS) };
  new Worker(new URL(import.meta.url), { workerData: watched }).unref();
  const header = new Int32Array(shared, 0, HEADER / 4);
  const text = new Uint8Array(shared, HEADER);
  const places: string[] = [];
  const show = (place: string | undefined): void => {
    const length = Math.min(place?.length ?? 0, LONGEST_PLACE);
    for (let i = 0; i < length; i++) text[i] = place!.charCodeAt(i);
    Atomics.store(header, LENGTH, length);
    Atomics.store(header, DEPTH, places.length);
    Atomics.add(header, COUNT, 1);
  };
  return {
    enter: (place) => {
      places.push(place);
      show(place);
    },
    leave: () => {
      places.pop();
      show(places.at(-1));
    },
  };
}

function watch({ shared, parent, ticks }: Watched): void {
  const header = new Int32Array(shared, 0, HEADER / 4);
  const never = new Int32Array(new SharedArrayBuffer(4));
  let seen = -1;
  // Ticks, not the clock: a machine that slept has not run the design.
  for (let same = 0; ; ) {
    Atomics.wait(never, 0, 0, TICK_MS);
    if (process.ppid !== parent) break;
    const count = Atomics.load(header, COUNT);
    same = Atomics.load(header, DEPTH) > 0 && count === seen ? same + 1 : 0;
    seen = count;
    if (same < ticks) continue;
    const length = Atomics.load(header, LENGTH);
    writeSync(WATCHDOG_FD, String.fromCharCode(...new Uint8Array(shared, HEADER, length)) || 'the design file');
    break;
  }
  process.kill(process.pid, 'SIGKILL');
}

if (!isMainThread && (workerData as Watched | undefined)?.shared) watch(workerData as Watched);
