/** What became of the verdicts between two versions of a design. */
import type { Verdict } from '../explorer/property.ts';
import { table } from './text.ts';

export interface FoundVerdict {
  readonly design: string;
  readonly scenario: string;
  readonly property: string;
  readonly verdict: Verdict;
}

type Verdicts = readonly FoundVerdict[];

/** A line for each verdict that changed, came or went. */
export function verdictChanges(before: Verdicts, now: Verdicts): string[] {
  const old = new Map(before.map((v) => [keyOf(v), v.verdict]));
  const rows = now.flatMap((v): string[][] => {
    const was = old.get(keyOf(v));
    old.delete(keyOf(v));
    return was === v.verdict ? [] : [rowOf(v, was ?? '(new)', v.verdict)];
  });
  const gone = before.filter((v) => old.has(keyOf(v))).map((v) => rowOf(v, v.verdict, '(gone)'));
  return table([...rows, ...gone]);
}

const keyOf = ({ design, scenario, property }: FoundVerdict): string => JSON.stringify([design, scenario, property]);

const rowOf = ({ property, scenario }: FoundVerdict, was: string, is: string): string[] => [
  property,
  `${was} -> ${is}`,
  scenario,
];
