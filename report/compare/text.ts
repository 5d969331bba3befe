/** The text of `faultline compare`: answers, verdicts, where what is unsafe, costs, and counterexamples under other designs. */
import { cellText, inPanels, splitHeading } from '../matrix.ts';
import { count, WIDTH, wrap } from '../text.ts';
import { jointVerdict, lengthOf, type Run } from '../verdicts.ts';
import { answersOf, COST_SCENARIOS } from './answers.ts';
import {
  allRuns,
  type Comparison,
  comparedBounds,
  type ScenarioCosts,
  shownProperties,
  type Variant,
} from './comparison.ts';
import { costRows, costTexts, endless } from './cost-rows.ts';
import { alikeText, BEHIND, differingRows, isOneScenario, nameOf, SHARED, sharedTexts } from './differing.ts';
import { replayedGroups, stepText } from './replayed-text.ts';

type Section = readonly string[];

/** @param width of the tables, in characters @param brief tables only */
export function comparisonText(c: Comparison, width: number, brief: boolean): string {
  const sections: Section[] = [
    answers(c, width),
    verdicts(c, width),
    differing(c, width),
    unsafe(c),
    shared(c),
    costs(c, width),
    ...(brief ? [] : [...c.followed.map(followedText), costsKey(c)]),
    closing(c),
  ];
  return sections
    .filter((s) => s.length > 0)
    .map((s) => `${s.join('\n')}\n`)
    .join('\n');
}

/** A table with a column per variant. @param rows label and a cell per variant */
function byVariant(
  corner: string,
  variants: readonly Variant[],
  rows: readonly (readonly [label: string, cells: readonly string[]])[],
  width: number,
): string[] {
  const columns = variants.map((v, i) => ({
    heading: v.label.split(' ').flatMap(splitHeading),
    cells: rows.map(([, cells]) => cells[i] ?? ''),
  }));
  return inPanels([corner, ...rows.map(([label]) => label)], columns, width);
}

function answers(c: Comparison, width: number): Section {
  const rows = answersOf(c).map(({ text, answers: cells }) => [text, cells] as const);
  const title = c.asked ? 'violated, of those asked' : 'properties that it violates';
  const harm = [title, c.variants.map((_, i) => harmText(c, i))] as const;
  return byVariant('in short', c.variants, allRuns(c).length > 0 ? [...rows, harm] : rows, width);
}

/** `3`, `none`; with `?` where some verdict is unknown. */
function harmText(c: Comparison, variant: number): string {
  const runs = c.runs[variant]!;
  if (runs.length === 0) return '?';
  const verdicts = shownProperties(c).map((id) => jointVerdict(runs, id)?.verdict);
  const violated = verdicts.filter((v) => v === 'violated').length;
  const open = verdicts.includes('unknown') ? ' ?' : '';
  return `${violated === 0 ? 'none' : violated}${open}`;
}

/** Cells that say nothing. */
const SILENT = new Set(['n/a', '-']);

function verdicts(c: Comparison, width: number): Section {
  const runs = allRuns(c);
  if (runs.length === 0) return [];
  const all = shownProperties(c).map((id) => [id, c.runs.map((own) => cellText(own, id))] as const);
  const rows = all.filter(([, cells]) => cells.some((cell) => !SILENT.has(cell)));
  const silent = all.filter((row) => !rows.includes(row)).map(([id]) => id);
  const scenarios = new Set(runs.map((r) => r.scenario)).size;
  return [
    ...byVariant(`verdicts, ${count(scenarios, 'scenario')}`, c.variants, rows, width),
    ...wrap(`holds: in every interleaving, over ${comparedBounds(c)}.`, WIDTH, 2),
    'violated N: the shortest counterexample has N steps.',
    ...(silent.length > 0 ? wrap(`Not applicable to any of them here: ${silent.join(', ')}.`, WIDTH, 2) : []),
  ];
}

/** By scenario, where the table above is of several; else only that nothing differs. */
function differing(c: Comparison, width: number): Section {
  const alike = alikeText(c);
  if (alike !== undefined) return [alike];
  const rows = isOneScenario(c) ? [] : differingRows(c);
  return rows.length === 0 ? [] : byVariant('where they differ', c.variants, rows, width);
}

/** What equal cells do not say. */
function shared(c: Comparison): Section {
  const texts = sharedTexts(c);
  if (texts.length === 0) return [];
  return [SHARED, ...texts.flatMap((t) => wrap(`  ${t}`, WIDTH, 6)), ...wrap(BEHIND, WIDTH, 2)];
}

/** Which design violates what in which scenarios. */
function unsafe(c: Comparison): Section {
  if (allRuns(c).length === 0) return [];
  const lines = c.variants.flatMap((variant, i) => {
    const told = shownProperties(c).flatMap((id) => {
      const where = placesOf(c.runs[i]!, id);
      return where.length === 0 ? [] : [`${id} in ${where.join(', ')}`];
    });
    return told.length === 0 ? [] : wrap(`  ${variant.label}: ${told.join('; ')}`, WIDTH, 6);
  });
  if (lines.length === 0) return ['Unsafe: none of them, in these scenarios.'];
  return ['Unsafe, and where (steps of the shortest counterexample):', ...lines];
}

/** `load-write (25)`: the scenarios in which a property is violated. */
function placesOf(runs: readonly Run[], id: string): string[] {
  const shortest = new Map<string, number>();
  for (const run of runs) {
    const result = run.properties.find((p) => p.id === id && p.verdict === 'violated');
    if (!result) continue;
    const name = nameOf(run);
    shortest.set(name, Math.min(shortest.get(name) ?? Number.POSITIVE_INFINITY, lengthOf(result)));
  }
  return [...shortest].map(([name, steps]) => `${name} (${steps})`);
}

/** One table: the scenarios one below the other, so that all have the same columns. */
function costs(c: Comparison, width: number): Section {
  const rows = c.costs.flatMap((row) => {
    const own = costRows(c, row).map((r) => [`  ${r.label}`, r.cells] as const);
    return own.length === 0 ? [] : [[row.scenario, []] as const, ...own];
  });
  if (rows.length === 0) return [];
  return [
    ...byVariant('costs, best..worst run', c.variants, rows, width),
    ...endless(c).flatMap((t) => wrap(t, WIDTH, 2)),
    ...wrap('Over all interleavings, each cost by itself; what is 0 in all designs is left out.', WIDTH, 2),
    ...(c.costs.some(isAlone) && !c.costs.every(isAlone)
      ? wrap('The scenarios of one thread are always counted: nothing but the design decides there.', WIDTH, 2)
      : []),
  ];
}

const isAlone = ({ scenario }: ScenarioCosts): boolean => COST_SCENARIOS.includes(scenario);

/** What is counted and what is not, a paragraph per cost. */
const costsKey = (c: Comparison): Section =>
  c.costs.length === 0 ? [] : ['What is counted:', ...costTexts(c).flatMap((t) => wrap(`  ${t}`, WIDTH, 4))];

function followedText({ of, run, result, under }: Comparison['followed'][number]): Section {
  const trace = result.trace ?? [];
  const head = `${of.label} violates ${result.id} in "${run.scenario}" (${count(trace.length, 'step')}); its run under the others:`;
  let told: number | undefined;
  const lines = replayedGroups({ under, result }).flatMap(({ variants, does, refused }) => {
    const who = variants.join(', ');
    if (refused === undefined) return wrap(`  ${who}: ${does}`, WIDTH, 6);
    const step = refused === told ? [] : wrap(`  step ${refused + 1}, ${stepText(trace[refused]!)}: refused`, WIDTH, 6);
    told = refused;
    return [...step, ...wrap(`    ${who} instead: ${does}`, WIDTH, 8)];
  });
  return [...wrap(head, WIDTH, 2), ...lines];
}

function closing(c: Comparison): Section {
  const runs = allRuns(c);
  const out: string[] = [];
  const violated = shownProperties(c).filter((id) => jointVerdict(runs, id)?.verdict === 'violated');
  if (c.failed.length > 0)
    out.push(`Exit code 2: ${count(c.failed.length, 'run')} did not come about, see the errors.`);
  if (violated.length > 0) out.push(`Exit code 1: violated: ${violated.join(', ')}.`);
  if (c.vacuous.length > 0) out.push(`Exit code 1: vacuous: ${c.vacuous.join(', ')} (--allow-vacuous accepts that).`);
  if (!isComplete(c)) out.push('Exit code 3: a limit was hit, so that something is unknown.');
  const states = runs.reduce((n, r) => n + r.states, 0);
  return [
    ...out.flatMap((t) => wrap(t, WIDTH, 2)),
    `Done. runs=${runs.length} states=${states} sec=${c.seconds.toFixed(2)}`,
  ];
}

/** Whether no limit was hit anywhere. */
export const isComplete = (c: Comparison): boolean =>
  allRuns(c).every((r) => r.complete && r.properties.every((p) => p.verdict !== 'unknown')) &&
  c.costs.every((row) => row.costs.every((d) => d === undefined || d.operations !== undefined));
