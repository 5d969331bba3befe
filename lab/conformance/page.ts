/** docs/conformance.md, made from the comparisons themselves. */
import type { Layer } from '../../conform/compare.ts';
import type { Conformance, ScenarioConformance } from '../../conform/conformance.ts';
import { KNOWN } from './known.ts';
import { RANDOM_RUNS } from './random-runs.ts';

export interface Run extends Conformance {
  readonly table: string;
  readonly kernel: string;
}

export const pageOf = (runs: readonly Run[], missing: readonly string[], races: readonly Run[]): string =>
  `${[
    ORIGIN,
    INTRODUCTION,
    '## One operation after the other',
    SEQUENTIAL,
    table(HEADS, runs.map(row)),
    ...(missing.length > 0 ? [`Not compared, as the design does not exist yet: ${missing.join(', ')}.`] : []),
    '### What differs',
    differences(runs),
    '### What the model does not have',
    table(['what', 'operations that were not compared for it'], notModelled(runs)),
    NOT_IN_A_LAYER,
    '## Random scenarios',
    RANDOM,
    table(
      ['kernel', 'filesystem', 'seed', 'scenarios', 'operations', 'compared', 'differences'],
      RANDOM_RUNS.map((r) =>
        [r.kernel, r.fs, r.seed, r.scenarios, r.operations, r.compared, r.differences].map((cell) => String(cell)),
      ),
    ),
    RANDOM_OPEN,
    '## Two calls at once',
    RACES,
    table(
      [
        'kernel',
        'filesystem',
        'design',
        'pairs from a state',
        'runs',
        'outcomes seen',
        'of these the model allows',
        'never seen',
      ],
      races.map(raceRow),
    ),
    '### What the model does not allow',
    differences(races),
    '### What was never seen',
    ...races.map(neverSeen),
    '## Not done yet',
    NOT_DONE,
  ].join('\n\n')}\n`;

const ORIGIN =
  '<!-- Made by `npm run docs` from the comparisons. Do not edit: lab/conformance/page.ts has the words. -->';

const INTRODUCTION = `# What running kernels did, beside their designs

Nobody has to believe the model: it is held beside kernels that run, by \`faultline conform\`
([how](how-to/compare-with-a-kernel.md)). A test does it for every recorded table, and fails on a difference that
is not listed below with its cause.`;

const SEQUENTIAL = `Stock kernels of a distribution ran under QEMU (x86-64, emulated persistent memory, mounted with \`dax=always\`). Each was put through
50 scenarios with 324 operations; two boots gave the same table each time, and \`npm run lab\` makes
them again (6.12 on ext4 in CI, 6.1 and xfs in the nightly run). An operation that only prepares the file is not counted
here: the model begins with what it leaves. *Facts* are what was held beside each other: what the caller sees (value or signal,
faults, mtime, blocks, length); PTE or PMD of each page of each mapping and the page's entry with its tags; the list of faults
and fs_dax tracepoints of the operation.`;

const NOT_IN_A_LAYER = `In the operations that are compared, these are not: whether a fault counts as major; ctime; the accessed bit; which physical block it
is (only whether PTE and entry have the same); the range that a write-back was asked for; attempts at a PMD that fall back to a PTE; of files
of several MiB the pages that no scenario names. The minor faults of a call in a forked child count its own pages, too.`;

const NOT_DONE = `- Races on xfs and on 7.2; sequences on a side, such as a store and then fsync; two address spaces; fork in a race. Thousands of runs of each pair.
- Raw traces of a user's own; counterexamples replayed on a running kernel.
- Random scenarios that differ are not made smaller by themselves.`;

const RANDOM = `\`npm run lab -- --random 500 --seed 11\` boots a kernel and puts it through random scenarios: a file of four pages, prepared as a hole, written or
allocated; two mappings, shared, read-only or private; 8 to 12 operations: loads, stores, read, write, fsync, msync, punch, truncate,
\`MADV_DONTNEED\`, mprotect, and accesses of a forked child. In every layer, as above.`;

const RANDOM_OPEN = `Open: in the two differences of seed 11 a store of a forked child to a private copy trapped twice, within 57 µs, and one of the two faults was not
counted; eight others trapped once. What the caller sees, PTEs and entries agree. Nobody else ran, so no interleaving of the model explains it.`;

const RACES = `\`npm run lab -- --races\` runs two calls on two CPUs, on one page of a file that is mapped once: every pair of load, store, read, write, fsync, punch, truncate
and \`MADV_DONTNEED\`, from four states of the page (hole, the zero page mapped, a clean block mapped, a dirty one), with delays on either side. An
outcome is what each call returned, the faults of both, whether the mtime moved, blocks, and PTE and entry afterwards. It
has to be one that some interleaving of the model comes to.`;

const raceRow = (run: Run): string[] => {
  const all = run.scenarios.flatMap((s) => s.race ?? []);
  const seen = all.flatMap((r) => r.seen);
  const figures = [run.scenarios.length, all.reduce((n, r) => n + r.runs, 0), seen.length];
  const allowed = seen.filter((s) => s.allowed).length;
  const never = all.reduce((n, r) => n + r.notSeen.length, 0);
  return [run.kernel, run.config.fs, `\`${run.design}\``, ...[...figures, allowed, never].map(String)];
};

const neverSeen = (run: Run): string =>
  [
    `The model allows these as well in ${run.kernel}, and nothing came to them:`,
    '',
    ...run.scenarios.flatMap((s) => (s.race?.notSeen ?? []).map((o) => `- ${s.name}: ${o}`)),
  ].join('\n');

const HEADS = [
  'kernel',
  'filesystem',
  'design',
  'operations',
  'compared',
  'what the caller sees',
  'PTEs and entries',
  'events',
  'differences',
];

const sum = (run: Run, of: (s: ScenarioConformance) => number): string =>
  String(run.scenarios.reduce((n, s) => n + of(s), 0)).replace(/\B(?=(\d{3})+$)/g, ',');

const row = (run: Run): string[] => {
  const layer = (name: Layer): string => sum(run, (s) => s.facts[name]);
  return [
    run.kernel,
    run.config.fs,
    `\`${run.design}\``,
    sum(run, (s) => s.operations),
    sum(run, (s) => s.compared),
    layer('user'),
    layer('state'),
    layer('events'),
    sum(run, (s) => s.differences.length),
  ];
};

function differences(runs: readonly Run[]): string {
  const rows = KNOWN.filter((k) => runs.some((r) => r.table === k.table));
  if (rows.length === 0) return 'Nothing, in any layer.';
  return table(
    ['table', 'scenario', 'what', 'cause'],
    rows.map((k) => [k.table, k.scenario, k.what, k.cause]),
  );
}

function notModelled(runs: readonly Run[]): string[][] {
  const reasons = new Map<string, Map<string, number>>();
  for (const run of runs) {
    for (const { notModelled: what, operations, compared } of run.scenarios) {
      if (what === undefined) continue;
      const by = reasons.get(what) ?? new Map<string, number>();
      reasons.set(what, by);
      const where = `${run.design} on ${run.config.fs}`;
      by.set(where, (by.get(where) ?? 0) + operations - compared);
    }
  }
  return [...reasons].map(([what, by]) => [what, [...by].map(([where, n]) => `${where}: ${n}`).join('; ')]);
}

const table = (heads: readonly string[], rows: readonly (readonly string[])[]): string =>
  [heads, heads.map(() => '---'), ...rows].map((r) => `| ${r.join(' | ')} |`).join('\n');
