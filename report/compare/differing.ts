/** In which cells (a property in a scenario) the verdicts differ, and what is known of those that several violate. */
import { cellText } from '../matrix.ts';
import { count } from '../text.ts';
import { jointVerdict, lengthOf, type Run } from '../verdicts.ts';
import { allRuns, type Comparison, shownProperties } from './comparison.ts';

type Row = readonly [label: string, cells: readonly string[]];

export const nameOf = (run: Run): string => run.name ?? `"${run.scenario}"`;

/** By scenario: what some violate and others do not. A table by property hides it where all violate it somewhere. */
export function differingRows(c: Comparison): Row[] {
  return cellsOf(c).flatMap(({ label, id, own }) => {
    const judged = verdictsIn(own, id).filter((v) => v !== undefined);
    const both = judged.includes('violated') && judged.some((v) => v !== 'violated');
    return both ? [[label, own.map((runs) => cellText(runs, id))] as const] : [];
  });
}

/** Whether there is one scenario alone: then the table of verdicts says where they differ. */
export const isOneScenario = (c: Comparison): boolean => scenariosOf(c).length < 2;

/** Where nothing is violated under one and not under another; nothing of what a limit left open. */
export function alikeText(c: Comparison): string | undefined {
  const cells = cellsOf(c).map(({ id, own }) => verdictsIn(own, id));
  if (cells.length === 0 || c.variants.length < 2 || c.failed.length > 0) return undefined;
  if (cells.flat().includes('unknown') || differingRows(c).length > 0) return undefined;
  return cells.every((verdicts) => new Set(verdicts).size === 1)
    ? 'The verdicts do not differ in these scenarios.'
    : 'What is violated does not differ in these scenarios.';
}

/** Of cells that several violate: whether the run of one is also one of another. A sentence for each run. */
export function sharedTexts({ followed }: Comparison): string[] {
  return followed.flatMap(({ of, run, result, under }) => {
    const violating = under.filter(({ replayed }) => replayed.verdict === 'violated' && replayed.open === undefined);
    const same = violating.filter(({ replayed }) => replayed.violates).map(({ variant }) => variant.label);
    const refusing = violating.filter(({ replayed }) => replayed.followed < lengthOf(result));
    const told = [
      ...(same.length > 0 ? [`violates it under ${same.join(', ')}, too`] : []),
      ...(refusing.length > 0 ? [`is refused by ${refusing.map(({ variant }) => variant.label).join(', ')}`] : []),
    ];
    if (told.length === 0) return [];
    const steps = count(lengthOf(result), 'step');
    return [`${result.id} in ${nameOf(run)}: the run of ${of.label} (${steps}) ${told.join(', and ')}`];
  });
}

export const SHARED = 'Violated under several of them; equal lengths need not be equal bugs:';
/** What a cell that several violate does not say. */
export const BEHIND =
  'A longer run of another bug is not seen behind a shorter one: look for it with --scenario, in one in which some of ' +
  'them hold.';

interface Cell {
  readonly label: string;
  /** The property. */
  readonly id: string;
  /** By variant: its runs in the scenario. */
  readonly own: readonly (readonly Run[])[];
}

const scenariosOf = (c: Comparison): string[] => [...new Set(allRuns(c).map(nameOf))];

const cellsOf = (c: Comparison): Cell[] =>
  shownProperties(c).flatMap((id) =>
    scenariosOf(c).map((name) => ({
      label: `${id} in ${name}`,
      id,
      own: c.runs.map((runs) => runs.filter((r) => nameOf(r) === name)),
    })),
  );

const verdictsIn = (own: Cell['own'], id: string) => own.map((runs) => jointVerdict(runs, id)?.verdict);
