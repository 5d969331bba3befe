/** The kinds of deadlock, told from what each blocked process waits for; and a run into each of them. */
import { describe, expect, it } from 'vitest';
import { otherwise, wait, when } from '../../explorer/chart.ts';
import { explainDeadlock } from '../../explorer/deadlock.ts';
import { replay } from '../../explorer/trace.ts';
import { counter, END, ENGINES, guarded, lock, type Parts, release, SRC, system, take } from './small.ts';

const blocked = (process: string, what: string, ...owners: string[]) => ({ process, function: 'fn', what, owners });

describe('explainDeadlock', () => {
  it('a cycle names its members only, with what each of them holds up', () => {
    const { kind, text } = explainDeadlock([
      blocked('T0', 'A', 'T1'),
      blocked('T1', 'B', 'T2'),
      blocked('T2', 'C', 'T0', 'T3'),
      blocked('T3', 'D', 'T0'),
      blocked('T4', 'E', 'T0'),
    ]);
    expect(kind).toBe('cycle');
    expect(text).toBe(
      'deadlock: T0 waits for A, held by T1; T1 waits for B, held by T2; T2 waits for C, held by T0, T3; T3 waits for D, held by T0',
    );
  });
  it('a process that waits for itself is a cycle', () => {
    const { kind, text } = explainDeadlock([blocked('T1', 'A', 'T1')]);
    expect([kind, text]).toEqual(['cycle', 'deadlock: T1 waits for A, held by T1']);
  });
  it('a sleeper whose condition is true missed its wake-up', () => {
    const { kind, text } = explainDeadlock([blocked('T0', 'A', 'T7'), blocked('T1', 'its turn')]);
    expect([kind, text]).toEqual([
      'missed wake-up',
      'missed wake-up: T1 sleeps for its turn, and no one is left to wake it',
    ]);
  });
  it('a cycle comes before a missed wake-up', () => {
    expect(explainDeadlock([blocked('T1', 'its turn'), blocked('T0', 'A', 'T0')]).kind).toBe('cycle');
  });
  it('else they are stuck: the owner has gone', () => {
    const { kind, text } = explainDeadlock([blocked('T1', 'A', 'T0'), blocked('T2', 'A', 'T0')]);
    expect([kind, text]).toEqual(['stuck', 'no process can step: T1 waits for A; T2 waits for A']);
  });
});

describe.each(ENGINES)('a run into a deadlock, found by the %s engine', (_, explore) => {
  const A = lock.ref('A');
  const B = lock.ref('B');
  const components = [
    { id: 'A', kind: lock },
    { id: 'B', kind: lock },
    { id: 'n', kind: counter },
  ];
  const properties = [{ id: 'no-deadlock', deadlock: true, neverVacuous: true }];
  const deadlockOf = (processes: Parts['processes']) => {
    const s = system({ components, processes, properties });
    const { findings } = explore(s);
    const { blocked: who, steps } = replay(s, findings[0]!.run!);
    return {
      verdict: findings[0]!.verdict,
      steps: steps.length,
      who: who.map((b) => b.process),
      ...explainDeadlock(who),
    };
  };

  it('two locks in two orders: a cycle, after one step of each', () => {
    const inOrder = (first: typeof A, second: typeof A, other: string) => ({
      a: take(first, 'b', [other]),
      b: take(second, 'c', [other]),
      c: release(second, 'd'),
      d: release(first, 'end'),
      end: END,
    });
    expect(deadlockOf([inOrder(A, B, 'T1'), inOrder(B, A, 'T0')])).toEqual({
      verdict: 'violated',
      steps: 2,
      who: ['T0', 'T1'],
      kind: 'cycle',
      text: 'deadlock: T0 waits for B, held by T1; T1 waits for A, held by T0',
    });
  });

  it('a lock that is never released: stuck, and who has finished is not blocked', () => {
    const keeps = { a: take(A, 'end', []), end: END };
    const comes = { a: take(A, 'b', ['T0']), b: release(A, 'end'), end: END };
    const found = deadlockOf([keeps, comes]);
    expect(found).toMatchObject({ steps: 1, who: ['T1'], kind: 'stuck', text: 'no process can step: T1 waits for A' });
  });

  it('a flag that is looked at before the sleep: a missed wake-up', () => {
    // T1 sleeps on the second count, which nobody signals when the work was done before it went to sleep.
    const n = counter.ref('n');
    const worker = { a: guarded(otherwise('end', 'works', (s) => s.send(n, { type: 'SET', n: 1 }))), end: END };
    const sleeper = {
      a: guarded(
        when((s) => s.read(n).n === 0, 'b', 'nothing there'),
        otherwise('end', 'there'),
      ),
      // The wake-up is a change from 0 to 1 while asleep, which this sleeper cannot see: it waits for 2.
      b: wait(
        'guarded',
        'sleep',
        SRC,
        (s) => ({ what: 'the work', owners: s.read(n).n > 0 ? [] : ['T0'] }),
        when((s) => s.read(n).n === 2, 'end', 'woken'),
      ),
      end: END,
    };
    expect(deadlockOf([worker, sleeper])).toMatchObject({ steps: 2, who: ['T1'], kind: 'missed wake-up' });
  });

  it('no deadlock when the locks are taken in one order', () => {
    const inOrder = {
      a: take(A, 'b', ['T0', 'T1']),
      b: take(B, 'c', ['T0', 'T1']),
      c: release(B, 'd'),
      d: release(A, 'end'),
      end: END,
    };
    const s = system({ components, processes: [inOrder, inOrder], properties });
    expect(explore(s).findings[0]!.verdict).toBe('holds');
  });
});
