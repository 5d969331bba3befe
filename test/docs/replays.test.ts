/** The stored replays: each is what the page says, and every violation of a default scenario in a kernel that runs has one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import {
  DESIGNS,
  outcomeOf,
  SETTINGS,
  type StoredReplays,
  storedViolations,
  storeViolations,
  violationsOf,
} from '../../lab/conformance/matrix.ts';
import { pageOf } from '../../lab/conformance/replays.ts';
import { loadDesign } from '../../verify/registry.ts';
import { ROOT } from './pages.ts';
import { expectPage, WRITES } from './stale.ts';

const folder = new URL('../../lab/conformance/replays/', import.meta.url);
const stored: StoredReplays[] = readdirSync(folder)
  .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
  .map((f) => JSON.parse(readFileSync(new URL(f, folder), 'utf8')));

it('docs/replays.md says what was replayed, and what came of it', () => {
  expectPage(join(ROOT, 'docs/replays.md'), pageOf(stored));
});

it('each was performed six times, with as many controls, and no control differs', () => {
  const replays = stored.flatMap((s) => s.replays.filter((r) => r.verdict !== 'not reachable by holds'));
  expect(replays.length).toBeGreaterThan(0);
  expect(replays.filter((r) => r.runs.length !== 6 || (r.control.length !== 6 && r.turns.length > 1))).toEqual([]);
  expect(replays.filter((r) => r.control.some((c) => c.outcome === 'differs'))).toEqual([]);
});

it('every violation of the default scenarios has been tried on its kernel, in its setting', () => {
  expect(storedViolations().length).toBeGreaterThan(0);
  expect(storedViolations().filter((v) => outcomeOf(v, stored) === undefined)).toEqual([]);
});

/** The nightly run asks for all of them. */
const asked = DESIGNS.flatMap((id) => SETTINGS.map((settings) => [id, settings] as const)).filter(
  ([id, settings]) => process.env.FAULTLINE_NIGHTLY !== undefined || (id === 'v7.2' && settings.length === 0),
);
it.each(asked)('those of %s with %j are what the checker finds', async (id, settings) => {
  const found = await violationsOf(await loadDesign(id), settings);
  if (WRITES) storeViolations(id, settings, found);
  const listed = storedViolations().filter((v) => v.design === id && String(v.config) === String(settings));
  const byText = (all: typeof found): string[] => all.map((v) => JSON.stringify(v)).sort();
  expect(byText(found)).toEqual(byText(listed));
});
