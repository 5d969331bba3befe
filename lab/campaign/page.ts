/** docs/campaign.md, made from the stored results and the causes. */
import { CAUSES, type Cause } from './causes.ts';
import type { CampaignResults, MetResult } from './results.ts';

export function pageOf(all: readonly CampaignResults[]): string {
  return `${INTRODUCTION}
${figuresOf(all)}
${causesOf(all)}
${unexplainedOf(all)}
${MISTAKES}`;
}

const INTRODUCTION = `# A standing campaign

\`\`\`
npm run campaign -- --minutes 60 --seed 7
\`\`\`

explores random closed scenarios (up to three processes of three operations on two pages, every operation, one or two settings) over
all designs, judges every property, and explores every eighth run a second and third time: by XState itself and reduced, if it
is small. A scenario with more than 20,000 states is judged as far as it was explored.

\`lab/campaign/known.ts\` has a rule for every violation that is explained. A rule names one cause: the property, the designs, what the
property says, and what happens in the shortest run. What no rule explains is new. It is shrunk, printed, and kept as
a file in \`lab/campaign/cases/\`; the exit code is 1 then. Two new violations are of one kind if design, property and the functions of
the deciding and of the last step are the same.

A rule sees the shortest run. A second way to violate the same property in the same scenario, with a longer run, is behind it; in
other scenarios it comes first.

\`--survey\` shrinks nothing and goes on; \`--design ID\` chooses; \`--log FILE\` writes down the cases with violations, and \`--again FILE\` judges
those again, after a change of the model or of the rules; \`--store\` writes this page.
`;

const MISTAKES = `## Mistakes that it has found

| found | what it was |
|---|---|
| \`a=hole: [private] freeze; store a\` violates \`no-write-when-frozen\` | a mistake of the property, which is about shared translations: mended |
| \`[maps=a] load b\` ends with an internal error | an access outside of what the process maps is refused now where it is written |
| \`a=hole: store a \\|\\| pin a\` violates \`mtime-on-write\` | a mistake of the model: the fault of \`get_user_pages()\` was none of an access: mended |
| \`unpin\` alone ends with an internal error | mended |
| \`a=hole: punch a \\|\\| store a\` violates \`no-stale-read\` in v4.1, and \`a=hole: store a; writeback \\|\\| punch a\` in wp-shared-* | a mistake of the model: punch was taken to remove, at its very end, what was stored after its second unmap, too: mended |
| \`a=block, b=block: truncate a; freeze \\|\\| write b; pin a \\|\\| [maps=a] munmap a; writeback\` violates \`no-deadlock\` in v6.1 by a run that ends in waiting for the thaw | a mistake of the explorer: there is a deadlock (AE), but the run that was shown, as short and with fewer switches, ends where somebody waits for the environment: mended |
| \`a=unwritten, b=unwritten: store a; munmap b \\|\\| fsync\` violates \`no-mapping-after-munmap\` in v4.14 with \`thp=on\` | a mistake of the model: munmap of a part of a huge page looked at the PMD without its lock, while fsync has it none for a moment; \`split_huge_pmd_address()\` takes the lock: mended |
| \`a=unwritten: write a \\|\\| truncate a; write a\` ends with an internal error with \`errors=on\`, unless freed blocks are reused | a write(2) that fails behind \`i_size\` frees, too: mended |
| \`a=hole: store a \\|\\| mprotect ro; mprotect rw; writeback\` violates \`mtime-on-write\` in write-flag-no-replace with \`pte-gap=on\` | a mistake of the property: a PTE that is cleared and set again was taken for one that mprotect has made writable: mended |
| \`a=hole: [mm2 private] store a \\|\\| [mm2 private] load a; truncate a\` in v6.12 with \`thp=on\`: a reduced search finds another length of a run that never ends | a mistake of the explorer: monitors of other properties made such a run longer: mended |
`;

const figuresOf = (all: readonly CampaignResults[]): string =>
  [
    '## What was run',
    '',
    'Wall-clock time, on a machine that did much other work as well. In the order of time: 1001, 2002, 3003, 4004, 5005, 8008, 9009, 1122, 3131, 3132. 1001 was made before',
    'v6.12 and v7.2 were there, and it and 2002 before the first mistakes below were mended; what they met was judged again, by the rules of now. In 2002 v7.2 was missing; 3003 is of',
    'v7.2 alone. All others are of all designs. Rules were added or widened for three violations that 4004 met and six of 5005, and these were',
    'judged again. One of the six was a way to read zeros for good that had not been seen before ([AJ](findings.md#aj-huge-pages-thpon), whose entry write(2) deletes).',
    '8008, of 75 minutes, is the first with fallocate, zero-range, populate, the journal and five properties of calls: eighteen kinds fitted no',
    'rule. All were followed through the source; one is a new cause (AN.7), one a second way to lose a store (S, of a clean entry), and mistakes of the model that they led to',
    'are among the rows below. What it met was judged again, by the rules and the model as mended. 9009 ran when nearly all of that was done, and met one that fitted no rule',
    '(Q, where ext4 zeroes what the fault would). 1122 is the first with poke. Of the ten kinds that fitted no rule one was a mistake of a',
    'property and one of the explorer (the last rows below), and one a cause that had no section',
    '([AP](findings.md#ap-45-to-49-a-pte-that-goes-and-comes-back)); its figures are what it printed, and the nine violations of those mistakes are not among them. 3131, which stood still for a third of its time, met',
    'five kinds without a rule, of three causes: F (a fault of 4.1 that maps a block which fallocate has put under a hole page, and does not look for the page again), AP in write-faults-2016, and of AJ the PTEs that fsync of',
    'an entry of the range does not see (06083a0921fd).',
    '3132, on the model and the rules as mended, is the first with MAP_SYNC, with mappings that no huge page fits, and with a write(2) of two pages: it met nothing without a rule.',
    'Since then a freeze waits for writers: the cases with both were judged again, and one of 1001 (P, a freeze beside punch) is none any more.',
    '',
    '| seed | minutes | designs | runs | complete | by several engines | violations | unexplained |',
    '|---|---|---|---|---|---|---|---|',
    ...all.map(
      (r) =>
        `| ${r.seed} | ${[r.minutes, r.designs, r.runs, r.complete, r.compared, violationsOf(r), Object.keys(r.unexplained).length].map((n) => n.toLocaleString('en')).join(' | ')} |`,
    ),
    '',
    all.some((r) => Object.keys(r.unexplained).some((k) => k.includes(' engines ')))
      ? 'Engines disagreed: see below.'
      : 'The engines disagreed once, in 1122: a mistake that was mended (below).',
    '',
  ].join('\n');

const metIn = (r: CampaignResults): MetResult[] => [...Object.values(r.causes), ...Object.values(r.unexplained)];
const violationsOf = (r: CampaignResults): number => metIn(r).reduce((n, met) => n + met.violations, 0);

function causesOf(all: readonly CampaignResults[]): string {
  const rows = (Object.keys(CAUSES) as Cause[]).flatMap((cause) => {
    const met = all.flatMap((r) => r.causes[cause] ?? []);
    if (met.length === 0) return [];
    const { status, what, section } = CAUSES[cause];
    const violations = met.reduce((n, m) => n + m.violations, 0).toLocaleString('en');
    const shortest = met.reduce((a, b) => (b.steps < a.steps ? b : a));
    return `| [${cause}](findings.md#${section}) | ${what} | ${status} | ${violations} | ${textOf(shortest)} |`;
  });
  return [
    '## What was met',
    '',
    '*known*: a fix or a report exists; the commit is named here or in the section. *finding*: derived by exploring. *sentence*: no bug; the property counts it.',
    '*variant*: a design that was never a kernel. The shortest case is the shortest met, not shrunk.',
    '',
    '| | cause | | violations | shortest case met |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

const textOf = ({ design, scenario, config, property, steps }: MetResult): string =>
  `\`${property}\`, ${steps} steps: ${design}${config.map((c) => ` \`${c}\``).join('')} \`${scenario.replaceAll('|', '\\|')}\``;

function unexplainedOf(all: readonly CampaignResults[]): string {
  const open = all.flatMap((r) => Object.entries(r.unexplained).map(([kind, met]) => ({ seed: r.seed, kind, met })));
  if (open.length === 0) return 'Every violation is explained.\n';
  return [
    'Not explained:',
    '',
    '| seed | kind | violations | shortest case met |',
    '|---|---|---|---|',
    ...open.map(({ seed, kind, met }) => `| ${seed} | ${kind} | ${met.violations} | ${textOf(met)} |`),
    '',
  ].join('\n');
}
