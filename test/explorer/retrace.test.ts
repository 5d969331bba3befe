/** Retracing a stored run: what was found replays and still violates; what was tampered with departs at that step. */
import { env } from 'node:process';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Move } from '../../explorer/findings.ts';
import { explorePacked } from '../../explorer/packed.ts';
import { type ExpectedStep, retrace, violationOf } from '../../explorer/retrace.ts';
import type { System } from '../../explorer/system.ts';
import { replay, statesOf } from '../../explorer/trace.ts';
import { buildSystem } from './build-system.ts';
import { systemData } from './random-system.ts';
import { SEED } from './seed.ts';

const RUNS = Math.ceil(Number(env.FC_RUNS ?? 200) / 4);

/** The run as a result file has it. */
function stored(system: System, run: readonly Move[]): { steps: ExpectedStep[]; states: ReturnType<typeof statesOf> } {
  const { steps, initial } = replay(system, run);
  const states = statesOf(initial, steps);
  const expected = steps.map(({ process, function: fn, step, changes }, i) => ({
    process,
    alternative: run[i]!.alternative,
    function: fn,
    step,
    changes,
    after: states[i + 1]!,
  }));
  return { steps: expected, states };
}

type Law = (system: System, property: number, run: readonly Move[], damage: string, element?: string) => void;

/** The law on every violation of random systems. */
function holds(law: Law): void {
  fc.assert(
    fc.property(systemData, (data) => {
      const system = buildSystem(data);
      const { findings } = explorePacked(system, { maxStates: 300 });
      for (const [i, { run, damage, element }] of findings.entries()) if (run) law(system, i, run, damage!, element);
    }),
    { seed: SEED + 8, numRuns: RUNS },
  );
}

describe('a violation that was found', () => {
  it('replays without departing, in the same states, and is found again at its end', () => {
    let violations = 0;
    holds((system, property, run, damage, element) => {
      violations++;
      const { steps, states } = stored(system, run);
      const traced = retrace(system, steps, states[0]);
      expect(traced.departure).toBeUndefined();
      expect(traced.moves).toEqual(run);
      const again = violationOf(system, traced, property)!;
      if (system.properties[property]!.deadlock) expect(again.blocked!.length).toBeGreaterThan(0);
      else expect(again).toEqual({ damage, ...(element !== undefined && { element }) });
    });
    expect(violations).toBeGreaterThan(RUNS / 5);
  });

  it('departs at the very step that is not as stored, and names what is possible there', () => {
    holds((system, _, run) => {
      const { steps } = stored(system, run);
      const n = Math.floor(steps.length / 2);
      if (steps.length === 0) return;
      const tampered = steps.map((s, i) => (i === n ? { ...s, step: `${s.step}, and more` } : s));
      const { departure, steps: before } = retrace(system, tampered);
      expect(departure).toMatchObject({ after: n, expected: tampered[n], why: 'the step does something else now' });
      expect(before).toHaveLength(n);
      const { process, alternative, step, changes } = steps[n]!;
      expect(departure!.possible).toContainEqual(expect.objectContaining({ process, alternative, step, changes }));
    });
  });
});
