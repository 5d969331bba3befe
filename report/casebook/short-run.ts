/** A counterexample in a few lines: the steps that change something but locks, with what they change. */
import type { TraceStep } from '../../explorer/trace.ts';

/** Which thread holds a lock says little about what went wrong. */
const LOCKS = /(?:_sem|_rwsem|_umount|pagefault|lock(?:ed)?)(?:\[|$)|^wq$/;

/** `T0 insert_pfn(): pte[mm1].a none -> ro blk.a` */
export function shortRun(trace: readonly TraceStep[]): string[] {
  return trace.flatMap((step, i) => {
    const changes = Object.entries(step.changes)
      .filter(([name]) => !LOCKS.test(name))
      .filter(([, [before, after]]) => withoutLockBit(before) !== withoutLockBit(after))
      .map(([name, [before, after]]) => `${name} ${before} -> ${after}`);
    const last = i === trace.length - 1;
    if (changes.length === 0 && !last) return [];
    const what = changes.length > 0 ? changes.join(', ') : step.step;
    return [`${step.process} ${step.function}(): ${what}`];
  });
}

const withoutLockBit = (value: string): string => value.replace(/ ?locked(?: by \w+)?/, '');
