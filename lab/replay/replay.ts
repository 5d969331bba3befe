/** Counterexamples on a running kernel: planned, performed several times beside a run without the holds, and judged. */
import type { Move } from '../../explorer/findings.ts';
import { retrace } from '../../explorer/retrace.ts';
import { changedSettings, DEFAULT_CONFIG, parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import { journalOn } from '../../model/journal.ts';
import type { StoredCounterexample, StoredRun } from '../../verify/stored/counterexample.ts';
import { type Prepared, prepare } from '../../verify/verify.ts';
import type { Kernel } from '../kernel/fetch.ts';
import type { Filesystem } from '../kernel/images.ts';
import { violatedAfter, withHolds } from './detour.ts';
import { judge, type Replay, type RunOutcome, verdictOf } from './judge.ts';
import { Machine } from './machine.ts';
import { looksIn } from './observed.ts';
import { Performance, type Performed } from './perform.ts';
import type { Until } from './plan.ts';
import { keyOf, namesIn, placesOf, type Symbols } from './points.ts';
import { type Predicted, predict, serialRun } from './predict.ts';
import { type GuestScript, scriptOf } from './script.ts';

/** A run of the model that is to be performed. */
interface Rehearsed {
  readonly predicted: Predicted;
  readonly prepared: Prepared;
  readonly script: GuestScript;
}
/** A counterexample, and what it is held beside. */
interface Case {
  readonly about: Pick<Replay, 'design' | 'scenario' | 'config' | 'property' | 'damage' | 'length'>;
  readonly run?: Rehearsed;
  readonly control?: Rehearsed;
  readonly controlOrder?: readonly string[];
  /** Why it cannot be replayed on any kernel. */
  readonly why?: string;
}

export interface ReplayOptions {
  readonly kernel: Kernel;
  readonly fs: Filesystem;
  /** How often each is performed. */
  readonly times: number;
  /** Folder that what is kept goes below. */
  readonly root: string;
  /** Told of each run. */
  readonly progress?: (text: string) => void;
}

/** @throws FaultlineError for what is wrong with designs or results, Error where the guest does not do what it should */
export async function replayAll(
  stored: readonly (readonly [Design, StoredRun])[],
  options: ReplayOptions,
): Promise<{ readonly release: string; readonly replays: readonly Replay[] }> {
  const cases: Case[] = [];
  for (const [design, run] of stored)
    for (const c of run.counterexamples) cases.push(await caseOf(design, run, c, options.fs));
  const performed = cases.flatMap((c) => [c.run, c.control]).filter((r) => r !== undefined);
  const script = cases
    .flatMap((c, n) => runsOf(c, options.times).map((r, m) => scenarioText(`${n}.${m}`, r)))
    .join('\n');
  const symbols = performed.flatMap((r) =>
    r.predicted.turns.flatMap((t) => (t.until.kind === 'point' ? namesIn(t.until.points) : [])),
  );
  // One more for the kernel's own threads: one of them may be held.
  const cpus = 3 + Math.max(1, ...performed.map((r) => r.prepared.scene.threads.length));
  const machine = await Machine.boot(options.root, { ...options, script, cpus, symbols });
  try {
    const replays: Replay[] = [];
    for (const [n, c] of cases.entries()) replays.push(await replayCase(machine, c, `${n}`, options));
    return { release: machine.release, replays };
  } finally {
    machine.end();
  }
}

const scenarioText = (name: string, { script }: Rehearsed): string => [`S ${name}`, ...script.lines].join('\n');

/** The counterexample and its control in turns: neither profits from what the other left behind. */
function runsOf({ run, control }: Case, times: number): Rehearsed[] {
  if (!run) return [];
  return Array.from({ length: times }, () => [run, ...(control ? [control] : [])]).flat();
}

async function caseOf(design: Design, stored: StoredRun, c: StoredCounterexample, fs: Filesystem): Promise<Case> {
  const config = parseConfig(Object.entries(stored.config).map(([name, value]) => `${name}=${value}`));
  const settings = changedSettings({ ...config, fs: DEFAULT_CONFIG.fs });
  const about = {
    design: design.id,
    scenario: stored.scenario,
    ...(settings.length > 0 && { config: settings }),
    property: c.property,
    length: c.steps.length,
    ...(c.damage !== undefined && { damage: c.damage }),
  };
  if (config.fs !== fs) return { about, why: `the result is of ${config.fs}, and the kernel runs on ${fs}` };
  for (const [name, why] of Object.entries(NO_CONFIG))
    if (config[name as keyof typeof NO_CONFIG] !== 'off') return { about, why };
  if (c.loopFrom !== undefined) return { about, why: 'the run goes round for ever, and a replay has to end' };
  const prepared = await prepare(design, stored.scenario, { config, properties: [c.property] });
  const script = scriptOf(prepared.scene);
  if (typeof script === 'string') return { about, why: script };
  const retraced = retrace(prepared.system, c.steps, c.initial);
  if (retraced.departure)
    return { about, why: `it does not replay in ${design.id} any more: ${retraced.departure.why}` };
  const rehearsed = (predicted: Predicted): Rehearsed => ({ predicted, prepared, script });
  const orders = permutations(firstSeen(retraced.moves, prepared.system.processes.length));
  const serial = orders.map((o) => serialRun(prepared, [o])).find((m) => m && violatedAfter(prepared, m) === undefined);
  const ids = prepared.system.processes.map((p) => p.id);
  return {
    about,
    run: rehearsed(withHolds(prepared, retraced.moves)),
    ...(serial && {
      control: rehearsed(predict(prepared, serial)),
      controlOrder: firstSeen(serial, ids.length).map((p) => ids[p]!),
    }),
  };
}

/** Settings that a stock kernel under QEMU cannot have, and why. */
const NO_CONFIG = {
  errors:
    'the run needs an allocation or an I/O that fails at one place, and stock kernels are built without fault injection',
  tlb: 'the run is about what a TLB still has: QEMU does not tell that, and drops entries when it likes',
} as const;

/** The processes in the order in which they begin; whoever does not, last. */
const firstSeen = (moves: readonly Move[], count: number): number[] => [
  ...new Set([...moves.map((m) => m.process), ...Array.from({ length: count }, (_, n) => n)]),
];

function permutations(all: readonly number[]): number[][] {
  if (all.length <= 1) return [[...all]];
  return all.flatMap((first) => permutations(all.filter((o) => o !== first)).map((rest) => [first, ...rest]));
}

async function replayCase(machine: Machine, c: Case, name: string, options: ReplayOptions): Promise<Replay> {
  if (!c.run) return { ...c.about, verdict: 'not reachable by holds', why: c.why!, turns: [], runs: [], control: [] };
  const runs: RunOutcome[] = [];
  const control: RunOutcome[] = [];
  const unreachable = whyNot(c.run.predicted, machine.symbols);
  const performances = runsOf(c, options.times);
  for (const [m, r] of performances.entries()) {
    const isControl = c.control !== undefined && m % 2 === 1;
    const outcome = await performOne(machine, r, `${name}.${m}`, unreachable !== undefined && !isControl);
    (isControl ? control : runs).push(outcome);
    options.progress?.(
      `${c.about.scenario}: ${c.about.property}: ${isControl ? 'control' : 'run'}: ${outcome.outcome}`,
    );
  }
  return {
    ...c.about,
    ...verdictOf(runs, unreachable),
    turns: c.run.predicted.turns.map((t) => ({
      process: t.process,
      steps: [t.first + 1, t.last + 1] as const,
      hold: holdText(t.until, machine.symbols),
    })),
    runs,
    control,
    ...(c.controlOrder && { controlOrder: c.controlOrder }),
  };
}

/** Which turn cannot end in a hold, and why. */
function whyNot({ turns }: Predicted, symbols: Symbols): string | undefined {
  for (const { until } of turns) {
    if (until.kind === 'nowhere') return `no function begins between "${until.after}" and "${until.before}"`;
    if (until.kind !== 'point' || placesOf(until.points, symbols).length > 0) continue;
    const names = [...new Set(until.points.map((p) => `${p.symbol}()`))].join(', ');
    return `before "${until.before}" there is nothing to hold at: this kernel has no ${names} of its own`;
  }
  return undefined;
}

function holdText(until: Until, symbols: Symbols): string {
  switch (until.kind) {
    case 'end':
      return 'to its end';
    case 'operation':
      return 'up to its next call';
    case 'waits':
      return 'until it waits';
    case 'nowhere':
      return `not to be held before "${until.before}"`;
    case 'point': {
      const places = placesOf(until.points, symbols).map((p) => keyOf(p.point));
      return places.length > 0 ? `held at ${places.join(', or ')}` : `not to be held before "${until.before}"`;
    }
  }
}

/** @param skip lets all of it run, and looks at nothing */
async function performOne(machine: Machine, r: Rehearsed, name: string, skip: boolean): Promise<RunOutcome> {
  const { threads } = r.prepared.scene;
  const performance = new Performance(machine, {
    processes: threads.length,
    forked: threads.filter((t) => t.parent !== undefined).length,
    isDelegated: (process, position) =>
      journalOn(r.prepared.scene) || threads[process]!.operations[position]?.name === 'freeze',
  });
  await performance.gather();
  const performed: Performed[] = [];
  const turns = skip ? [] : r.predicted.turns;
  for (const [n, turn] of turns.entries()) {
    const done = await performance.turn(
      threads.findIndex((t) => t.id === turn.process),
      turn,
    );
    const over = n < turns.length - 1 || (await performance.letSleep());
    performed.push(over ? done : { reached: false, how: 'who was woken neither goes on nor sleeps' });
    const { reached } = performed.at(-1)!;
    await performance.look(!reached);
    if (!reached) break;
  }
  const ended = await performance.finish();
  if (!ended) throw new Error(`run ${name} does not come to its end`);
  await performance.look(false);
  await performance.leave();
  const text = machine
    .log()
    .split(/^S /m)
    .find((s) => s.startsWith(`${name}\n`) || s.startsWith(`${name}\r\n`));
  const looks = looksIn(text ?? '', r.prepared.scene, r.script.tokens, machine.release);
  return judge(r.predicted, performed, looks);
}
