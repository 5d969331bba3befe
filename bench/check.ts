/** Whether a result can be right: a bench of something that explores less is no bench. */
import type { Contender, Task } from './contender.ts';
import { isFailure, type Sample } from './sample.ts';

/** pan prints large numbers with 8 digits. */
const same = (found: number, expected: number): boolean =>
  found === expected || (expected >= 1e8 && Math.abs(found - expected) <= expected * 1e-7);

/** @returns the sample, or why it is wrong */
export function checked(sample: Sample, { purpose, subject, judged }: Task, { exact }: Contender): Sample {
  if (isFailure(sample)) return sample;
  const wrong = (failed: string): Sample => ({ failed, wrong: true });
  if (judged && sample.verdict !== judged.verdict)
    return wrong(`${judged.property}: ${sample.verdict ?? 'no verdict'}`);
  if (purpose === 'counterexample') return sample;
  if (exact && !(same(sample.states, subject.states) && same(sample.transitions, subject.transitions))) {
    return wrong(`${sample.states} states and ${sample.transitions} transitions`);
  }
  return sample;
}
