/** The thread's side: it takes tasks as long as there are any. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Given, type Said, sent, take } from './shared.ts';

/** @param begin makes what performs a task, once */
export async function serve<G, T>(begin: (given: G) => Promise<(task: number) => Promise<T>>): Promise<void> {
  const { next, count, given } = workerData as Given<G>;
  const say = (said: Said<T>): void => parentPort!.postMessage(said);
  const perform = await begin(given);
  for (let task = take(next); task < count; task = take(next)) {
    try {
      say({ task, value: await perform(task) });
    } catch (e) {
      say({ task, thrown: sent(e) });
    }
  }
}
