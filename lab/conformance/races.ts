/** What came of holding the recorded races beside their designs: it takes minutes, so it is kept, a JSON file each. */
import { conform } from '../../conform/conform.ts';
import type { ScenarioConformance } from '../../conform/conformance.ts';
import { type TableFile, tablesIn } from '../../conform/recorded.ts';
import type { Table } from '../../conform/table.ts';
import { parseConfig } from '../../model/config.ts';
import { PACKAGE_ROOT } from '../../verify/package-root.ts';
import { loadDesign } from '../../verify/registry.ts';
import { store, stored } from '../stored.ts';
import { knownCause } from './known.ts';

export interface JudgedRaces {
  /** File name. */
  readonly table: string;
  readonly kernel: string;
  readonly design: string;
  readonly fs: string;
  /** Pairs of sides, from a state each. */
  readonly pairs: number;
  readonly runs: number;
  /** Different ones, by pair. */
  readonly outcomes: number;
  readonly allowed: number;
  /** How many of these the design has only with `thp=on`. */
  readonly attempted: number;
  /** By title, how many differences that are explained. */
  readonly known: Readonly<Record<string, number>>;
  /** Others, as `pair: what: kernel`. */
  readonly differences: readonly string[];
  /** By reason, how many pairs the model does not have. */
  readonly notModelled: Readonly<Record<string, number>>;
  /** By pair, in how many runs the entry was tagged TOWRITE in the end, though every fsync and msync had returned 0. */
  readonly skipped: Readonly<Record<string, number>>;
  /** By pair, what the model allows as well. */
  readonly never: Readonly<Record<string, readonly string[]>>;
}

const folder = (name: string): URL => new URL(`lab/conformance/${name}/`, PACKAGE_ROOT);

/** Those that came with the checkout. */
export const recordedRaces = (): TableFile[] => tablesIn(folder('races'));
export const judgedRaces = (): JudgedRaces[] => stored<JudgedRaces>(folder('judged'));
export const storeJudged = (judged: JudgedRaces): void =>
  store(folder('judged'), judged.table.replace(/\.txt$/, ''), judged);

/** @param pairs only these; undefined: all */
export async function judgeRaces(name: string, table: Table, pairs?: ReadonlySet<string>): Promise<JudgedRaces> {
  const { design = '', fs = '', kernel = '' } = table.facts;
  const some = pairs ? { ...table, scenarios: table.scenarios.filter((s) => pairs.has(s.name)) } : table;
  const { scenarios } = await conform(await loadDesign(design), some, parseConfig([`fs=${fs}`]));
  const all = scenarios.flatMap((s) => s.race ?? []);
  const seen = all.flatMap((r) => r.seen);
  const found = scenarios.flatMap((s) =>
    s.differences.map((d) => ({ ...d, pair: s.name, known: knownCause(design, d) })),
  );
  return {
    table: name,
    kernel: kernel.replace(', x86-64', ''),
    design,
    fs,
    pairs: scenarios.length,
    runs: all.reduce((n, r) => n + r.runs, 0),
    outcomes: seen.length,
    allowed: seen.filter((s) => s.allowed).length,
    attempted: seen.filter((s) => s.thp !== undefined).length,
    known: counted(found.flatMap((d) => d.known?.title ?? [])),
    differences: found.filter((d) => !d.known).map((d) => `${d.pair}: ${d.what}: ${d.kernel}`),
    notModelled: counted(scenarios.flatMap((s) => s.notModelled ?? [])),
    skipped: Object.fromEntries(scenarios.flatMap((s) => skippedIn(s))),
    never: Object.fromEntries(scenarios.flatMap((s) => (s.race?.notSeen.length ? [[s.name, s.race.notSeen]] : []))),
  };
}

function skippedIn({ name, race }: ScenarioConformance): [string, number][] {
  const left = (race?.seen ?? []).filter((s) => s.outcome.includes('TOWRITE'));
  return left.length === 0 ? [] : [[name, left.reduce((n, s) => n + s.times, 0)]];
}

function counted(names: readonly string[]): Record<string, number> {
  const times: Record<string, number> = {};
  for (const n of names) times[n] = (times[n] ?? 0) + 1;
  return times;
}
