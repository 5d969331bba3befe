/** What commutes, by the compiled core and by its reference in TypeScript: each bit the same. */
import { env } from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Basis, basisOf, plainConflicts } from '../../explorer/reduce/choice.ts';
import { compiledConflicts } from '../../explorer/reduce/compiled-conflicts.ts';
import { warmUp } from '../../explorer/reduce/warm-up.ts';
import type { System } from '../../explorer/system.ts';
import { Tables } from '../../explorer/tables.ts';
import { loadDesign } from '../../verify/registry.ts';
import { prepare } from '../../verify/verify.ts';
import { buildSystem } from './build-system.ts';
import { apart, systemData } from './random-system.ts';
import { SEED } from './seed.ts';

const RUNS = Number(env.FC_RUNS ?? 200);

/** What is known after some random runs. */
function knownAfter(system: System, runs: number): Basis {
  const tables = new Tables(system);
  warmUp(tables, runs, 100);
  return basisOf(tables);
}

const ones = (words: Uint32Array): number =>
  words.reduce((sum, w) => sum + [...w.toString(2)].filter((digit) => digit === '1').length, 0);

describe('conflicts', { timeout: 40_000 + 400 * RUNS }, () => {
  it('are the same of random systems, however little is known, and what follows from others is', () => {
    let found = 0;
    const bits = fc.array(fc.nat(), { maxLength: 8 });
    const law = fc.property(
      fc.oneof(systemData, systemData.map(apart)),
      fc.nat({ max: 15 }),
      bits,
      (data, runs, more) => {
        const basis = knownAfter(buildSystem(data), runs);
        const plain = plainConflicts(basis);
        expect(compiledConflicts(basis)).toEqual(plain);
        found += ones(plain.bits);
        const also = plain.bits.slice();
        const locals = basis.known.actionsFrom.length;
        for (const n of more) {
          const [action, local] = [n % basis.known.actions.length, n % locals];
          also[action * plain.width + (local >>> 5)]! |= 1 << (local & 31);
        }
        expect(compiledConflicts(basis, also)).toEqual(plainConflicts(basis, also));
      },
    );
    fc.assert(law, { numRuns: RUNS, seed: SEED + 11 });
    expect(found).toBeGreaterThan(RUNS);
  });

  it.each([
    ['v4.14', 'a=hole, b=hole: load a; store b || [mm2] store a; fsync || write a || truncate b'],
    ['v6.12', 'a=hole: load a; store a || [mm2] store a; fsync || punch a'],
    ['v4.0', 'a=block: store a; fsync || store a; munmap a || fork; load a'],
  ])('are the same of %s: %s', async (design, scenario) => {
    const { system } = await prepare(await loadDesign(design), scenario);
    const basis = knownAfter(system, 200);
    const plain = plainConflicts(basis);
    expect(ones(plain.bits)).toBeGreaterThan(1_000);
    expect(compiledConflicts(basis)).toEqual(plain);
  });
});
