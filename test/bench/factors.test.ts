import { expect, it } from 'vitest';
import { VERDICT } from '../../bench/cases.ts';
import { spin } from '../../bench/contenders/spin.ts';
import { factors } from '../../bench/factors.ts';
import { Results } from '../../bench/results.ts';
import { PLAIN, POR } from '../../bench/spin/modes.ts';
import { contender, figures } from './made-results.ts';

const subject = VERDICT[0]!.judged;
const task = { purpose: 'verdict', subject, judged: VERDICT[0]! } as const;
const none = { prepareSeconds: 0 };

it('the factors of a time to verdict multiply to the whole', () => {
  const results = new Results();
  results.add(task, spin('processes', PLAIN), figures(30, none));
  results.add(task, spin('processes', POR), figures(24, none));
  results.add(task, contender('one-worker'), figures(6, none));
  results.add(task, contender('reduced', false), figures(2, none));
  expect(factors(results, subject)).toBeUndefined();
  results.add(task, contender('reduced-two', false), figures(1, none));
  const found = [...factors(results, subject)!.matchAll(/([\d.]+) ×/g)].map((m) => Number(m[1]));
  expect(found).toEqual([24, 5, 3, 2, 1.25]);
  const [whole, speed, reductions, second, theirs] = found;
  expect((speed! * reductions! * second!) / theirs!).toBeCloseTo(whole!);
});

it('they do so where SPIN was not run without reduction, and one worker without a property only', () => {
  const results = new Results();
  results.add(task, spin('processes', POR), figures(24, none));
  results.add({ purpose: 'raw', subject }, contender('one-worker'), figures(6, none));
  results.add(task, contender('reduced', false), figures(2, none));
  results.add(task, contender('reduced-two', false), figures(1, none));
  const [whole, ...parts] = [...factors(results, subject)!.matchAll(/([\d.]+) ×/g)].map((m) => Number(m[1]));
  expect([whole, ...parts]).toEqual([24, 4, 3, 2]);
  expect(parts.reduce((a, b) => a * b)).toBeCloseTo(whole!);
});
