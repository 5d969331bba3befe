import { describe, expect, it } from 'vitest';
import { COUNTEREXAMPLE, RAW, VERDICT } from '../../bench/cases.ts';
import { checked } from '../../bench/check.ts';
import { contender, figures, SUBJECT, TASK } from './made-results.ts';

describe('a result is checked', () => {
  it('and stands where its counts are the known ones', () => {
    const sample = figures(1);
    expect(checked(sample, TASK, contender('one-worker'))).toBe(sample);
  });

  it('and is wrong where one state is missing', () => {
    const sample = figures(1, { states: SUBJECT.states - 1 });
    expect(checked(sample, TASK, contender('one-worker'))).toMatchObject({ wrong: true });
  });

  it('and may have fewer states where a reduction is measured', () => {
    const sample = figures(1, { states: 1000 });
    expect(checked(sample, TASK, contender('reduced', false))).toBe(sample);
  });

  it('and may lack the digits that pan does not print', () => {
    const subject = RAW.at(-1)!;
    const sample = figures(1, { states: 103_508_060, transitions: 373_464_670 });
    expect(checked(sample, { purpose: 'raw', subject }, contender('spin'))).toBe(sample);
  });

  it('and is wrong with another verdict, also of a reduced search', () => {
    const judged = VERDICT[0]!;
    const sample = figures(1, { verdict: 'violated' });
    const task = { purpose: 'verdict', subject: judged.judged, judged } as const;
    expect(checked(sample, task, contender('reduced', false))).toMatchObject({ wrong: true });
  });

  it('and may have any counts where it ends at the first violation', () => {
    const judged = COUNTEREXAMPLE[0]!;
    const sample = figures(1, { verdict: 'violated', states: 10 });
    const task = { purpose: 'counterexample', subject: judged.judged, judged } as const;
    expect(checked(sample, task, contender('one-worker'))).toBe(sample);
  });
});
