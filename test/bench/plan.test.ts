import { describe, expect, it } from 'vitest';
import { sizeOf } from '../../bench/cases.ts';
import { taskName } from '../../bench/contender.ts';
import { plan, rounds } from '../../bench/plan.ts';

const entry = (name: string, repetitions: number) => ({ name, repetitions });
const order = (...groups: ReturnType<typeof entry>[][]) => [...rounds(groups)].map((e) => e.name).join(' ');

describe('runs take turns', () => {
  it('so that no contender has all of its runs at one time, nor always the same place', () => {
    expect(order([entry('a', 3), entry('b', 3), entry('c', 3)])).toBe('a b c b c a c a b');
  });
  it('and every case has its first run before any has its second', () => {
    expect(order([entry('a', 2)], [entry('b', 1), entry('c', 2)])).toBe('a b c a c');
  });
});

describe('the plan', () => {
  const whole = plan({ quick: false });
  it('names each pair of task and contender once', () => {
    const names = whole.map((e) => `${taskName(e.task)} ${e.contender.id}`);
    expect(new Set(names).size).toBe(names.length);
  });
  it('has four sizes of raw exploration', () => {
    const raw = whole.filter((e) => e.task.purpose === 'raw');
    expect([...new Set(raw.map((e) => sizeOf(e.task.subject)))]).toEqual([4, 6, 7, 8]);
  });
  it('when quick has nothing above 10^6 states, and each once', () => {
    const quick = plan({ quick: true });
    expect(quick.length).toBeGreaterThan(10);
    expect(quick.filter((e) => e.repetitions !== 1 || sizeOf(e.task.subject) > 6)).toEqual([]);
  });
  it('can be narrowed to a contender, a case or a purpose', () => {
    expect(plan({ quick: true, only: ['one-worker'] }).every((e) => e.contender.id === 'one-worker')).toBe(true);
    expect(plan({ quick: false, only: ['lost-wakeup-long'] }).map((e) => e.task.subject.name)).toContain(
      'lost-wakeup-long',
    );
    expect(plan({ quick: false, only: ['verdict'], sizes: [7] }).map((e) => taskName(e.task))).toContain(
      'verdict two-pages',
    );
  });
});
