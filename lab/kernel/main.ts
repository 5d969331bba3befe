/**
 * `npm run lab -- --kernel 6.12 --fs ext4`: boots the kernel, runs the scenarios, and holds the table that comes of it beside the
 * recorded one and beside the design of that kernel.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { conform } from '../../conform/conform.ts';
import type { Conformance, FoundDifference } from '../../conform/conformance.ts';
import { recordedTables } from '../../conform/recorded.ts';
import { parseTable, type Table } from '../../conform/table.ts';
import { FaultlineError } from '../../explorer/errors.ts';
import { parseConfig } from '../../model/config.ts';
import { conformText, outcomeOf } from '../../report/conform.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { type KnownDifference, knownCause } from '../conformance/known.ts';
import { boot } from './boot.ts';
import { fetchKernel } from './fetch.ts';
import { cacheFolder, LabSkipped, requireTools } from './host.ts';
import type { Guest } from './initramfs.ts';
import { raceTableOf, tableOf } from './log.ts';
import { type Options, optionsIn } from './options.ts';
import { raceScript } from './races.ts';
import { randomScript } from './random.ts';
import { differingLines } from './recorded.ts';
import { checkScript } from './script.ts';
import { shortWrites } from './short.ts';
import { type Scripted, scenariosIn, scriptOf, smaller } from './shrink.ts';
import { traced } from './traces.ts';

const [root = '.', ...argv] = process.argv.slice(2);

async function main(options: Options): Promise<number> {
  const { series, fs } = options;
  if (options.trace !== undefined) return traced(root, options, options.trace);
  if (options.short) return shortWrites(root, options);
  const script = scriptText(options);
  if (options.script !== undefined) checkScript(script, options.script);
  requireTools();
  const kernel = fetchKernel(root, series);
  const { log, seconds } = boot(root, { kernel, fs, script });
  const release = releaseIn(log) ?? series;
  const rows = options.races ? raceTableOf(log) : tableOf(log);
  const header = `# kernel: Linux ${release}, x86-64\n# fs: ${fs}\n# design: v${series}\n`;
  const file = options.out ?? join(cacheFolder(root, 'tables'), `${kernel.name}-${fs}${kindOfRun(options)}.txt`);
  writeFileSync(file, header + rows);
  console.log(`${kernel.name}, ${fs}: ${rows.split('\n').length - 1} lines in ${seconds.toFixed(1)} s: ${file}`);
  // With its header: what some bits mean depends on the kernel.
  const table = parseTable(header + rows, file);
  const recorded =
    options.script === undefined && kindOfRun(options) === '' ? besideRecorded(series, fs, table) : undefined;
  const result = await besideDesign(`v${series}`, fs, table);
  const design = result ? tell(result, table, file) : 0;
  if (result && options.random !== undefined) await tellSmallest(result, script, { kernel, fs }, header);
  // A later release of the series may do something else: that is told, and is no failure of this checkout.
  const same = recorded === undefined || release === recorded.release;
  if (!same) return 0;
  return recorded !== undefined && recorded.lines > 0 ? 1 : design;
}

/** What is run besides the recorded scenarios. */
function kindOfRun({ races, random, seed }: Options): string {
  if (races) return '-races';
  return random === undefined ? '' : `-random-${seed}`;
}

function scriptText({ races, only, times, random, seed, script }: Options): string {
  if (races) return raceScript(times, only);
  if (random !== undefined) return randomScript(random, seed);
  return readFileSync(script ?? join(root, 'lab/kernel/scenarios/sequential.txt'), 'utf8');
}

/** A distribution's kernel may call itself by its own numbers, and say then which release it is. */
function releaseIn(log: string): string | undefined {
  const version = /^# version (.*)$/m.exec(log)?.[1] ?? '';
  return (/ Debian (\d+\.\d+(?:\.\d+)?)/.exec(version) ?? /version (\S+)/.exec(version))?.[1];
}

/** @returns how many lines are not as recorded, of which release */
function besideRecorded(series: string, fs: string, now: Table): { lines: number; release: string } | undefined {
  const recorded = recordedTables().find((t) => t.name.startsWith(`linux-${series}.`) && t.name.endsWith(`-${fs}.txt`));
  if (!recorded) return undefined;
  const lines = differingLines(recorded.table, now);
  console.log(
    `${recorded.name}: ${lines.length === 0 ? 'every operation as recorded' : `${lines.length} operations differ`}`,
  );
  for (const l of lines.slice(0, 10)) console.log(`  ${l}`);
  return { lines: lines.length, release: /Linux (\S+?),/.exec(recorded.table.facts.kernel ?? '')?.[1] ?? '' };
}

/** What `conform` would exit with. */
const EXIT = { agrees: 0, differs: 1, nothing: 3 } as const;

/** @returns undefined where there is no such design */
async function besideDesign(id: string, fs: string, table: Table): Promise<Conformance | undefined> {
  if ((await designIds()).includes(id)) return conform(await loadDesign(id), table, parseConfig([`fs=${fs}`]));
  console.log(`There is no design ${id} to hold it beside.`);
  return undefined;
}

/** @returns the exit code that comes of it */
function tell(result: Conformance, table: Table, file: string): number {
  const runs = [{ ...withoutKnown(result), table: file, kernel: table.facts.kernel! }];
  const exitCode = EXIT[outcomeOf(runs)];
  console.log(conformText({ runs, skipped: [], exitCode }, 100, true));
  return exitCode;
}

/** Of each random scenario that differs, and it is not known why, the smallest one that differs alike. */
async function tellSmallest(
  found: Conformance,
  script: string,
  { kernel, fs }: Pick<Guest, 'kernel' | 'fs'>,
  header: string,
): Promise<void> {
  const candidates = scenariosIn(script).flatMap((s): Candidates[] => {
    const [first] = found.scenarios
      .filter(({ name }) => name === s.name)
      .flatMap(({ differences }) => differences.filter((d) => !knownCause(found.design, d)));
    const at = first ? s.operations.indexOf(first.operation) : -1;
    return first && at >= 0 ? [{ of: s, first, smaller: smaller(s, at) }] : [];
  });
  if (candidates.length === 0) return;
  const all = candidates.slice(0, MOST_SHRUNK).flatMap((c) => c.smaller);
  const { log } = boot(root, { kernel, fs, script: scriptOf(all) });
  const again = await besideDesign(found.design, fs, parseTable(header + tableOf(log)));
  for (const { of, first, smaller: some } of candidates.slice(0, MOST_SHRUNK)) {
    const alike = some.find((s) => differsAlike(again!, s.name, first)) ?? of;
    console.log(`Smallest of ${of.name} (${first.what}: ${first.kernel}, not ${first.model}):\n${scriptOf([alike])}`);
  }
}

interface Candidates {
  readonly of: Scripted;
  readonly first: FoundDifference;
  readonly smaller: readonly Scripted[];
}
/** Scenarios that are made smaller in one boot. */
const MOST_SHRUNK = 5;

const differsAlike = ({ scenarios }: Conformance, name: string, { operation, what }: FoundDifference): boolean =>
  scenarios.some((s) => s.name === name && s.differences.some((d) => d.operation === operation && d.what === what));

/** What is known to differ is told, with its cause, and is no failure. */
function withoutKnown(result: Conformance): Conformance {
  const told = new Map<KnownDifference, number>();
  const scenarios = result.scenarios.map((s) => {
    const differences = s.differences.filter((d) => {
      const known = knownCause(result.design, d);
      if (known) told.set(known, (told.get(known) ?? 0) + 1);
      return !known;
    });
    return { ...s, differences };
  });
  for (const [{ title, cause }, n] of told) console.log(`Known, ${n} times: ${title}. ${cause}`);
  return { ...result, scenarios };
}

try {
  process.exitCode = await main(optionsIn(argv));
} catch (error) {
  if (error instanceof FaultlineError) {
    console.error(error.report());
    process.exit(2);
  }
  const skipped = error instanceof LabSkipped;
  const message = error instanceof Error ? error.message : String(error);
  console.log(skipped ? `lab skipped: ${message}` : `lab: no result: ${message}`);
  process.exitCode = skipped ? 0 : 3;
}
