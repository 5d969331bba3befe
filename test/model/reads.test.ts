/**
 * What a step reads is what decides what it does. Where it reads a whole component and looks at a part of it, one row of its
 * tables becomes many that do the same: more to learn, and more that seems to conflict with what others write.
 */
import { expect, it } from 'vitest';
import type { Row } from '../../explorer/behaviour.ts';
import { canonical } from '../../explorer/json.ts';
import { explorePacked } from '../../explorer/packed.ts';
import { loadDesign } from '../../verify/registry.ts';
import { prepare } from '../../verify/verify.ts';

/** Of all rows, the part that do and say what another one of the same local does. */
function repeated(rows: readonly Row[]): number {
  const done = new Set(
    rows.map(({ from, next, picks, step: { result } }) => {
      const lines = result.lines.map(({ text }) => text);
      return canonical([from, next, picks, result.sends, result.marks, lines]);
    }),
  );
  return 1 - done.size / rows.length;
}

it.each([
  ['v4.5', 'a=hole: load a; store a || write a; fsync'],
  ['v4.9', 'a=hole: load a; store a || write a; fsync'],
  ['v4.12', 'a=hole: load a; store a || write a; fsync'],
  ['v4.14', 'a=hole, b=hole: load a; store a || write a; fsync'],
  ['v6.1', 'a=hole: load a; store a || write a; fsync'],
  ['v7.2', 'a=hole: load a; store a || write a; punch a'],
])('%s, %s: hardly two rows of one local do the same', { timeout: 60_000 }, async (id, scenario) => {
  const { system } = await prepare(await loadDesign(id), scenario, { properties: [] });
  const { rows } = explorePacked(system).behaviour!();
  expect(rows.flat().length).toBeGreaterThan(100);
  for (const [p, of] of rows.entries())
    expect([p, repeated(of)]).toEqual([p, expect.toSatisfy((r: number) => r < 0.1)]);
});
