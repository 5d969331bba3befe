/** Every recorded table is held beside its design once: the differences are those that are known, and the page says what came of it. */
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { conform } from '../../conform/conform.ts';
import { recordedTables, tablesIn } from '../../conform/recorded.ts';
import { KNOWN } from '../../lab/conformance/known.ts';
import { pageOf, type Run } from '../../lab/conformance/page.ts';
import { parseConfig } from '../../model/config.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { ROOT } from './pages.ts';
import { expectPage } from './stale.ts';

const known = await designIds();
const tables = recordedTables();
const races = tablesIn(new URL('../../lab/conformance/races/', import.meta.url)).map((t) => ({
  ...t,
  name: `races/${t.name}`,
}));
const runs: Run[] = [];
const hasDesign = (id: string | undefined): boolean => id !== undefined && known.includes(id);

const isOneByOne = (r: Run): boolean => !r.table.startsWith('races/');

beforeAll(async () => {
  for (const { name, table } of [...tables, ...races]) {
    const { design = '', fs, kernel = '' } = table.facts;
    if (!hasDesign(design)) continue;
    const result = await conform(await loadDesign(design), table, parseConfig([`fs=${fs}`]));
    runs.push({ ...result, table: name, kernel: kernel.replace(', x86-64', '') });
  }
}, 600_000);

it.each([...tables, ...races].map((t) => t.name))(
  '%s: the design does what the kernel did, but for what is known',
  (name) => {
    const run = runs.find((r) => r.table === name);
    if (!run) {
      expect(hasDesign([...tables, ...races].find((t) => t.name === name)!.table.facts.design)).toBe(false);
      return;
    }
    const found = run.scenarios.flatMap((s) =>
      s.differences.filter((d) => !KNOWN.some((k) => k.table === name && k.scenario === s.name && k.line <= d.line)),
    );
    expect(found).toEqual([]);
    expect(run.scenarios.reduce((n, s) => n + s.compared, 0)).toBeGreaterThan(150);
  },
);

it('what is known to differ does', () => {
  const gone = KNOWN.filter(
    (k) =>
      !runs
        .find((r) => r.table === k.table)
        ?.scenarios.find((s) => s.name === k.scenario)
        ?.differences.some((d) => d.line === k.line && d.what === k.what),
  );
  expect(gone).toEqual([]);
});

it('docs/conformance.md says what was compared, and what came of it', () => {
  const missing = tables.filter((t) => !hasDesign(t.table.facts.design)).map((t) => t.name);
  expectPage(
    join(ROOT, 'docs/conformance.md'),
    pageOf(
      runs.filter(isOneByOne),
      missing,
      runs.filter((r) => !isOneByOne(r)),
    ),
  );
});
