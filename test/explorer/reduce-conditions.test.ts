/** What each condition of the reductions is for: a small system that shows it, under every reduction, from little knowledge to all. */
import { describe, expect, it } from 'vitest';
import { type Act, type Alternative, type Look, otherwise, type StateConfig, when } from '../../explorer/chart.ts';
import { explorePacked } from '../../explorer/packed.ts';
import { type PropertyInstance, violated } from '../../explorer/property.ts';
import { confirm } from './confirm.ts';
import { counter, END, guarded, lock, place, release, system, take } from './small.ts';

const count = (...ids: string[]) => ids.map((id) => ({ id, kind: counter }));
const [a, b, c] = [counter.ref('a'), counter.ref('b'), counter.ref('c')];
const set = (ref: typeof a, n: number, p: number, target: string): StateConfig =>
  guarded(otherwise(place(p).to(target), `${ref.id} = ${n}`, (s) => s.send(ref, { type: 'SET', n })));

/** Explores in every way. @returns the verdict, the same in all, and the fewest states */
function verdict(parts: Parameters<typeof system>[0]): { verdict: string | undefined; all: number; fewest: number } {
  const s = system(parts);
  const whole = explorePacked(s);
  let fewest = whole.states;
  for (const reduction of [{ merge: true }, { por: true }, { merge: true, por: true }]) {
    for (let warmUp = 0; warmUp <= whole.states + 1; warmUp++) {
      const reduced = explorePacked(s, { reduce: { ...reduction, warmUp } });
      const told = [reduced.findings.map((f) => f.verdict), reduced.taken.size, reduced.ends()];
      expect(told, JSON.stringify([reduction, warmUp])).toEqual([
        whole.findings.map((f) => f.verdict),
        whole.taken.size,
        whole.ends(),
      ]);
      confirm(s, reduced);
      fewest = Math.min(fewest, reduced.states);
    }
  }
  return { verdict: whole.findings[0]?.verdict, all: whole.states, fewest };
}

const never = (id: string, bad: (read: (ref: typeof a) => number) => boolean): PropertyInstance => ({
  id,
  states: [{ name: id, judge: (s) => (bad((ref) => s.read(ref).n) ? violated('it is so') : true) }],
});

describe('a reduced search', () => {
  it('does not swap what a property sees: b before a', () => {
    const parts = {
      components: count('a', 'b'),
      processes: [
        { first: set(a, 1, 0, 'end'), end: END },
        { first: set(b, 1, 1, 'end'), end: END },
      ],
      properties: [never('b alone', (read) => read(b) === 1 && read(a) === 0)],
    };
    expect(verdict(parts).verdict).toBe('violated');
    const other = { ...parts, properties: [never('a alone', (read) => read(a) === 1 && read(b) === 0)] };
    expect(verdict(other).verdict).toBe('violated');
  });

  it('swaps what nobody sees', () => {
    const own = (ref: typeof a, p: number) => ({
      first: set(ref, 1, p, 'second'),
      second: set(ref, 2, p, 'end'),
      end: END,
    });
    const { all, fewest } = verdict({ components: count('a', 'b'), processes: [own(a, 0), own(b, 1)] });
    expect([all, fewest]).toEqual([9, 2]);
  });

  it.each([
    ['in two plain steps', false, false],
    ['with a choice at first', true, false],
    ['with a choice at last', false, true],
  ])('forgets nobody where another one goes round for ever: %s', (_, choiceOn, choiceOff) => {
    const turn = (n: number, target: string, choice: boolean): StateConfig => {
      const put = (s: Act) => s.send(a, { type: 'SET', n });
      const go = otherwise(place(0).to(target), `a = ${n}`, put);
      if (!choice) return guarded(go);
      const slow = (s: Look) => s.choose('pace', ['slow', 'fast']) === 'slow';
      return guarded(when(slow, place(0).to(target), `a = ${n}, slowly`, put), go);
    };
    // The other one has more ways to go: it is not what a state with two of them would be expanded for.
    const oneOfThree = (way: string): Alternative => {
      const put = (s: Act) => s.send(b, { type: 'SET', n: 1 });
      const is = (s: Look) => s.choose('way', ['x', 'y', 'z']) === way;
      return way === 'z' ? otherwise(place(1).to('end'), way, put) : when(is, place(1).to('end'), way, put);
    };
    const { verdict: said } = verdict({
      components: count('a', 'b'),
      processes: [
        { on: turn(1, 'off', choiceOn), off: turn(0, 'on', choiceOff) },
        { first: guarded(...['x', 'y', 'z'].map(oneOfThree)), end: END },
      ],
      properties: [never('b', (read) => read(b) === 1)],
    });
    expect(said).toBe('violated');
  });

  it('tries both orders of two writes of one thing', () => {
    const parts = {
      components: count('a'),
      processes: [
        { first: set(a, 1, 0, 'end'), end: END },
        { first: set(a, 2, 1, 'end'), end: END },
      ],
    };
    verdict(parts);
    expect(explorePacked(system(parts), { reduce: { merge: true, por: true } }).ends()).toHaveLength(2);
  });

  it('does not pass over one who waits: a third may let it go on, and it meets the first', () => {
    const l = lock.ref('l');
    const parts = {
      components: [...count('a'), { id: 'l', kind: lock, init: [{ type: 'LOCK' }] }],
      processes: [
        { first: set(a, 1, 0, 'end'), end: END },
        { first: take(l, place(1).to('second'), ['T2']), second: set(a, 2, 1, 'end'), end: END },
        { first: release(l, place(2).to('end')), end: END },
      ],
    };
    verdict(parts);
    expect(explorePacked(system(parts), { reduce: { por: true } }).ends()).toHaveLength(2);
  });

  it('looks at what the others will do, not only at their next step', () => {
    const { verdict: said } = verdict({
      components: count('a', 'b', 'c'),
      processes: [
        {
          first: guarded(
            when(
              (s) => s.read(a).n === 2,
              place(0).to('end'),
              'sees 2',
              (s) => s.send(c, { type: 'SET', n: 1 }),
            ),
            otherwise(place(0).to('end'), 'sees another'),
          ),
          end: END,
        },
        { first: set(b, 1, 1, 'second'), second: set(a, 2, 1, 'third'), third: set(a, 3, 1, 'end'), end: END },
      ],
      properties: [never('c', (read) => read(c) === 1)],
    });
    expect(said).toBe('violated');
  });

  it('finds what the tables know nothing of yet: a value that is gone before anybody reads it', () => {
    const { verdict: said } = verdict({
      components: count('a', 'b', 'c'),
      processes: [
        { first: set(a, 1, 0, 'end'), end: END },
        {
          first: set(b, 1, 1, 'second'),
          second: set(b, 2, 1, 'third'),
          third: guarded(
            when(
              (s) => s.read(a).n === 0,
              place(1).to('end'),
              'sees 0',
              (s) => s.send(c, { type: 'SET', n: 1 }),
            ),
            otherwise(place(1).to('end'), 'sees 1'),
          ),
          end: END,
        },
      ],
      properties: [never('c', (read) => read(c) === 1)],
    });
    expect(said).toBe('violated');
  });

  it('knows that nobody else is inside a lock, and that it can be taken again', () => {
    const l = lock.ref('l');
    const inside = (p: number) => ({
      first: take(l, place(p).to('second'), ['T0', 'T1']),
      second: guarded(otherwise(place(p).to('third'), 'a += 1', (s) => s.send(a, { type: 'SET', n: s.read(a).n + 1 }))),
      third: guarded(otherwise(place(p).to('fourth'), 'a += 1', (s) => s.send(a, { type: 'SET', n: s.read(a).n + 1 }))),
      fourth: release(l, place(p).to('end')),
      end: END,
    });
    const {
      all,
      fewest,
      verdict: said,
    } = verdict({
      components: [...count('a'), { id: 'l', kind: lock }],
      processes: [inside(0), inside(1)],
      properties: [{ id: 'deadlock', deadlock: true, neverVacuous: true }],
    });
    expect(said).toBe('holds');
    expect(fewest).toBeLessThanOrEqual(all / 2);
  });

  it('gives a lock back at once: who waits for it has no step whose order could matter', () => {
    const l = lock.ref('l');
    const { fewest } = verdict({
      components: [...count('a'), { id: 'l', kind: lock, init: [{ type: 'LOCK' }] }],
      processes: [
        { first: release(l, place(0).to('end')), end: END },
        { first: take(l, place(1).to('end'), ['T0']), end: END },
        { first: set(a, 1, 2, 'end'), end: END },
        { first: set(a, 2, 3, 'end'), end: END },
      ],
    });
    // The first, the two last, and the one from which there are two ways to these.
    expect(fewest).toBe(4);
  });

  /** T0 and T1 write something each, and read the other's later. */
  const crossing = (p: number, own: typeof a, other: typeof a) => ({
    first: set(own, 1, p, 'second'),
    second: guarded(
      when(
        (s) => s.read(other).n === 0,
        place(p).to('end'),
        'sees 0',
        (s) => s.send(c, { type: 'SET', n: p + 1 }),
      ),
      otherwise(place(p).to('end'), 'sees 1'),
    ),
    end: END,
  });

  it('takes one order of two steps that commute, though what comes later does not', () => {
    const parts = {
      components: count('a', 'b', 'c'),
      processes: [crossing(0, a, b), crossing(1, b, a)],
      properties: [never('c is 2', (read) => read(c) === 2)],
    };
    expect(verdict(parts).verdict).toBe('violated');
    const taken = (por: boolean) => explorePacked(system(parts), { reduce: { merge: true, por } });
    const [both, one] = [taken(false), taken(true)];
    expect(one.states).toBe(both.states);
    expect(one.transitions).toBeLessThan(both.transitions);
  });

  it('takes both orders where a property sees both steps', () => {
    const parts = {
      components: count('a', 'b', 'c'),
      processes: [crossing(0, a, b), crossing(1, b, a)],
      properties: [never('b alone', (read) => read(b) === 1 && read(a) === 0)],
    };
    expect(verdict(parts).verdict).toBe('violated');
    const other = { ...parts, properties: [never('a alone', (read) => read(a) === 1 && read(b) === 0)] };
    expect(verdict(other).verdict).toBe('violated');
  });

  it('lets nobody sleep where one goes round alone for ever', () => {
    const d = counter.ref('d');
    const parts = {
      components: count('a', 'b', 'c', 'd'),
      processes: [crossing(0, a, b), crossing(1, b, a), { on: set(d, 1, 2, 'off'), off: set(d, 0, 2, 'on') }],
      properties: [never('c is 2', (read) => read(c) === 2)],
    };
    const s = system(parts);
    const whole = explorePacked(s);
    const reduced = explorePacked(s, { reduce: { merge: true, por: true } });
    expect([reduced.findings[0]?.verdict, reduced.reduced?.rounds]).toEqual(['violated', 2]);
    expect([whole.findings[0]?.verdict, whole.taken.size]).toEqual(['violated', reduced.taken.size]);
    confirm(s, reduced);
  });

  it('finds the deadlock of two locks taken in two orders, and who waits counts with what it waits for', () => {
    const [l, m] = [lock.ref('l'), lock.ref('m')];
    const both = (p: number, x: typeof l, y: typeof l) => ({
      first: take(x, place(p).to('second'), ['T0', 'T1']),
      second: set([a, b][p]!, 1, p, 'third'),
      third: take(y, place(p).to('fourth'), ['T0', 'T1']),
      fourth: release(y, place(p).to('fifth')),
      fifth: release(x, place(p).to('end')),
      end: END,
    });
    const { verdict: said } = verdict({
      components: [...count('a', 'b'), { id: 'l', kind: lock }, { id: 'm', kind: lock }],
      processes: [both(0, l, m), both(1, m, l)],
      properties: [{ id: 'deadlock', deadlock: true, neverVacuous: true }],
    });
    expect(said).toBe('violated');
  });
});
