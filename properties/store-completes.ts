/** The fault is retried until the store succeeds: nothing but fairness says that it ever does. */
import { defineProperty } from './define.ts';

const STORE = /^op\d+_store$/;

export default defineProperty({
  id: 'store-completes',
  sentence:
    "On every run that is weakly fair to every process each begun store ends with its hw store or a fatal signal. A process that takes infinitely many steps is the culprit; one that only waits is `starved`, judged under strong fairness for lock hand-over. Deadlocks are no-deadlock's.",
  promisedBy: '01871e59af5c "mm, dax: fix livelock, allow dax pmd mappings to become writeable"',
  premise: 'a begun store',
  instance: () => ({ completes: (stack) => STORE.test(stack[0] ?? '') }),
});
