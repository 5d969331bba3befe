import { describe, expect, it } from 'vitest';
import { exploreCompiled } from '../../explorer/compiled.ts';
import type { Exploration } from '../../explorer/exploration.ts';
import type { Reductions } from '../../explorer/options.ts';
import { explorePacked } from '../../explorer/packed.ts';
import { replay } from '../../explorer/trace.ts';
import { SCENARIOS } from '../../model/scenarios.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { prepare } from '../../verify/verify.ts';

/** Larger cells are left to `npm run nightly`, and each cell takes a turn with one of the reductions and knowing little at first. */
const NIGHTLY = process.env.FAULTLINE_NIGHTLY !== undefined;
const LIMIT = NIGHTLY ? 1_000_000 : 4_000;
const REDUCTIONS: readonly Reductions[] = [
  { merge: true },
  { merge: true, por: true, warmUp: 200 },
  { por: true },
  { merge: true, warmUp: 50 },
  { symmetry: true, merge: true, por: true, warmUp: 20 },
];

const ids = await designIds();
const texts = Object.values(SCENARIOS).flat();

const facts = ({ findings, taken, ends }: Exploration) => ({
  verdicts: findings.map((f) => f.verdict),
  taken: taken.size,
  ends: ends(),
});

const everything = (e: Exploration) => ({
  ...facts(e),
  findings: e.findings,
  counts: [e.states, e.transitions, e.depth],
  reduced: e.reduced,
});

describe('reductions change no verdict, final state or coverage of the built-in designs, and save states; the compiled engine does the same', () => {
  for (const [d, id] of ids.entries()) {
    it.each(texts.map((text, n) => [text, n] as const))(`${id}: %s`, async (text, n) => {
      const { system } = await prepare(await loadDesign(id), text);
      const whole = explorePacked(system, { maxStates: LIMIT });
      if (!whole.complete) {
        expect(NIGHTLY).toBe(false);
        return;
      }
      for (const [i, reduce] of REDUCTIONS.entries()) {
        if (!NIGHTLY && i !== (d + n) % REDUCTIONS.length) continue;
        const reduced = explorePacked(system, { reduce });
        expect(facts(reduced)).toEqual(facts(whole));
        expect(everything(exploreCompiled(system, { reduce }))).toEqual(everything(reduced));
        if (system.processes.length > 1) expect(reduced.states).toBeLessThan(whole.states);
        for (const { run } of reduced.findings) if (run) expect(replay(system, run).steps).toHaveLength(run.length);
      }
    });
  }
});
