/** What is measured: real designs in scenarios of known size. A wrong count fails the bench. */

export interface BenchCase {
  readonly name: string;
  readonly design: string;
  readonly scenario: string;
  /** Of the bare model (`--property none`), unreduced, under the default config. */
  readonly states: number;
  readonly transitions: number;
  readonly depth: number;
  /** What the scenario has in it, for the report. */
  readonly about: string;
  /** A Promela model of the case written by hand: a file of bench/promela/. */
  readonly handWritten?: string;
}

/** A case with a property that is judged on it. */
export interface JudgedCase {
  readonly judged: BenchCase;
  readonly property: string;
  readonly verdict: 'holds' | 'violated';
  /** Steps of the shortest run to the violation. */
  readonly steps?: number;
  /** Whether processes, address spaces or pages can be swapped: else there is nothing for symmetry to save. */
  readonly symmetric?: true;
}

const TWO_PAGES = 'four processes, two pages, two address spaces, writeback, truncate, write(2)';

const threeTwo: BenchCase = {
  name: 'three-two',
  design: 'v4.14',
  scenario: 'a=hole, b=block: load a; store b || store a; fsync || truncate b',
  states: 16_163,
  transitions: 42_511,
  depth: 82,
  about: 'three processes, two pages',
};

const twoPagesShort: BenchCase = {
  name: 'two-pages-short',
  design: 'v4.14',
  scenario: 'a=hole, b=hole: load a; store a || [mm2] store b || write a; fsync || write b; truncate b',
  states: 1_746_406,
  transitions: 6_211_763,
  depth: 127,
  about: TWO_PAGES,
};

const twoPages: BenchCase = {
  name: 'two-pages',
  design: 'v4.14',
  scenario:
    'a=hole, b=hole: load a; store a; load b || [mm2] store a; store b || write a; fsync || write b; truncate b',
  states: 10_977_096,
  transitions: 39_404_247,
  depth: 157,
  about: TWO_PAGES,
};

const twoPagesLong: BenchCase = {
  name: 'two-pages-long',
  design: 'v4.14',
  scenario:
    'a=hole, b=hole: load a; store a; load b; store b || [mm2] load a; store a; load b; store b || ' +
    'write a; fsync; write b || write b; truncate b; fsync',
  states: 103_508_056,
  transitions: 373_464_678,
  depth: 211,
  about: TWO_PAGES,
};

const equalStores: BenchCase = {
  name: 'equal-stores',
  design: 'v4.14',
  scenario: 'a=hole: load a; store a || load a; store a || load a; store a || fsync',
  states: 1_139_536,
  transitions: 4_060_927,
  depth: 86,
  about: 'four processes, three of them equal',
  handWritten: 'v4.14-equal-stores.pml',
};

const threeCalls: BenchCase = {
  name: 'three-calls',
  design: 'v4.14',
  scenario:
    'a=hole, b=hole: load a; store a; load b; store b || [mm2] load b; store b; load a; store a || ' +
    'write a; fsync; truncate b; fsync',
  states: 1_796_060,
  transitions: 5_042_674,
  depth: 203,
  about: 'three processes, two pages, two address spaces',
};

const equalPages: BenchCase = {
  name: 'equal-pages',
  design: 'v4.14',
  scenario:
    'a=hole, b=hole: store a; store b; fsync || store a; store b; fsync || store a; store b; fsync || store a; store b; fsync',
  states: 109_980_571,
  transitions: 398_841_336,
  depth: 150,
  about: 'four equal processes that write two pages and want them on disk',
};

const threeCallsLong: BenchCase = {
  name: 'three-calls-long',
  design: 'v4.14',
  scenario:
    'a=hole, b=hole: load a; store a; load b; store b; fsync; store a || ' +
    '[mm2] load b; store b; load a; store a; fsync; store b || write a; fsync; truncate b; write b; fsync',
  states: 23_932_013,
  transitions: 67_876_811,
  depth: 275,
  about: 'three processes, two pages, two address spaces, writeback after the truncation as well',
};

const twoPrograms: BenchCase = {
  name: 'two-programs',
  design: 'v4.14',
  scenario:
    'a=hole, b=hole: load a; store a; load b; store b || [mm2] load b; store b; load a; store a || ' +
    'write a; write b; fsync || write a; write b; write a',
  states: 106_289_685,
  transitions: 393_717_178,
  depth: 200,
  about: 'four processes, two pages, two address spaces, writeback, two writers; nothing to be swapped',
};

const threeWriters: BenchCase = {
  name: 'three-writers',
  design: 'v4.14',
  scenario:
    'a=hole, b=hole: write a; write b; fsync; store a; store b; fsync || ' +
    'write a; write b; fsync; store a; store b; fsync || write a; write b; fsync; store a; store b; fsync',
  states: 171_643_108,
  transitions: 488_450_421,
  depth: 234,
  about: 'three equal processes that write two pages in both ways and want each on disk',
};

const lostWakeup: BenchCase = {
  name: 'lost-wakeup',
  design: 'v4.14',
  scenario: 'a=block: store a; fsync || fsync || fsync || punch a',
  states: 222_646,
  transitions: 758_304,
  depth: 86,
  about: 'four processes; a bug of the kernel, found in 2021',
};

const lostWakeupLong: BenchCase = {
  name: 'lost-wakeup-long',
  design: 'v4.14',
  scenario: 'a=block: store a; fsync || store a; fsync || store a; fsync || punch a',
  states: 3_043_463,
  transitions: 10_593_722,
  depth: 99,
  about: 'the same bug with more stores',
};

/** Explored raw, by size. */
export const RAW: readonly BenchCase[] = [threeTwo, twoPagesShort, equalStores, twoPages, twoPagesLong];

/** Of one kind, so that how speed depends on size can be seen. */
export const BY_SIZE: readonly BenchCase[] = [twoPagesShort, twoPages, twoPagesLong];

/**
 * Time to a verdict: the whole graph has to be covered. Three kinds twice: as somebody tries it first, where a start takes longer than
 * the search does, and as large as one wants to know it in the end. Two more that are large, the best of those that were tried
 * (limits.md): with nothing to swap and no truncate, and of three equal processes.
 */
export const VERDICT: readonly JudgedCase[] = [
  { judged: equalStores, property: 'no-deadlock', verdict: 'holds', symmetric: true },
  { judged: threeCalls, property: 'no-deadlock', verdict: 'holds' },
  { judged: twoPages, property: 'no-deadlock', verdict: 'holds' },
  { judged: equalPages, property: 'no-deadlock', verdict: 'holds', symmetric: true },
  { judged: threeCallsLong, property: 'no-deadlock', verdict: 'holds' },
  { judged: twoPagesLong, property: 'no-deadlock', verdict: 'holds' },
  { judged: twoPrograms, property: 'no-deadlock', verdict: 'holds' },
  { judged: threeWriters, property: 'no-deadlock', verdict: 'holds', symmetric: true },
];

/** Time to the first counterexample. */
export const COUNTEREXAMPLE: readonly JudgedCase[] = [
  { judged: lostWakeup, property: 'no-deadlock', verdict: 'violated', steps: 54 },
  { judged: lostWakeupLong, property: 'no-deadlock', verdict: 'violated', steps: 56 },
];

/** What the command line is started with, from nothing to the end of the process. */
export const SMALL = { design: 'v4.14', scenario: 'a=hole: load a; store a || write a' } as const;

/** The power of ten that a case stands for. */
export const sizeOf = (c: BenchCase): number => Math.floor(Math.log10(c.states));
