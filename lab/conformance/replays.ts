/** docs/replays.md, made from the stored results of `faultline replay --json`. */
import { stepsText } from '../../report/replay.ts';
import type { Replay, RunOutcome } from '../replay/judge.ts';
import { matrixText, type StoredReplays, storedViolations } from './matrix.ts';

/** A design is of a series: what it was replayed on else is a control. */
const isOwn = ({ kernel }: StoredReplays, { design }: Replay): boolean => kernel.startsWith(`${design.slice(1)}.`);

export function pageOf(all: readonly StoredReplays[]): string {
  const cases = all.flatMap((s) => s.replays.map((replay) => ({ ...s, replay, own: isOwn(s, replay) })));
  const own = cases.filter((c) => c.own);
  const other = cases.filter((c) => !c.own);
  const refuted = own.filter((c) => c.replay.verdict === 'refuted');
  const unreachable = own.filter((c) => c.replay.verdict === 'not reachable by holds');
  return `${[
    ORIGIN,
    INTRODUCTION,
    table(HEADS, own.map(row)),
    FSYNC,
    ...(refuted.length > 0 ? ['## What was refuted', REFUTED, refuted.map(refutedText).join('\n')] : []),
    ...(other.length > 0
      ? ['## On another kernel', OTHER, table(HEADS, other.map(row)), other.map(refutedText).join('\n')]
      : []),
    '## Every violation of the default scenarios',
    MATRIX,
    matrixText(storedViolations(), all),
    '## What cannot be reached by holds',
    CLASSES,
    ...(unreachable.length > 0 ? [unreachable.map(refutedText).join('\n')] : []),
    '## How each went',
    ...sections(own),
  ].join('\n\n')}\n`;
}

interface Case extends StoredReplays {
  readonly replay: Replay;
}

const HEADS = ['kernel', 'filesystem', 'scenario', 'property', 'steps', 'verdict', 'runs', 'control'];

const row = ({ kernel, fs, replay: r }: Case): string[] => [
  kernel,
  fs,
  where(r.scenario, r.config).replaceAll('|', '\\|'),
  r.property,
  String(r.length),
  r.verdict,
  outcomes(r.runs),
  r.control.length === 0 ? 'none' : outcomes(r.control),
];

const where = (scenario: string, config: readonly string[] = []): string =>
  [`\`${scenario}\``, ...config.map((c) => `\`${c}\``)].join(' ');

const outcomes = (runs: readonly RunOutcome[]): string =>
  `${runs.filter((r) => r.outcome === 'as predicted').length} of ${runs.length}`;

function refutedText({ kernel, fs, replay: r }: Case): string {
  const texts = new Set(r.runs.flatMap(whatDiffers));
  const what = r.why ?? [...texts].join('; ');
  return `- ${kernel}, ${fs}, ${where(r.scenario, r.config)}, ${r.property}: ${what}.`;
}

function whatDiffers({ missed, differences }: RunOutcome): string[] {
  if (!missed)
    return differences.map((d) => `after turn ${d.turn} ${d.what} is "${d.kernel}", in the model "${d.model}"`);
  const stacks = Object.entries(missed.stacks).filter(([, text]) => text !== '');
  const where = stacks.map(
    ([process, text]) => `, ${process} in \`${text.split(' < ').slice(0, 2).join('()` of `')}()\``,
  );
  return [`in turn ${missed.turn} ${missed.how}${where.join('')}`];
}

/** Of each run of the model once, with all that it was performed on. */
function sections(cases: readonly Case[]): string[] {
  const groups = new Map<string, Case[]>();
  for (const c of cases) {
    const { scenario, config, property, turns, damage } = c.replay;
    const key = JSON.stringify([scenario, config, property, damage, turns]);
    groups.set(key, [...(groups.get(key) ?? []), c]);
  }
  return [...groups.values()].flatMap((group) => {
    const { replay: r } = group[0]!;
    const on = group.map((c) => `${c.kernel} (${c.fs}): ${c.replay.verdict}`).join('; ');
    const seen = group.map((c) => c.replay.runs.at(0)?.seen).find((s) => s !== undefined);
    return [
      `### ${r.property}: ${where(r.scenario, r.config)}`,
      `${r.damage ?? ''}. ${on}.`.replace(/^\. /, ''),
      table(
        ['turn', 'process', 'of the run', 'then'],
        r.turns.map((t, n) => [String(n + 1), t.process, stepsText(t.steps), t.hold.replaceAll('_', '\\_')]),
      ),
      ...(seen ? [`Seen where it ended, in the first run (\`T1 0\` is T1's first call): ${seenText(seen)}.`] : []),
      ...warningText(group),
    ];
  });
}

const seenText = (seen: Readonly<Record<string, string>>): string =>
  Object.entries(seen)
    .map(([what, text]) => `\`${what}\` ${text}`)
    .join('; ');

function warningText(group: readonly Case[]): string[] {
  // Who it was is another one each time.
  const all = group.flatMap((c) => c.replay.runs.flatMap((r) => r.warnings.map((w) => w.replace(/,? CPU#.*$/, ''))));
  const [first] = [...new Set(all)];
  return first === undefined ? [] : [`The kernel said: \`${first}\`.`];
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(heads), line(heads.map(() => '---')), ...rows.map(line)].join('\n');
}

const ORIGIN =
  '<!-- Made by `npm run docs` from lab/conformance/replays/. Do not edit: lab/conformance/replays.ts has the words. -->';

const INTRODUCTION = `# Counterexamples on running kernels

What the checker finds in a design of a kernel that runs here was made to happen on that kernel, by \`faultline replay\`
([how](how-to/replay-on-a-kernel.md)): stock kernels of Debian under QEMU, x86-64, emulated persistent memory, \`dax=always\`. Each
counterexample was performed six times, with a control beside each run: the same calls, one process after the other, in an order that the
model has no objection to (none where one process alone is enough). *Runs* and *control* say how many were, in every fact that was looked at, as the model says. The
counterexamples are those of the default scenarios in which something is violated, and of some more that findings
[M](findings.md#m-ext4-zeroes-the-neighbour-one-thread-reads-stale-zeros), [N](findings.md#n-a-fault-takes-f_new-a-writer-does-not-read-its-own-write),
[O](findings.md#o-fsync-beside-punch-0-is-returned-and-the-store-is-on-no-media), [U](findings.md#u-510-and-61-fsync-skips-an-entry-that-is-locked),
[R](findings.md#r-freeze-a-store-on-a-frozen-filesystem), [AE](findings.md#ae-pins-a-block-is-freed-under-a-device), [AJ](findings.md#aj-huge-pages-thpon),
[AK](findings.md#ak-72-truncate-and-punch-forget-which-pages-are-dirty), [AM](findings.md#am-72-write2-warns-of-a-page-that-is-mapped) and
[AO](findings.md#ao-journal-handles-journalon) speak of.`;

const FSYNC = `Of \`fsync-durable\` no power cut can be tried there. *Confirmed* says: fsync has returned 0, the entry is still tagged DIRTY (or is gone), and
there was no \`dax_writeback_one\` of the page since the store. That the store is then in the CPU cache only is the model's word, and the manual's of the
processor.`;

const REFUTED = `The run of the model cannot be had on this kernel, and why. On ext4 a store's fault holds a journal handle from before it locks the entry until
after it has unlocked it (\`ext4_dax_huge_fault()\`, \`fs/ext4/file.c\`). \`ext4_sync_file()\` waits for the commit of the transaction that changed the inode last, and
a commit waits for its handles. So an fsync that skips an entry that *a store's fault* has locked does not return before that fault has ended, if
the fault's own \`file_update_time()\` is what it commits. The model has that with \`journal=on\` only ([journal](model.md#journal));
there the shortest run, 23 steps (24 with huge pages), lets the fault end while the fsync waits. So it is with \`mtime-by-msync\` of \`a=block: store a; fsync || fsync\` (30 steps, 35
with \`journal=on\`), too; its \`fsync-durable\` (26), where the other fsync has the entry locked, is confirmed. \`MAP_SYNC\` has the same: a synchronous fault commits, and waits for the
handle of a store's fault that is held. \`journal=on\` has that too: \`a=block: [sync] store a; fsync || [sync] store a; fsync\` is 25 steps there (19 without),
AJ's run on 5.10 and 6.1 54 (47), \`a=block: store a; fork; store a; fsync\` 48 on 5.10 and 6.1 and 56 on 6.12 and 7.2 (37 and 45), and they are confirmed so: kjournald2
is held where it waits for the handles. A load's
fault holds no handle, and on XFS no fault does: there the same is confirmed. So it is with msync in place of fsync: it is an fdatasync(2), for which a store's fault that has
changed the times alone commits nothing (\`a=block: store a; msync || store a\`).

One run was refuted on XFS, and the model was wrong: with \`thp=on\`, in \`a=unwritten, b=block: [sync] store a || [sync] store b\` on 7.2 the first fault got a huge page at once.
\`xfs_bmapi_write()\` answers with the extent that the converted one joins, which is all of the range. The model has that now, and holds \`no-warn\` there.`;

const MATRIX = `Steps of the shortest run, and what became of it, in each setting that such a kernel can have: each was tried on its kernel. What is *refuted* there fsync waits in, as
[above](#what-was-refuted); with \`journal=on\` the model knows that, and its run is confirmed. Not in the table, as they add nothing to it: \`block-reuse\` and \`pte-gap=on\` violate the same by the same runs (with
\`pte-gap=on\` some have a step more, in which the PTE is none). \`tlb=on\` and \`errors=on\`: [below](#what-cannot-be-reached-by-holds). ext2: these kernels have no module of
that name.`;

const CLASSES = `Of the violations of these designs, these have no replay, and why:

- With \`errors=on\` ([AC](findings.md#ac-one-error-errorson)): a hold decides who goes on when, and not what an allocation or an I/O returns.
- With \`tlb=on\` ([AB](findings.md#ab-tlbs-between-a-zap-and-its-flush)): a TLB is QEMU's own here. It cannot be looked at, and drops entries when it likes, so that neither outcome would say anything.
- Runs that go round for ever (\`store-completes\`): a replay has to end.
- \`invalidate\`: no system call does that alone. For a DAX file write(2) calls it, under the lock of the file.
- Two reads of a PMD in one inlined function, with somebody else between them: no function begins there. So it is with "bad pmd" of 5.10 and 6.1
  where MADV_DONTNEED or a fault says it ([AJ](findings.md#aj-huge-pages-thpon)). A zap of a part of the range calls \`__split_huge_pmd()\` between the two: that
  one is confirmed. So it is, too, with three-two of 5.10 (\`writable-implies-dirty\`), where a fault reads the PMD before and after it is split; that fsync looks at one PTE of a VMA is
  confirmed in another scenario.`;

const OTHER = `Counterexamples of a later design on an earlier kernel, whose own design does not have them: there they must not be confirmed.`;
