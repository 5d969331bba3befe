/** The stored replays: each is what the page says, and every violation of a kernel that runs has one. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pageOf, type StoredReplays } from '../../lab/conformance/replays.ts';
import { ROOT } from './pages.ts';
import { expectPage } from './stale.ts';

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
