/** docs/performance.md: every figure from one run of the bench. */
import { type BenchCase, COUNTEREXAMPLE, type JudgedCase, RAW, VERDICT } from './cases.ts';
import type { Task } from './contender.ts';
import type { Starts } from './contenders/command-line.ts';
import { factors } from './factors.ts';
import type { Machine } from './machine.ts';
import { bytes, count, decimal, markdown, power, ratio, seconds, whole, withSpread } from './numbers.ts';
import type { Profile } from './profile/profile.ts';
import { PROFILE_TEXT, profileTable } from './profile/table.ts';
import {
  bytesPerState,
  figuresOf,
  measured,
  median,
  type Results,
  type Row,
  statesPerSecond,
  statesPerSecondOfSearch,
  transitionsPerSecond,
} from './results.ts';
import { isFailure } from './sample.ts';
import type { Compilation } from './spin/compilation.ts';
import { type Spread, spread } from './statistics.ts';
import { fastestPor, fastestSpin, seconds as ownSeconds, type Target, targets } from './targets.ts';

export interface Run {
  readonly machine: Machine;
  readonly results: Results;
  readonly starts: Starts;
  readonly builds: readonly Compilation[];
  readonly profiles: readonly Profile[];
  readonly minutes: number;
  /** What limits, in words: bench/limits.md. */
  readonly limits: string;
  /** The command's options, where not everything ran. */
  readonly partly?: string;
}

export function report(run: Run): string {
  const { results } = run;
  const has = (task: Task): boolean => results.of(task).length > 0;
  const raw = RAW.filter((subject) => has({ purpose: 'raw', subject }));
  const verdicts = VERDICT.filter(({ judged }) => has({ purpose: 'verdict', subject: judged }));
  const shortest = COUNTEREXAMPLE.filter(({ judged }) => has({ purpose: 'counterexample', subject: judged }));
  return [
    '# Performance',
    INTRODUCTION,
    ...(run.partly ? [`**Part of the bench only (\`${run.partly}\`).**`] : []),
    `## Machine\n\n${machineTable(run.machine, run.minutes)}`,
    `## What was asked for\n\n${TARGETS}\n\n${targetTable(targets(results, spread(run.starts.seconds)?.median, run.builds))}`,
    ...(raw.length > 0 ? [`## Raw exploration\n\n${RAW_TEXT}`] : []),
    ...raw.map((c) => `### ${power(c)}: ${c.name}\n\n${about(c)}\n\n${rawTable(results, c)}`),
    ...(verdicts.length > 0 ? [`## Time to verdict\n\n${VERDICT_TEXT}`] : []),
    ...verdicts.map(
      (j) => `### ${j.judged.name}\n\n${aboutJudged(j)}\n\n${verdictTable(results, j)}${withFactors(results, j)}`,
    ),
    ...(shortest.length > 0 ? [`## Time to the first counterexample\n\n${SHORTEST_TEXT}`] : []),
    ...shortest.map((j) => `### ${j.judged.name}\n\n${aboutJudged(j)}\n\n${shortestTable(results, j)}`),
    `## The command line\n\n${commandLine(run.starts)}`,
    ...(run.builds.length > 0 ? [`## What SPIN needs before it searches\n\n${buildTable(run.builds)}`] : []),
    ...(run.profiles.length > 0 ? [`## Where the time goes\n\n${PROFILE_TEXT}\n\n${profileTable(run.profiles)}`] : []),
    ...(run.limits ? [`## What limits\n\n${run.limits.trim()}`] : []),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}

const INTRODUCTION = `How fast the explorer is, beside SPIN on the same models. \`npm run bench\` wrote this page
(\`npm run bench -- --help\`; it needs Linux, \`spin\` and \`gcc\`). All figures are of one run on one machine: compare them with each
other, and quote ratios.

The contenders run in turns, each run in a process of its own, so that all begin cold and a disturbance of the machine hits all
alike. A figure is the median, in brackets the least and the greatest. A contender that finds another number of states
than it must fails the bench.

The SPIN models come from the same tables: \`export --to promela\` in the shape \`processes\` (a proctype for each process)
and in the shape \`table\` (a row for each alternative); one case was also written by hand. SPIN runs as \`gcc -O3 -DSAFETY\`,
with a hash table that fits from the start.`;

const TARGETS = `"SPIN's fastest shape": of all shapes and modes without reduction, the one with most states a second.`;

const RAW_TEXT = `The bare model, no property. States a second are each contender's own states by the time of its search: our
tables grow during the search, and that counts; SPIN's compiler does not; \`without tables\` is the rate when they do not count
either. Bytes per state are the visited set with its index and all that a trace needs; for SPIN its states and its hash table, not its stack. Memory is of the whole process.`;

const VERDICT_TEXT = `Three kinds of cases, each twice: as somebody tries it first (some 10^6 to 10^7 states without reduction: SPIN takes less time than Node
takes to start), and as large as one wants to know it in the end (10^7 to 10^8), which is what reductions are for. Two more of 10^8
(\`two-programs\`, \`three-writers\`) are the best of some thirty that were tried: [What limits](#what-limits) has those that SPIN was run on. The time until the property is known to hold. Ours has the building of the system and of the tables in it,
SPIN's has no compiler in it. \`process\`: from start to end of the process, Node's start included.`;

const SHORTEST_TEXT = `Each search ends at its first violation. Ours is the shortest, and
the same with any number of workers and any reduction: where these are used, a search in order, no deeper than the violation that was
seen, comes after, and counts. What SPIN finds depth first need not be the shortest.`;

type Column = readonly [string, (row: Row) => string];

function table(rows: readonly Row[], columns: readonly Column[]): string {
  const head = ['', ...columns.map(([name]) => name)];
  const lines = rows.map((row) => {
    if (figuresOf(row).length === 0) return [row.contender.title, whyNone(row), ...columns.slice(1).map(() => '')];
    return [row.contender.title, ...columns.map(([, cell]) => cell(row))];
  });
  return markdown(head, lines);
}

const whyNone = (row: Row): string => {
  const failure = row.samples.find(isFailure);
  return failure ? `*${failure.failed.replaceAll('|', '\\|')}*` : '*no time was left*';
};

const states: Column = ['states', (r) => whole(median(r, (f) => f.states) ?? 0)];
const memory: Column = ['memory', (r) => withSpread(only(measured(r, (f) => f.residentBytes)), bytes)];
const cpu: Column = ['CPU', (r) => withSpread(only(measured(r, (f) => f.cpuSeconds)), seconds)];
const runs: Column = ['runs', (r) => String(figuresOf(r).length)];
const processTime: Column = ['process', (r) => withSpread(only(measured(r, (f) => f.wallSeconds)), seconds)];

/** The median alone. */
const only = (s: Spread | undefined): Spread | undefined => s && { ...s, n: 1 };

function rawTable(results: Results, subject: BenchCase): string {
  const base = median(fastestSpin(results, subject), statesPerSecond);
  const columns: Column[] = [
    states,
    ['states/s', (r) => withSpread(measured(r, statesPerSecond), count)],
    ['× SPIN', (r) => times(median(r, statesPerSecond), base)],
    ['without tables', (r) => withSpread(only(measured(r, statesPerSecondOfSearch)), count)],
    ['transitions/s', (r) => withSpread(only(measured(r, transitionsPerSecond)), count)],
    ['B/state', (r) => withSpread(only(measured(r, bytesPerState)), decimal)],
    ['search', (r) => withSpread(only(measured(r, (f) => f.searchSeconds)), seconds)],
    cpu,
    memory,
    runs,
  ];
  return table(results.of({ purpose: 'raw', subject }), columns);
}

function verdictTable(results: Results, { judged: subject }: JudgedCase): string {
  const base = median(fastestPor(results, subject), ownSeconds);
  const columns: Column[] = [
    states,
    [
      'fewer states',
      (r) =>
        times(
          subject.states,
          median(r, (f) => f.states),
        ),
    ],
    ['time to verdict', (r) => withSpread(measured(r, ownSeconds), seconds)],
    ['× faster than SPIN with POR', (r) => times(base, median(r, ownSeconds))],
    processTime,
    cpu,
    memory,
    runs,
  ];
  return table(results.of({ purpose: 'verdict', subject }), columns);
}

function withFactors(results: Results, { judged }: JudgedCase): string {
  const text = factors(results, judged);
  return text === undefined ? '' : `\n\n${text}`;
}

function shortestTable(results: Results, { judged: subject }: JudgedCase): string {
  const columns: Column[] = [
    ['steps', (r) => whole(median(r, (f) => f.steps) ?? 0)],
    states,
    ['time', (r) => withSpread(measured(r, ownSeconds), seconds)],
    processTime,
    cpu,
    memory,
    runs,
  ];
  return table(results.of({ purpose: 'counterexample', subject }), columns);
}

const times = (a: number | undefined, b: number | undefined): string => (a && b ? ratio(a / b) : '–');

function about(c: BenchCase): string {
  return `\`${c.design}\`, \`${c.scenario}\`: ${c.about}; ${whole(c.states)} states, ${whole(c.transitions)} transitions, depth ${c.depth}.`;
}

const aboutJudged = ({ judged, property, verdict, steps }: JudgedCase): string =>
  `${about(judged)} \`${property}\`: ${verdict}${steps === undefined ? '' : `, after ${steps} steps`}.`;

function machineTable(m: Machine, minutes: number): string {
  const lines = [
    ['Processor', `${m.cpu}, ${m.cores} cores`],
    ['Memory', `${m.memoryGigabytes} GiB`],
    ['System', m.system],
    ['Node', m.node],
    ['SPIN', m.spin ?? 'none'],
    ['C compiler', m.gcc ?? 'none'],
    ['Load before the run', m.load < 0.5 ? 'none' : `**${decimal(m.load)}: other work ran, the figures are rough**`],
    ['The run took', `${Math.ceil(minutes)} min`],
  ];
  return ['| | |', '|---|---|', ...lines.map(([a, b]) => `| ${a} | ${b} |`)].join('\n');
}

const targetTable = (list: readonly Target[]): string => {
  const met = (t: Target): string => (t.met === undefined ? '–' : t.met ? 'yes' : '**no**');
  const lines = list.map((t) => `| ${t.text} | ${t.wanted} | ${t.reached} | ${met(t)} |`);
  return ['| | asked for | reached | met |', '|---|---|---|---|', ...lines].join('\n');
};

function commandLine({ seconds: all, states }: Starts): string {
  const took = spread(all);
  if (!took || states === undefined) return 'Not measured.';
  return `\`faultline verify\` on a case of ${whole(states)} states, from the start of Node to the end of the process: ${withSpread(took, seconds)}, ${took.n} runs.`;
}

function buildTable(builds: readonly Compilation[]): string {
  const lines = builds.map(({ subject, shape, mode, built }) => [
    `${subject}, ${shape}, ${mode}`,
    seconds(built.exportSeconds),
    seconds(built.spinSeconds),
    seconds(built.gccSeconds),
  ]);
  return `In none of the figures above but where it is said. What was built by an earlier run is kept, and the times are from then: of the processor for spin and gcc, by the clock for the export; two were built at a time.\n\n${markdown(['', 'export', '`spin -a`', '`gcc -O3`'], lines)}`;
}
