/**
 * Tasks on several threads: each takes the next one that nobody has, this thread among them. What they come to is handed
 * out in the order of the tasks, so that nobody sees how many threads there were.
 */
import { Worker } from 'node:worker_threads';
import { machineBudget } from '../../explorer/budget.ts';
import { type Given, received, type Said, take } from './shared.ts';

type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/** Threads run what was built: nothing in Node 20 loads the sources. */
const BUILT = import.meta.url.endsWith('.js');

export interface Tasks<T> {
  readonly count: number;
  /** Performs one in this thread. */
  readonly here: (task: number) => Promise<T>;
  /** What the other threads run: it calls `serve`. */
  readonly file: URL;
  /** What they are given, as data. */
  readonly given: unknown;
  /** What is done where a task had too little memory as one of several: it has all of it then, and nothing runs beside. */
  readonly alone?: { isShort(found: T): boolean; perform(task: number): Promise<T> };
}

/** Each of several searches at once has its share of the memory. @param whole bytes; undefined: what the machine has */
export const shareOf = (threads: number, whole: number | undefined): { readonly maxBytes?: number } =>
  threads > 1 ? { maxBytes: Math.floor((whole ?? machineBudget()) / threads) } : {};

export class SideBySide<T> {
  private readonly tasks: Tasks<T>;
  private readonly next = new Int32Array(new SharedArrayBuffer(4));
  private readonly workers: readonly Worker[];
  private readonly outcomes = new Map<number, Outcome<T>>();
  /** Threads that may still say something. */
  private alive = 0;
  private heard: () => void = () => {};

  /** @param threads this one among them */
  constructor(tasks: Tasks<T>, threads: number) {
    this.tasks = tasks;
    const others = BUILT ? Math.max(0, Math.min(threads, tasks.count) - 1) : 0;
    this.workers = Array.from({ length: others }, () => this.started());
  }

  /** Whether other threads were started. */
  get shared(): boolean {
    return this.workers.length > 0;
  }

  /** What a task has come to: to be asked for once each. @throws what the task threw */
  async of(task: number): Promise<T> {
    const found = await this.first(task);
    const { alone } = this.tasks;
    if (!this.shared || !alone?.isShort(found)) return found;
    await this.rest();
    return alone.perform(task);
  }

  private async first(task: number): Promise<T> {
    await this.until(() => this.outcomes.has(task));
    // A thread that died (out of memory, say) took its task with it: then it is done here.
    const outcome = this.outcomes.get(task) ?? (await this.perform(task));
    this.outcomes.delete(task);
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  /** Until all tasks are done: then nothing runs beside this thread. */
  private rest(): Promise<void> {
    return this.until(() => false);
  }

  /** Ends what still runs. */
  async end(): Promise<void> {
    await Promise.all(this.workers.map((w) => w.terminate()));
  }

  /** Takes tasks and listens, until it is so or no thread has anything to do any more. */
  private async until(so: () => boolean): Promise<void> {
    while (!so()) {
      const task = take(this.next);
      if (task < this.tasks.count) {
        this.outcomes.set(task, await this.perform(task));
        // What the others have said meanwhile arrives with the event loop's next turn.
        await new Promise(setImmediate);
      } else if (this.alive > 0) {
        await new Promise<void>((resolve) => {
          this.heard = resolve;
        });
      } else return;
    }
  }

  private async perform(task: number): Promise<Outcome<T>> {
    try {
      return { value: await this.tasks.here(task) };
    } catch (error) {
      return { error };
    }
  }

  private started(): Worker {
    const { count, file, given } = this.tasks;
    const workerData: Given<unknown> = { next: this.next, count, given };
    const worker = new Worker(file, { workerData, stdin: false });
    this.alive++;
    worker.on('message', (said: Said<T>) => {
      this.outcomes.set(said.task, 'value' in said ? { value: said.value } : { error: received(said.thrown) });
      this.heard();
    });
    worker.on('error', () => {});
    worker.on('exit', () => {
      this.alive--;
      this.heard();
    });
    return worker;
  }
}
