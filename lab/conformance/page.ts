/** docs/conformance.md, made from the comparisons themselves. */
import type { Layer } from '../../conform/compare.ts';
import type { Conformance, ScenarioConformance } from '../../conform/conformance.ts';
import { KNOWN } from './known.ts';
import type { JudgedRaces } from './races.ts';
import { EXPLAINED, RANDOM_RUNS } from './random-runs.ts';

export interface Run extends Conformance {
  readonly table: string;
  readonly kernel: string;
}

export const pageOf = (runs: readonly Run[], missing: readonly string[], races: readonly JudgedRaces[]): string =>
  `${[
    ORIGIN,
    INTRODUCTION,
    '## One operation after the other',
    SEQUENTIAL,
    table(HEADS, runs.map(row)),
    ...(missing.length > 0 ? [`Not compared, as the design does not exist yet: ${missing.join(', ')}.`] : []),
    '### What the model does not have',
    table(['what', 'operations that were not compared for it'], notModelled(runs)),
    NOT_IN_A_LAYER,
    '## Random scenarios',
    RANDOM,
    table(
      ['kernel', 'filesystem', 'seed', 'scenarios', 'operations', 'compared', 'explained below', 'other differences'],
      RANDOM_RUNS.map((r) =>
        [r.kernel, r.fs, r.seed, r.scenarios, r.operations, r.compared, r.known, r.differences].map((cell) =>
          String(cell),
        ),
      ),
    ),
    '### What differs',
    table(
      ['what', 'designs', 'cause'],
      [
        ...KNOWN.map((k) => [k.title, k.designs.join(', '), k.cause]),
        ...EXPLAINED.map((e) => [
          `${e.title} (${e.scenarios.map((s) => `\`${s}\``).join(', ')})`,
          e.designs.join(', '),
          e.cause,
        ]),
      ],
    ),
    '## Two sides at once',
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
        'of these with `thp=on`',
        'explained above',
        'never seen',
      ],
      races.map(raceRow),
    ),
    'What the model allows and was never seen: [a list](conformance-never-seen.md).',
    '### What the model does not allow',
    notAllowed(races),
    '### What was seen of the findings',
    seenOfFindings(races),
  ].join('\n\n')}\n`;

const ORIGIN =
  '<!-- Made by `npm run docs` from the comparisons. Do not edit: lab/conformance/page.ts has the words. -->';

const INTRODUCTION = `# What running kernels did, beside their designs

Nobody has to believe the model: it is held beside kernels that run, by \`faultline conform\`
([how](how-to/compare-with-a-kernel.md)). A test does it for every recorded table, and fails on a difference that
is not listed below with its cause.`;

const SEQUENTIAL = `Stock kernels of a distribution ran under QEMU (x86-64, emulated persistent memory, mounted with \`dax=always\`). Each was put through
50 scenarios with 324 operations; two boots gave the same table each time, and \`npm run lab\` makes
them again (6.12 on ext4 in CI, the others in the nightly run). An operation that only prepares the file is not counted
here: the model begins with what it leaves. *Facts* are what was held beside each other: what the caller sees (value or signal,
faults, mtime, blocks, length); PTE or PMD of each page of each mapping and the page's entry with its tags; the list of faults
and fs_dax tracepoints of the operation.`;

const NOT_IN_A_LAYER = `In the operations that are compared, these are not: whether a fault counts as major; ctime; the accessed bit; which physical block it
is (only whether PTE and entry have the same); the range that a write-back was asked for; attempts at a PMD that fall back to a PTE; of files
of several MiB the pages that no scenario names. The minor faults of a call in a forked child count its own pages, too.`;

const RANDOM = `\`npm run lab -- --random 500 --seed 11\` boots a kernel and puts it through random scenarios: a file of four pages, prepared as a hole, written or
allocated; three mappings, shared, read-only, private, MAP_SYNC or MAP_POPULATE, one of them another process's; 8 to 12 operations: loads, stores, read, write, fsync,
msync, punch, fallocate, zero-range, truncate, \`MADV_DONTNEED\`, mprotect, munmap with a new mapping, and accesses of a forked child. One scenario of ten is on a file of
2 MiB, mapped by a PMD where that may be. In every layer, as above. (The rows up to seed 13 are of a generator without the other process and munmap; up to 24 it had no
fallocate, zero-range, MAP_SYNC, MAP_POPULATE and huge pages.)`;

const RACES = `\`npm run lab -- --races\` runs two sides on two CPUs, with delays on either, on a small file and on one of 2 MiB: some 1,380 pairs from a state each.
(\`--only huge-\` runs those whose names begin so.)

- Every pair of load, store, read, write, fsync, msync, punch, truncate, \`MADV_DONTNEED\` and mprotect, on one page that is mapped once, from four states of the page
  (hole, the zero page mapped, a clean block mapped, a dirty one).
- The same with the mapping of another process, which is in an address space of its own; with the other page.
- Several calls on a side, as a store and then fsync, against one call of the other side, or against the same in another process.
- A child that is forked on one side and loads or stores, against calls of its parent; private mappings, with fork and without.
- munmap against calls on the mapping that it takes away, on the file, and in another process; fallocate and zero-range; mmap with MAP_POPULATE, shared
  and private.
- Calls on two pages at once (write, punch, zero-range, fsync, \`MADV_DONTNEED\`, truncate) against each other, against calls on either page, and against accesses of one page and
  then the other; then the file is read. (\`both-\`)
- A file of 2 MiB that is mapped by a PMD: calls on one of its pages against each other, calls on all of it against accesses and fsync, the other page, and a PMD of another process.
  (\`huge-\`)

An outcome is what each call returned and got, the faults of both, whether the mtime moved, blocks, and PTE and entry afterwards. It
has to be one that some interleaving of the model comes to, with \`pte-gap=on\`; of files of 2 MiB with \`thp=on\`, and on ext4 \`es-cache=on\`. (Where one side forks, populates or gets a signal, faults are not
compared: the observer has some of its own.) A call on several pages is one for each page in the model, but for write(2), so that what others do in between is
allowed as well. A mapping that is too small for a PMD is held beside the design without attempts at one, which is an approximation for speed: kernels call
\`->huge_fault\` whatever the mapping's size (\`create_huge_pmd()\`, mm/memory.c), and it falls back. So what that does not come to is held beside the design with
\`thp=on\` before it is called not allowed; such are counted apart. (6.12: a store beside munmap(2) has updated the mtime, allocated nothing, and gets SIGSEGV: under the lock of its
VMA \`->huge_fault\` comes before \`vmf_can_call_fault()\` asks for mmap_lock, and then there is no VMA.) A boot with five runs of each takes five to fifteen minutes; it is held beside the design in two to
six. What came of it is stored, \`npm run races\` makes it again, and the tests judge some of the pairs anew.`;

/** Of one kernel. */
const raceRow = ({
  kernel,
  fs,
  design,
  pairs,
  runs,
  outcomes,
  allowed,
  attempted,
  known,
  never,
}: JudgedRaces): string[] => [
  kernel,
  fs,
  `\`${design}\``,
  ...[pairs, runs, outcomes, allowed, attempted, total(known), Object.values(never).flat().length].map((n) =>
    grouped(n),
  ),
];

const total = (by: Readonly<Record<string, number>>): number => Object.values(by).reduce((a, b) => a + b, 0);

const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ',');

function notAllowed(races: readonly JudgedRaces[]): string {
  const rows = races.flatMap((r) => r.differences.map((d) => [r.kernel, r.fs, d]));
  return rows.length === 0 ? 'Nothing.' : table(['kernel', 'filesystem', 'what'], rows);
}

function seenOfFindings(races: readonly JudgedRaces[]): string {
  const rows = races.map(({ kernel, fs, skipped }) => {
    const pairs = Object.entries(skipped).sort(([, a], [, b]) => b - a);
    const most = pairs.slice(0, 4).map(([pair, n]) => `\`${pair}\` (${n})`);
    return [kernel, fs, String(pairs.reduce((n, [, times]) => n + times, 0)), String(pairs.length), most.join(', ')];
  });
  return `${FINDING_U}\n\n${table(['kernel', 'filesystem', 'runs', 'of pairs', 'most often'], rows)}`;
}

const FINDING_U = `[U](findings.md#u-510-and-61-fsync-skips-an-entry-that-is-locked): fsync skips an entry that is locked. No hold or delay in the kernel is
needed for it: in these runs every fsync and msync returned 0, and the entry was still tagged TOWRITE, which is what an fsync leaves that went past it.`;

const NEVER_INTRODUCTION = `# What the model allows and no run came to

Outcomes of [two sides at once](conformance.md#two-sides-at-once) that the model has, and that the kernel was not seen to come to. Some
need a delay at one place; some may be a mistake of a model that allows too much. A line has the pair, with the state that it began from.`;

/** docs/conformance-never-seen.md */
export function neverPageOf(races: readonly JudgedRaces[]): string {
  const where = new Map<string, string[]>();
  for (const { kernel, fs, never } of races) {
    for (const line of Object.entries(never).flatMap(([pair, all]) => all.map((o) => `- ${pair}: ${o}`))) {
      where.set(line, [...(where.get(line) ?? []), `${kernel.replace('Linux ', '')} on ${fs}`]);
    }
  }
  const byKernels = new Map<string, string[]>();
  for (const [line, kernels] of where) {
    const heading = kernels.join(', ');
    byKernels.set(heading, [...(byKernels.get(heading) ?? []), line]);
  }
  const sections = [...byKernels].map(([heading, lines]) => `## ${heading}\n\n${lines.join('\n')}`);
  return `${[ORIGIN, NEVER_INTRODUCTION, ...sections].join('\n\n')}\n`;
}

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
  grouped(run.scenarios.reduce((n, s) => n + of(s), 0));

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
