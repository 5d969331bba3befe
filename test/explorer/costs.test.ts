/** What a stage costs, on systems whose runs can be counted by hand. */
import { describe, expect, it } from 'vitest';
import { type Act, type Mark, otherwise, register, type StateConfig, when } from '../../explorer/chart.ts';
import { type Meter, stageCosts } from '../../explorer/costs.ts';
import { counter, END, ENGINES, guarded, type Parts, sleeping, system } from './small.ts';

const n = counter.ref('n');
const marks: Meter = { id: 'marks', count: (s) => s.marks.length };
const steps: Meter = { id: 'steps', count: () => 1 };
const increments: Meter = { id: 'increments', count: (s) => s.sends.filter((e) => e.kind === 'counter').length };
const waits: Meter = { id: 'sleeping', count: (s) => (s.section === 'sleeping' ? 1 : 0) };

const paid: Mark = { type: 'paid' };
const pay = (s: Act): void => s.mark(paid);
/** The stage is the number in the name of the innermost state, as in `b2`. */
const stageOf = (stack: readonly string[]): number => Number(/\d+$/.exec(stack.at(-1) ?? '')?.[0] ?? 0);

describe.each(ENGINES)('by the %s engine', (_, explore) => {
  /** `T0.0 marks 1..3`, for every process, stage and meter. */
  const costs = (parts: Parts, ...meters: readonly Meter[]): string[] => {
    const s = system(parts);
    return stageCosts(s, explore(s).graph(), meters, stageOf).flatMap((c) =>
      c.costs.map(({ meter, best, worst }) => `${c.process}.${c.stage} ${meter} ${best}..${worst}`),
    );
  };
  const one = (states: Record<string, StateConfig>) => ({
    components: [{ id: 'n', kind: counter }],
    processes: [{ ...states, end: END }],
  });

  it('the cheap way and the dear way of a choice are best and worst, each meter by itself', () => {
    // Paying once in three steps, or twice in two.
    const parts = one({
      a: guarded(
        when((s) => s.choose('way', ['long', 'dear']) === 'long', 'long', 'long'),
        otherwise('dear', 'dear', pay),
      ),
      long: sleeping(otherwise('longer', '')),
      longer: sleeping(otherwise('end', '', pay)),
      dear: guarded(otherwise('end', '', pay)),
    });
    expect(costs(parts, marks, steps, waits)).toEqual(['T0.0 marks 1..2', 'T0.0 steps 2..3', 'T0.0 sleeping 0..2']);
  });

  it('each stage pays for its own steps, and is over where the process has gone on', () => {
    const parts = one({
      a0: guarded(otherwise('b0', '', pay)),
      b0: guarded(otherwise('c1', '', pay)),
      c1: guarded(otherwise('end', '', (s) => s.send(n, { type: 'INC' }))),
    });
    expect(costs(parts, marks, increments)).toEqual([
      'T0.0 marks 2..2',
      'T0.0 increments 0..0',
      'T0.1 marks 0..0',
      'T0.1 increments 1..1',
    ]);
  });

  it('another process makes it pay again, once for each time that it interferes', () => {
    // T0 reads n, and tries again if n has changed at its second look. T1 changes n twice.
    const seen = register('seen', 0);
    const parts = {
      components: [{ id: 'n', kind: counter }],
      processes: [
        {
          read: guarded(
            otherwise('check', 'reads', (s) => {
              pay(s);
              s.set(seen, s.read(n).n);
            }),
          ),
          check: guarded(
            when((s) => s.read(n).n !== s.get(seen), 'read', 'again'),
            otherwise('end', 'unchanged', (s) => s.set(seen, 0)),
          ),
          end: END,
        },
        {
          a: guarded(otherwise('b', '', (s) => s.send(n, { type: 'INC' }))),
          b: guarded(otherwise('end', '', (s) => s.send(n, { type: 'INC' }))),
          end: END,
        },
      ],
    };
    expect(costs(parts, marks)).toEqual(['T0.0 marks 1..3', 'T1.0 marks 0..0']);
  });

  it('a loop that pays each time has no worst run, and one round of it is told', () => {
    const s = system(
      one({
        a: guarded(
          when((l) => l.choose('way', ['again', 'on']) === 'again', 'b', 'again', pay),
          otherwise('end', 'on'),
        ),
        b: guarded(otherwise('a', 'back')),
      }),
    );
    const [stage] = stageCosts(s, explore(s).graph(), [marks, increments], stageOf);
    const [paying, free] = stage!.costs;
    expect([paying!.best, paying!.worst]).toEqual([0, Number.POSITIVE_INFINITY]);
    expect(paying!.loop!.map((l) => l.lines[0]!.text)).toEqual(['again', 'back']);
    expect(free).toEqual({ meter: 'increments', best: 0, worst: 0 });
  });

  it('what is never over has no best run', () => {
    const parts = one({
      a0: guarded(otherwise('b1', '')),
      b1: guarded(otherwise('c1', '', pay)),
      c1: guarded(otherwise('b1', '')),
    });
    expect(costs(parts, marks)).toEqual(['T0.0 marks 0..0', 'T0.1 marks undefined..Infinity']);
  });
});
