/** Locks are taken in one order, and who goes to sleep is woken. */
import { defineProperty } from './define.ts';

export default defineProperty({
  id: 'no-deadlock',
  sentence:
    'In no reachable state is some process unfinished and no process able to step. Programs are finite, so a lost wake-up ends in such a state as well; the report tells them apart: a cycle of lock owners = deadlock, a sleeper whose condition is true = missed wake-up. rw-locks are fair: a reader queues behind a waiting writer (that is what makes nested read locks deadlock).',
  promisedBy: 'Documentation/filesystems/Locking; lockdep',
  premise: 'none: never vacuous',
  instance: () => ({ deadlock: true, neverVacuous: true }),
});
