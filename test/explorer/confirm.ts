/** Whether what an engine found is real: its runs are followed in XState. */
import { expect } from 'vitest';
import { explainDeadlock } from '../../explorer/deadlock.ts';
import type { Exploration } from '../../explorer/exploration.ts';
import { allFinished, type GlobalState, initialState, successors } from '../../explorer/interpreter.ts';
import type { System } from '../../explorer/system.ts';
import { replay } from '../../explorer/trace.ts';
import { judgeState, text } from './survey.ts';

/** Follows a run by its moves alone. @throws Error if a move is not enabled */
function follow(system: System, run: readonly { process: number; alternative: number }[]) {
  let state: GlobalState = initialState(system);
  let last: ReturnType<typeof successors>[number] | undefined;
  for (const { process, alternative } of run) {
    last = successors(system, state, process).find((s) => s.alternative === alternative);
    if (!last) throw new Error(`T${process} cannot take alternative ${alternative}`);
    state = last.state;
  }
  return { state, last };
}

/** A violation is one: the run replays, and at its end the property is violated as the finding says. */
export function confirm(system: System, exploration: Exploration): void {
  for (const [i, finding] of exploration.findings.entries()) {
    if (finding.verdict !== 'violated') continue;
    const run = finding.run!;
    const { state, last } = follow(system, run);
    const trace = replay(system, run);
    expect(trace.steps.map((s) => s.process)).toEqual(run.map((m) => system.processes[m.process]!.id));
    expect(text(trace.end)).toBe(text(state));
    const enabled = system.processes.some((_, p) => successors(system, state, p).length > 0);
    const stuck = !enabled && !allFinished(system, state);
    const seen = [...judgeState(system, state, i, stuck), last?.result.judgements[i]];
    expect(seen).toContainEqual({ violated: finding.damage });
    if (finding.element !== undefined) {
      const p = system.properties[i]!;
      expect([...(p.states ?? []), ...(p.quiescence ?? [])].map((c) => c.name)).toContain(finding.element);
    }
    if (stuck) {
      expect(trace.blocked.length).toBeGreaterThan(0);
      expect(explainDeadlock(trace.blocked).text).toContain(trace.blocked[0]!.what);
    }
  }
}
