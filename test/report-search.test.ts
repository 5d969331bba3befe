/** What is said of how runs were explored. */
import { describe, expect, it } from 'vitest';
import { resultJson } from '../report/json.ts';
import { reasons } from '../report/notes.ts';
import { searchNotes } from '../report/search.ts';
import { counterexample, runBlock } from '../report/summary.ts';
import type { Run } from '../report/verdicts.ts';
import { madeRun, ONE_STEP, violated } from './report-fixtures.ts';

const run = (more: Partial<Run> = {}): Run => ({
  ...madeRun({ p: 'holds' }),
  design: 'd',
  scenario: 'store a',
  ...more,
});
const unfinished = (limit: NonNullable<Run['unfinished']>['limit'], more: Partial<Run> = {}): Run =>
  run({
    properties: [{ id: 'p', verdict: 'unknown' }],
    complete: false,
    depth: 12,
    unfinished: { limit, left: 30 },
    ...more,
  });
const notes = (...runs: Run[]): string => searchNotes(runs).join('\n').replace(/\s+/g, ' ');
const why = (...runs: Run[]): string => reasons(runs, { vacuous: [], failed: [] }).join(' ').replace(/\s+/g, ' ');

describe('of a run that was explored completely, by one worker, without reduction', () => {
  it('nothing is said', () => {
    expect(searchNotes([run()])).toEqual([]);
    const [json] = JSON.parse(resultJson([run()])).runs;
    for (const key of ['unfinished', 'reduced', 'workers']) expect(json).not.toHaveProperty(key);
  });
});

describe('of an unfinished run it is said', () => {
  it('what ended it, what it left, and what it covered', () => {
    expect(notes(unfinished('states'))).toBe(
      'd "store a": ended by --max-states, with 30 states left to expand; every run of at most 12 steps is covered.',
    );
    expect(notes(unfinished('memory', { name: 'store' }))).toContain('d store: ended by --max-memory, or its default,');
    expect(notes(unfinished('machine'))).toContain('ended as no more memory could be had, with');
    expect(why(unfinished('states'), unfinished('stop'), run())).toBe(
      'Exit code 3: unknown: 2 of 3 runs ended before all states were explored (--max-states; --stop). Unknown is not "holds".',
    );
    expect(JSON.parse(resultJson([unfinished('memory')])).runs[0].unfinished).toEqual({ limit: 'memory', left: 30 });
  });

  it('that runs of a length are covered only where states are counted by steps', () => {
    expect(notes(unfinished('states', { reduced: { by: ['merge'], rounds: 1 } }))).not.toContain('covered');
    expect(notes(unfinished('states', { depth: 0 }))).not.toContain('covered');
  });

  it('one by one for the first of many', () => {
    const lines = searchNotes(Array.from({ length: 20 }, (_, i) => unfinished('stop', { design: `d${i}`, depth: 0 })));
    expect(lines).toHaveLength(9);
    expect(lines.at(-1)).toBe('And 12 runs more that ended before all states were explored.');
  });

  it('that hashes were kept, of a run that --compact did not end', () => {
    const hashed = { depth: 0, compact: { bits: 61, missed: 1e-12 } };
    const ten = Array.from({ length: 10 }, () => unfinished('compact', hashed));
    expect(searchNotes(ten).at(-1)).toBe('And 2 runs more of which hashes were kept.');
    expect(searchNotes([...ten, unfinished('stop')]).slice(-2)).toEqual([
      'And 2 runs more of which hashes were kept.',
      'And 1 run more that ended before all states were explored.',
    ]);
  });
});

it('a verdict that took the graph of all states is unknown where there was no room for it', () => {
  const open = run({ properties: [{ id: 'p', verdict: 'unknown' }] });
  expect(runBlock(open).at(-1)).toContain('no room for that');
  expect(why(open)).toContain('1 of 1 run did not decide all (no room for the graph of all states)');
});

it('reductions, rounds and workers are named', () => {
  const reduced = run({ reduced: { by: ['merge', 'por'], rounds: 3 }, workers: 2 });
  expect(notes(reduced)).toBe(
    'Explored by 2 workers. Reduced by merge, por (3 rounds): each state that is counted stands for others, with the same verdicts.',
  );
  expect(notes(reduced, run({ reduced: { by: ['symmetry'], rounds: 1 } }))).toContain(
    'Reduced by merge, por, symmetry (up to 3 rounds)',
  );
  expect(JSON.parse(resultJson([reduced])).runs[0]).toMatchObject({
    reduced: { by: ['merge', 'por'], rounds: 3 },
    workers: 2,
  });
});

it('symmetries are named once, and what is not symmetric with the reason', () => {
  const symmetric = (size: number, more: object = {}): Run =>
    run({
      symmetry: { size, renamings: size > 1 ? ['T0 <-> T1', 'T1 <-> T2'] : [], refused: [], cut: false, ...more },
    });
  expect(notes(symmetric(6), symmetric(6))).toBe('The same under T0 <-> T1; T1 <-> T2 (up to 6 states in one).');
  expect(notes(symmetric(24, { cut: true }))).toContain('(up to 24 states in one; others are left out)');
  const refused = [{ renaming: 'a <-> b', because: 'a state of wq has two images' }];
  expect(notes(symmetric(1, { refused }), symmetric(1))).toBe(
    'Not the same under a <-> b: a state of wq has two images. Without symmetry: 2 runs.',
  );
  expect(JSON.parse(resultJson([symmetric(6)])).runs[0].symmetry).toMatchObject({ size: 6, cut: false });
});

it('a counterexample that may not be the shortest says so, in the text and in JSON', () => {
  const long = run({ properties: [{ ...violated('p', ONE_STEP), notShortest: true }] });
  expect(runBlock(long).at(-1)).toContain('violated in 1 step (not shortest): ');
  expect(counterexample(long, long.properties[0]!)[0]).toContain('a run of 1 step, not shortest');
  expect(JSON.parse(resultJson([long])).runs[0].properties[0].notShortest).toBe(true);
  const short = run({ properties: [violated('p', ONE_STEP)] });
  expect(runBlock(short).join()).not.toContain('not shortest');
});
