/** The lines below a counterexample: how to read it. */
import { describe, expect, it } from 'vitest';
import { resultJson } from '../report/json.ts';
import { readingLines } from '../report/reading.ts';
import { lengthText } from '../report/summary.ts';
import type { ReadingResult } from '../verify/reading.ts';
import { FAULT_AND_TRUNCATE, madeRun, traceStep, violated } from './report-fixtures.ts';

const lines = (reading: ReadingResult | undefined, processes = 2, more = {}): string[] =>
  readingLines({ ...violated('p', FAULT_AND_TRUNCATE), ...(reading && { reading }), ...more }, processes);
/** What JSON says of a counterexample with this reading. */
const inJson = (reading: ReadingResult): unknown => {
  const { ends, ...run } = { ...madeRun({}), properties: [{ ...violated('p', FAULT_AND_TRUNCATE), reading }] };
  return JSON.parse(resultJson([run])).runs[0].properties[0].reading;
};
const rest = [
  traceStep('T1', 'do_truncate', 'op0_truncate', 'down_write(i_mmap_sem)', {}, 'lock'),
  traceStep('T1', 'do_truncate', 'op0_truncate', 'up(i_mmap_sem)', {}, 'lock'),
  traceStep('T0', 'load', 'op0_load', 'load a', {}, 'hw'),
];

describe('below a counterexample', () => {
  it('stand its context switches, the bad step, the last good choice and a good run', () => {
    expect(lines({ switches: 3, goodUntil: 5, goodRun: rest })).toEqual([
      '  3 context switches, the fewest of all shortest runs.',
      '  From step 6 on every continuation is bad.',
      '  Last good choice: before step 6; e.g. T1 steps there instead: down_write(i_mmap_sem).',
      '  A good run beside it: steps 1 to 5, then T1 2 steps, T0 1, and all have finished.',
    ]);
  });

  it('of one process nothing is said about switches, and its own other way is told', () => {
    const said = lines({ switches: 0, goodUntil: 5, goodRun: [rest[2]!] }, 1);
    expect(said[0]).toBe('  From step 6 on every continuation is bad.');
    expect(said[1]).toContain('T0 goes another way: load a');
  });

  it('a violation that only its last step decides is told so', () => {
    expect(lines({ switches: 3, goodUntil: FAULT_AND_TRUNCATE.length - 1, goodRun: rest })[1]).toBe(
      '  Only step 9 itself is bad: up to it every choice could end well.',
    );
  });

  it('of a stored run nothing is said that is not so', () => {
    expect(lines({ switches: 3, easier: 'fewer switches' })).toEqual([
      '  3 context switches; other runs of this length have fewer.',
    ]);
    expect(lines({ switches: 3, easier: 'shorter' })).toEqual(['  3 context switches.']);
    const length = (easier?: 'shorter' | 'unknown') =>
      lengthText({ ...violated('p', FAULT_AND_TRUNCATE), reading: { switches: 3, ...(easier && { easier }) } });
    expect([length(), length('shorter'), length('unknown')]).toEqual([
      'shortest run: 9 steps',
      'a run of 9 steps; there are shorter ones',
      'a run of 9 steps',
    ]);
  });

  it('where no run is good, that is all', () => {
    expect(lines({ switches: 1, goodUntil: -1 })).toEqual([
      '  1 context switch, the fewest of all shortest runs.',
      '  No run is good: every one violates p or never finishes.',
    ]);
  });

  it('a good run from the very beginning names no steps before it', () => {
    expect(lines({ switches: 1, goodUntil: 0, goodRun: rest }).at(-1)).toBe(
      '  A good run beside it: T1 2 steps, T0 1, and all have finished.',
    );
  });

  it('a run that never ends may have good ones beside it all along', () => {
    const said = lines({ switches: 2, goodUntil: FAULT_AND_TRUNCATE.length, goodRun: rest }, 2, { loopFrom: 4 });
    expect(said).toEqual([
      '  2 context switches, the loop gone round once.',
      '  All along a good run goes on from it; e.g. T1 steps there instead: down_write(i_mmap_sem).',
    ]);
  });

  it('what was not looked for is not claimed', () => {
    expect(lines({ switches: 2, switchesOpen: 'incomplete', open: 'incomplete' })).toEqual([
      '  2 context switches, the fewest of the shortest runs explored.',
      '  Where the last good choice was is not known: the search ended before all states were explored.',
    ]);
    const neither = lines({ switches: 2, switchesOpen: 'too large', open: 'too large' });
    expect(neither.join(' ')).toContain('Not looked for among so many states');
    expect(lines({ switches: 2, switchesOpen: 'too large', open: 'incomplete' })[0]).toBe('  2 context switches.');
    expect(lines(undefined)).toEqual([]);
  });

  it('the fewest switches are known where the last good choice is not', () => {
    expect(lines({ switches: 2, open: 'too large' })).toEqual([
      '  2 context switches, the fewest of all shortest runs.',
      '  Where the last good choice was is not known: it is not looked for among so many states.',
    ]);
    expect(lines({ switches: 2, open: 'reduced' })[1]).toContain('a reduced search leaves out what it takes');
  });
});

it('JSON has the same, with the good run as steps', () => {
  expect(inJson({ switches: 3, goodUntil: 5, goodRun: rest })).toMatchObject({
    switches: 3,
    goodUntil: 5,
    goodRun: [{ process: 'T1', step: 'down_write(i_mmap_sem)' }, { process: 'T1' }, { process: 'T0' }],
  });
  expect(inJson({ switches: 0, open: 'incomplete' })).toEqual({ switches: 0, open: 'incomplete' });
});
