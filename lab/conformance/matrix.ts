/** Every violation of the default scenarios in the kernels that run here, and what became of it: a table of docs/replays.md. */
import { readFileSync, writeFileSync } from 'node:fs';
import { changedSettings, parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import { SCENARIOS } from '../../model/scenarios.ts';
import { verify } from '../../verify/verify.ts';
import type { Replay } from '../replay/judge.ts';

/** What `faultline replay --json` stored of one kernel and filesystem. */
export interface StoredReplays {
  readonly kernel: string;
  readonly fs: string;
  readonly replays: readonly Replay[];
}

export interface Violation {
  readonly design: string;
  /** Settings that are not the default ones, in alphabetical order. */
  readonly config: readonly string[];
  readonly scenario: string;
  readonly property: string;
  readonly steps: number;
}

export const DESIGNS = ['v5.10', 'v6.1', 'v6.12', 'v7.2'] as const;
/** What a kernel under QEMU can be set to, or has of its own: a journal. */
export const SETTINGS: readonly (readonly string[])[] = [
  [],
  ['fs=xfs'],
  ['journal=on'],
  ['thp=on'],
  ['fs=xfs', 'thp=on'],
  ['journal=on', 'thp=on'],
];

/** What violationsOf() finds for each of DESIGNS and SETTINGS; the nightly run compares, or writes it (storeViolations). */
const FILE = new URL('violations.json', import.meta.url);
export const storedViolations = (): Violation[] => JSON.parse(readFileSync(FILE, 'utf8')) as Violation[];

/** Those of one design and setting in place of what was stored of it. */
export function storeViolations(design: string, settings: readonly string[], found: readonly Violation[]): void {
  const others = storedViolations().filter((v) => v.design !== design || String(v.config) !== String(settings));
  const place = (v: Violation): (string | number)[] => [
    SETTINGS.findIndex((s) => String(s) === String(v.config)),
    Object.values(SCENARIOS).flat().indexOf(v.scenario),
    v.property,
    (DESIGNS as readonly string[]).indexOf(v.design),
  ];
  const before = (a: Violation, b: Violation): number => {
    const at = place(a).findIndex((x, i) => x !== place(b)[i]);
    return at < 0 ? 0 : place(a)[at]! < place(b)[at]! ? -1 : 1;
  };
  const text = JSON.stringify([...others, ...found].sort(before), undefined, 2);
  // As the formatter has it: the settings in one line.
  const oneLine = text.replace(/\[\s+("[^\]]*")\s+\]/g, (_, inside: string) => `[${inside.replace(/\s*\n\s*/g, ' ')}]`);
  writeFileSync(FILE, `${oneLine}\n`);
}

/** What the checker finds. */
export async function violationsOf(design: Design, settings: readonly string[]): Promise<Violation[]> {
  const config = parseConfig(settings);
  const found: Violation[] = [];
  for (const scenario of Object.values(SCENARIOS).flat())
    for (const p of (await verify(design, scenario, { config })).properties)
      if (p.verdict === 'violated')
        found.push({
          design: design.id,
          config: changedSettings(config).sort(),
          scenario,
          property: p.id,
          steps: p.trace?.length ?? 0,
        });
  return found;
}

/** What came of the replay of this run, in its own setting. @returns undefined: it was not replayed */
export function outcomeOf(v: Violation, all: readonly StoredReplays[]): string | undefined {
  const fs = v.config.includes('fs=xfs') ? 'xfs' : 'ext4';
  const own = v.config.filter((c) => !c.startsWith('fs=')).join(' ');
  return all
    .filter((s) => s.fs === fs && s.kernel.startsWith(`${v.design.slice(1)}.`))
    .flatMap((s) => s.replays)
    .find(
      (r) =>
        r.design === v.design &&
        r.scenario === v.scenario &&
        r.property === v.property &&
        r.length === v.steps &&
        [...(r.config ?? [])].sort().join(' ') === own,
    )?.verdict;
}

/** A row for each scenario, property and config; a cell for each design: the steps of the run, and its verdict. */
export function matrixText(violations: readonly Violation[], all: readonly StoredReplays[]): string {
  const rows = new Map<string, Violation[]>();
  for (const v of violations) {
    const key = JSON.stringify([v.config, v.scenario, v.property]);
    rows.set(key, [...(rows.get(key) ?? []), v]);
  }
  const cell = (some: readonly Violation[], design: string): string => {
    const v = some.find((o) => o.design === design);
    return v === undefined ? '' : `${v.steps}, ${outcomeOf(v, all) ?? '?'}`;
  };
  const lines = [...rows.values()].map((some) => {
    const { config, scenario, property } = some[0]!;
    const name = `\`${scenario.replaceAll('|', '\\|')}\``;
    return [config.join(' '), name, property, ...DESIGNS.map((d) => cell(some, d))];
  });
  return [['config', 'scenario', 'property', ...DESIGNS], Array(3 + DESIGNS.length).fill('---'), ...lines]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}
