/** Every recorded table is held beside its design: the differences are those that are known, and the pages say what came of it. */
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { conform } from '../../conform/conform.ts';
import { recordedTables } from '../../conform/recorded.ts';
import { knownCause } from '../../lab/conformance/known.ts';
import { neverPageOf, pageOf, type Run } from '../../lab/conformance/page.ts';
import { judgedRaces, judgeRaces, recordedRaces } from '../../lab/conformance/races.ts';
import { parseConfig } from '../../model/config.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { ROOT } from './pages.ts';
import { expectPage } from './stale.ts';

const NIGHTLY = process.env.FAULTLINE_NIGHTLY !== undefined;
const known = await designIds();
const tables = recordedTables();
const runs: Run[] = [];
const hasDesign = (id: string | undefined): boolean => id !== undefined && known.includes(id);

beforeAll(async () => {
  for (const { name, table } of tables) {
    const { design = '', fs, kernel = '' } = table.facts;
    if (!hasDesign(design)) continue;
    const result = await conform(await loadDesign(design), table, parseConfig([`fs=${fs}`]));
    runs.push({ ...result, table: name, kernel: kernel.replace(', x86-64', '') });
  }
}, 600_000);

it.each(tables.map((t) => t.name))('%s: the design does what the kernel did, but for what is known', (name) => {
  const run = runs.find((r) => r.table === name);
  if (!run) {
    expect(hasDesign(tables.find((t) => t.name === name)!.table.facts.design)).toBe(false);
    return;
  }
  const found = run.scenarios.flatMap((s) => s.differences.filter((d) => !knownCause(run.design, d)));
  expect(found).toEqual([]);
  expect(run.scenarios.reduce((n, s) => n + s.compared, 0)).toBeGreaterThan(150);
});

describe('two sides at once', () => {
  const races = recordedRaces();
  const judged = judgedRaces();

  it('every recorded table of them was judged, and nothing is left that the model does not allow', () => {
    expect(judged.map((j) => j.table)).toEqual(races.map((r) => r.name));
    expect(judged.flatMap((j) => j.differences)).toEqual([]);
  });

  it('what a design has only with attempts at a PMD is allowed, and counted apart', () => {
    const attempted = judged.filter((j) => j.attempted > 0);
    expect(attempted.map((j) => j.table)).toContain('linux-6.12.117-ext4.txt');
    for (const { allowed, attempted: n } of judged) expect(n).toBeLessThan(allowed);
  });

  // All of them take minutes: the nightly run judges them, the others some.
  const EVERY = NIGHTLY ? 1 : 60;

  it.each(races.map((r) => r.name))(
    '%s: judged anew it is as stored',
    async (name) => {
      const { table } = races.find((r) => r.name === name)!;
      const stored = judged.find((j) => j.table === name)!;
      const names = [...new Set(table.scenarios.map((s) => s.name))].filter((_, n) => n % EVERY === 0);
      const again = await judgeRaces(name, table, new Set(names));
      expect(again.differences).toEqual([]);
      expect(again.pairs).toBe(names.length);
      const explained = Object.values(again.known).reduce((a, b) => a + b, 0);
      expect(again.outcomes - again.allowed).toBeLessThanOrEqual(explained);
      expect(again.never).toEqual(Object.fromEntries(Object.entries(stored.never).filter(([n]) => names.includes(n))));
      if (NIGHTLY) expect(again).toEqual(stored);
    },
    600_000,
  );
});

it('the pages say what was compared, and what came of it', () => {
  const missing = tables.filter((t) => !hasDesign(t.table.facts.design)).map((t) => t.name);
  expectPage(join(ROOT, 'docs/conformance.md'), pageOf(runs, missing, judgedRaces()));
  expectPage(join(ROOT, 'docs/conformance-never-seen.md'), neverPageOf(judgedRaces()));
});
