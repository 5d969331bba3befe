import { describe, expect, it } from 'vitest';
import type { Alternative } from '../explorer/chart.ts';
import { coverageOf, coverageReport } from '../report/coverage.ts';
import { alternative, madeRun } from './report-fixtures.ts';

/** One state of one path with its alternatives, as a run of its own. */
const covered = (state: string, fn: string, alternatives: readonly Alternative[], taken: readonly number[]) =>
  madeRun(
    {},
    {
      coverage: {
        points: alternatives.map((a) => ({ state, fn, alternative: a })),
        taken: new Set(taken.map((i) => alternatives[i]!)),
      },
    },
  );

describe('coverage', () => {
  it('names what no run took, by function and state, with the reason where the path gives one', () => {
    const alternatives = [alternative('inserts'), alternative(''), alternative('WARN_ON', 'the entry is locked')];
    const run = covered('T0.op0_store/fault/insert', 'dax_insert', alternatives, [0]);
    const never = covered('T0.op0_store/fault/undo', 'dax_undo', [alternative('gives up')], []);
    expect(`\n${coverageReport('d1', [run, never]).join('\n')}\n`).toBe(`
Coverage of d1 over 2 runs: 1 of 4 alternatives taken, 0 by another scenario, 1 not taken with a
  reason, 2 not taken without.
  Not taken, no reason given:
    dax_insert()
      insert: -> next
    dax_undo()
      undo: gives up (state never reached)
  Not taken, with the reason that the path gives:
    dax_insert()
      insert: WARN_ON; because the entry is locked
`);
  });

  it('takes an alternative as taken if any thread, call site or scenario takes it', () => {
    const make = () => [alternative('x'), alternative('y')];
    const runs = [covered('T0.op0_store/f/s', 'f', make(), [0]), covered('T1.op1_load/g/f/s', 'f', make(), [1])];
    expect(coverageOf(runs)).toMatchObject({ alternatives: 2, taken: 2, untaken: [] });
  });

  it('takes lines that differ in thread, address space or page as one alternative', () => {
    const runs = ['down(mmap_sem[mm1]) for a', 'down(mmap_sem[mm2]) for b'].map((line, i) =>
      covered('T0/f/s', 'f', [alternative(line)], i === 0 ? [] : [0]),
    );
    expect(coverageOf(runs)).toMatchObject({ alternatives: 1, taken: 1 });
  });

  it('keeps alternatives of one state apart that say the same', () => {
    const run = covered('T0/f/s', 'f', [alternative(''), alternative('')], [1]);
    expect(coverageOf([run])).toMatchObject({ alternatives: 2, taken: 1 });
  });

  it('shows a reason that a run refutes', () => {
    const run = covered('T0/f/s', 'f', [alternative('x', 'cannot be')], [0]);
    expect(coverageReport('d1', [run]).join('\n')).toContain(
      'Taken, although the path gives a reason why they cannot be:\n    f()\n      s: x; because cannot be',
    );
  });
});
