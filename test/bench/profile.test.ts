import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { RAW, VERDICT } from '../../bench/cases.ts';
import { ONE } from '../../bench/contenders/ours.ts';
import { type Frame, PARTS } from '../../bench/profile/parts.ts';
import { PROFILED } from '../../bench/profile/profile.ts';
import { type CpuProfile, sharesOf } from '../../bench/profile/read.ts';
import { profileTable } from '../../bench/profile/table.ts';
import { TASK } from './made-results.ts';

const frame = (functionName: string, url = ''): Frame => ({ functionName, url });
const xstate = frame('transition', 'file:///project/node_modules/xstate/dist/raise.js');
const successors = frame('explorer/core/narrow/expandRows');

/** @param samples node and microseconds, from `startTime` on */
const made = (startTime: number, ...samples: readonly (readonly [number, number])[]): CpuProfile => ({
  nodes: [xstate, successors].map((callFrame, i) => ({ id: i + 1, callFrame })),
  startTime,
  samples: samples.map(([node]) => node),
  timeDeltas: samples.map(([, micros]) => micros),
});

const partOf = (f: Frame): string => PARTS.find((p) => p.has(f))!.title;

describe('shares of the time', () => {
  it('are of the samples within the search', () => {
    const shares = sharesOf([made(0, [1, 100], [2, 300], [1, 100], [2, 100])], { from: 100, to: 500 }, 1);
    expect(shares.get('successors')).toBe(0.75);
    expect(shares.get('steps')).toBe(0.25);
  });
  it('count a worker that has not begun as one that waits', () => {
    const shares = sharesOf([made(0, [1, 400]), made(300, [2, 100])], { from: 0, to: 400 }, 2);
    expect(shares.get('waiting')).toBe(0.375);
    expect([...shares.values()].reduce((a, b) => a + b)).toBeCloseTo(1);
  });
});

describe('a function counts for one part', () => {
  it.each([
    ['explorer/core/numbers/internAll', 'halves'],
    ['explorer/core/ahead/readAhead', 'visited set'],
    ['explorer/core/visited/addFrom', 'visited set'],
    ['explorer/core/visited/split', 'larger tables'],
    ['explorer/core/chains/follow', 'following'],
    ['explorer/core/chains/numberChildren', 'halves'],
    ['explorer/core/choose/look', 'choosing'],
    ['explorer/core/reaching/disturb', 'commuting'],
    ['(garbage collector)', 'collecting'],
    ['(program)', 'rest'],
  ])('%s: %s', (name, title) => {
    expect(partOf(frame(name))).toBe(title);
  });
  it('and a file for executing steps or for making tables of them', () => {
    expect(partOf(frame('runStep', 'file:///project/dist/explorer/step.js'))).toBe('steps');
    expect(partOf(frame('effect', 'file:///project/dist/model/paths/do_fault.js'))).toBe('steps');
    expect(partOf(frame('grow', 'file:///project/dist/explorer/tables.js'))).toBe('tables');
    expect(partOf(xstate)).toBe('steps');
  });
  it('by names that the compiled core has', () => {
    const core = readFileSync(new URL('../../dist/explorer/core.wasm', import.meta.url), 'latin1');
    for (const name of [
      'numbers/internAll',
      'ahead/readAhead',
      'narrow/narrowInsert',
      'visited/split',
      'chains/follow',
      'choose/look',
    ]) {
      expect(core).toContain(`explorer/core/${name}`);
    }
  });
});

describe('the table', () => {
  it('has a row for each search that a ratio is about, and leaves out what takes no time', () => {
    const profile = {
      task: TASK,
      contender: ONE,
      seconds: 1.5,
      shares: sharesOf([made(0, [1, 250], [2, 750])], { from: 0, to: 1000 }, 1),
    };
    const table = profileTable([profile]);
    expect(table).toContain('|  | time | steps | successors |');
    expect(table).toContain('| two-pages-short, 10^6: 1 worker | 1.50 s | 25 % | 75 % |');
  });
  it('is of every raw search of a million states and more, and of every verdict', () => {
    const names = PROFILED.map(({ task, contender }) => `${task.purpose} ${task.subject.name} ${contender.id}`);
    for (const c of RAW.filter(({ states }) => states >= 1e6)) expect(names).toContain(`raw ${c.name} two-workers`);
    for (const { judged } of VERDICT) expect(names).toContain(`verdict ${judged.name} reduced-two`);
  });
});
