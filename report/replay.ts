/** What `faultline replay` prints. */
import type { Replay, ReplayDifference, RunOutcome } from '../lab/replay/judge.ts';
import { count, wrap } from './text.ts';

export interface ReplayReport {
  /** Its release: `6.12.117`. */
  readonly kernel: string;
  readonly fs: string;
  readonly replays: readonly Replay[];
  readonly exitCode: number;
}

const REPLAY_SCHEMA = 'faultline.replay/1';

export function replayJson({ kernel, fs, replays, exitCode }: ReplayReport): string {
  return JSON.stringify({ schema: REPLAY_SCHEMA, kernel, fs, replays, exitCode }, null, 2);
}

export function replayText({ kernel, fs, replays }: ReplayReport, width: number): string {
  const sections = replays.map((r) => [
    ...wrap(
      `${[r.design, ...(r.config ?? [])].join(' ')}, "${r.scenario}": ${r.property} on Linux ${kernel}, ${fs}: ${r.verdict}`,
      width,
      2,
    ),
    ...bodyOf(r, width).map((line) => `  ${line}`),
  ]);
  return sections.map((s) => `${s.join('\n')}\n`).join('\n');
}

function bodyOf(r: Replay, width: number): string[] {
  const lines = [
    ...wrap(r.damage ?? '', width - 2),
    ...(r.why === undefined ? [] : wrap(`Why: ${r.why}`, width - 2, 2)),
  ];
  if (r.turns.length > 0) lines.push('');
  for (const [n, { process, steps, hold }] of r.turns.entries())
    lines.push(...wrap(`${n + 1}. ${process}, ${stepsText(steps)}: ${hold}`, width - 2, 3));
  if (r.runs.length > 0) lines.push('', ...wrap(`Runs: ${outcomesText(r.runs)}`, width - 2, 2));
  const seen = r.runs[0]?.seen ?? {};
  if (Object.keys(seen).length > 0)
    lines.push(...wrap(`Seen in the first, at the end: ${factsText(seen)}`, width - 2, 2));
  for (const text of differenceTexts(r.runs)) lines.push(...wrap(text, width - 2, 2));
  for (const text of new Set(r.runs.flatMap((o) => o.warnings)))
    lines.push(...wrap(`The kernel said: ${text}`, width - 2, 2));
  if (r.control.length > 0) {
    const order = (r.controlOrder ?? []).join(', then ');
    lines.push(...wrap(`Control, ${order}, no hold: ${outcomesText(r.control)}`, width - 2, 2));
    for (const text of differenceTexts(r.control)) lines.push(...wrap(text, width - 2, 2));
  } else if (r.runs.length > 0) lines.push('No control: one after the other it is violated, too.');
  return lines;
}

export const stepsText = ([first, last]: readonly [number, number]): string =>
  first === last ? `step ${first}` : `steps ${first} to ${last}`;

/** `6 of 6 as predicted, in 46 facts each` */
function outcomesText(runs: readonly RunOutcome[]): string {
  const good = runs.filter((r) => r.outcome === 'as predicted');
  const facts = good[0] ? `, in ${count(good[0].facts, 'fact')} each` : '';
  return `${good.length} of ${runs.length} as predicted${facts}`;
}

const factsText = (facts: Readonly<Record<string, string>>): string =>
  Object.entries(facts)
    .map(([what, text]) => `${what}: ${text}`)
    .join(' | ');

/** Each difference once, with how often it was. */
function differenceTexts(runs: readonly RunOutcome[]): string[] {
  const times = new Map<string, number>();
  for (const { differences, missed } of runs) {
    const texts = differences.map(differenceText);
    if (missed) texts.push(`turn ${missed.turn}: ${missed.how}${stacksText(missed.stacks)}`);
    for (const t of texts) times.set(t, (times.get(t) ?? 0) + 1);
  }
  return [...times].map(([text, n]) => `Differs (${n} of ${runs.length}): ${text}`);
}

const differenceText = ({ turn, what, kernel, model }: ReplayDifference): string =>
  `after turn ${turn}, ${what}: "${kernel}", and in the model "${model}"`;

const stacksText = (stacks: Readonly<Record<string, string>>): string =>
  Object.entries(stacks)
    .filter(([, text]) => text !== '')
    .map(([process, text]) => `; ${process} is in ${text}`)
    .join('');
