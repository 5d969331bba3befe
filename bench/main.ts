/** `npm run bench`: everything side by side in one run; writes docs/performance.md. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { checked } from './check.ts';
import { type Contender, taskName } from './contender.ts';
import { type Starts, startTimes } from './contenders/command-line.ts';
import { isSpin } from './contenders/spin.ts';
import { machine } from './machine.ts';
import { count, seconds } from './numbers.ts';
import { type Entry, type PlanOptions, plan, rounds } from './plan.ts';
import { PROFILED, type Profile, profileOf } from './profile/profile.ts';
import { report } from './report.ts';
import { bytesPerState, Results, statesPerSecond } from './results.ts';
import { isFailure, type Sample } from './sample.ts';
import { builtFor } from './spin/build.ts';
import type { Compilation } from './spin/compilation.ts';

const ROOT = new URL('../../', import.meta.url);
const PAGE = new URL('docs/performance.md', ROOT);
const LIMITS = new URL('bench/limits.md', ROOT);
/** Compiling not counted: what was compiled once is kept. */
const MINUTES = 25;

const USAGE = `npm run bench -- [options]
  --quick           up to 10^6 states, each contender once
  --sizes 4,6       powers of ten
  --only NAME       contenders, cases or purposes (raw, verdict, counterexample) with NAME in their names; several: a,b
  --minutes N       begin no run after N minutes of measuring (${MINUTES})
  --json FILE       keep the figures of every run
  --out FILE        the page; default: docs/performance.md for a whole run, stdout for a part
  --compile         only export and compile what SPIN needs; a later run finds it
  --list            what would run
`;

const { values: flags } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    sizes: { type: 'string' },
    only: { type: 'string' },
    minutes: { type: 'string' },
    json: { type: 'string' },
    out: { type: 'string' },
    compile: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

/** All verifiers before anything is measured, two at a time. */
async function compileAll(entries: readonly Entry[]): Promise<Compilation[]> {
  const waiting = entries.flatMap(({ task, contender }) => (isSpin(contender) ? [{ task, contender }] : []));
  const made: Compilation[] = [];
  const seen = new Set<string>();
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { task, contender } = next;
      const name = `${task.subject.name}, ${contender.shape}, ${contender.mode.title}`;
      if (seen.has(name)) continue;
      seen.add(name);
      const built = await builtFor(task.subject, contender.shape, contender.mode);
      if ('failed' in built) say(`not built: ${name}: ${built.failed}`);
      else {
        made.push({ subject: task.subject.name, shape: contender.shape, mode: contender.mode.title, built });
        say(`built: ${name}: export ${seconds(built.exportSeconds)}, gcc ${seconds(built.gccSeconds)}`);
      }
    }
  };
  await Promise.all([worker(), worker()]);
  return made;
}

const inGroups = (entries: readonly Entry[]): Entry[][] => [
  ...entries
    .reduce((groups, e) => {
      const name = taskName(e.task);
      return groups.set(name, [...(groups.get(name) ?? []), e]);
    }, new Map<string, Entry[]>())
    .values(),
];

async function measureAll(entries: readonly Entry[], minutes: number): Promise<Results> {
  const results = new Results();
  for (const { task, contender } of entries) results.row(task, contender);
  const end = performance.now() + minutes * 60_000;
  for (const entry of rounds(inGroups(entries))) {
    const left = (end - performance.now()) / 1000;
    const before = results.row(entry.task, entry.contender).samples;
    // What failed once fails again.
    if (before.some(isFailure) || left < longest(before)) continue;
    const sample = checked(
      await once(entry, Math.min(entry.timeoutSeconds, Math.max(left, 10))),
      entry.task,
      entry.contender,
    );
    results.add(entry.task, entry.contender, sample);
    say(`${taskName(entry.task)}: ${entry.contender.title}: ${inWords(sample)}`);
  }
  return results;
}

/** Of what was measured. */
async function profileAll(entries: readonly Entry[]): Promise<Profile[]> {
  const measured = new Set(entries.map((e) => `${taskName(e.task)} ${e.contender.id}`));
  const profiles: Profile[] = [];
  for (const p of PROFILED.filter(({ task, contender }) => measured.has(`${taskName(task)} ${contender.id}`))) {
    const made = await profileOf(p);
    say(`${taskName(p.task)}: ${p.contender.title}: ${made ? 'profiled' : 'no profile'}`);
    if (made) profiles.push(made);
  }
  return profiles;
}

const longest = (samples: readonly Sample[]): number =>
  Math.max(1, ...samples.map((s) => (isFailure(s) ? 0 : s.wallSeconds)));

/** A contender that breaks ends its own row, not the run. */
async function once({ task, contender }: Entry, timeoutSeconds: number): Promise<Sample> {
  try {
    return await contender.run(task, timeoutSeconds);
  } catch (e) {
    return { failed: e instanceof Error ? e.message : String(e) };
  }
}

function inWords(s: Sample): string {
  if (isFailure(s)) return `${s.wrong ? 'WRONG: ' : ''}${s.failed}`;
  const rate = statesPerSecond(s);
  const perState = bytesPerState(s);
  return [
    `${s.states} states`,
    seconds(s.prepareSeconds + s.searchSeconds),
    ...(rate ? [`${count(rate)}/s`] : []),
    ...(perState ? [`${perState.toFixed(1)} B/state`] : []),
    ...(s.verdict ? [s.verdict] : []),
    ...(s.steps !== undefined ? [`${s.steps} steps`] : []),
  ].join(', ');
}

async function bench(): Promise<number> {
  const options: PlanOptions = {
    quick: flags.quick,
    ...(flags.sizes && { sizes: flags.sizes.split(',').map(Number) }),
    ...(flags.only && { only: flags.only.split(',') }),
  };
  const entries = plan(options);
  if (flags.list) {
    for (const e of entries) say(`${taskName(e.task)}: ${e.contender.id} × ${e.repetitions}`);
    return 0;
  }
  const facts = machine();
  const builds = await compileAll(entries);
  if (flags.compile) return 0;
  const started = performance.now();
  const starts = await startTimes(flags.quick ? 3 : 10);
  const results = await measureAll(entries, Number(flags.minutes ?? MINUTES));
  const profiles = await profileAll(entries);
  const partly = [
    ...(flags.quick ? ['--quick'] : []),
    ...(flags.sizes ? [`--sizes ${flags.sizes}`] : []),
    ...(flags.only ? [`--only ${flags.only}`] : []),
  ].join(' ');
  const page = report({
    machine: facts,
    results,
    starts,
    builds,
    profiles,
    minutes: (performance.now() - started) / 60_000,
    limits: existsSync(LIMITS) ? readFileSync(LIMITS, 'utf8') : '',
    ...(partly && { partly }),
  });
  if (flags.out || !partly) writeFileSync(flags.out ?? PAGE, page);
  else process.stdout.write(page);
  if (flags.json) writeFileSync(flags.json, raw(facts, results, starts));
  for (const line of results.wrong) say(`WRONG: ${line}`);
  return results.wrong.length > 0 ? 1 : 0;
}

function raw(facts: unknown, { rows }: Results, starts: Starts): string {
  const nameOf = (c: Contender): string => c.id;
  const runs = rows.map(({ task, contender, samples }) => ({
    purpose: task.purpose,
    case: task.subject.name,
    contender: nameOf(contender),
    samples,
  }));
  return `${JSON.stringify({ machine: facts, starts, runs }, undefined, 1)}\n`;
}

// Ended from outside, it ends what it measures.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

if (flags.help) process.stdout.write(USAGE);
else process.exitCode = await bench();
