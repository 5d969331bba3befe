/** What of a step counts outside: the changes and marks that two systems built differently can still have in common. */
import type { Mark } from './alternative.ts';
import type { Local } from './component.ts';
import { Shown } from './shown.ts';
import type { StepResult } from './step.ts';
import type { System } from './system.ts';

/** Undefined: no effect, a means to an end (a lock, a slot in a tree). */
export interface Observed {
  /** What a process with this call stack is about: steps of two different things are never the same. */
  readonly about: (stack: readonly string[]) => string;
  readonly value: (kind: string, value: unknown) => string | undefined;
  readonly mark: (mark: Mark) => string | undefined;
  /** What counts only where a run leads up to it: of the run's last step. */
  readonly last: (mark: Mark) => string | undefined;
}

/** A step, as one system can look for it in another. */
export interface Meaning {
  readonly process: string;
  readonly about: string;
  /** Function and lines. */
  readonly says: string;
  /** What it does outside, in one line; empty: nothing. */
  readonly effect: string;
  /** What it does if a run leads up to it. */
  readonly outcome: string;
}

/** Makes meanings; what it has shown once it remembers. */
export class Meanings {
  private readonly system: System;
  private readonly observed: Observed;
  private readonly shown: Shown;

  constructor(system: System, observed: Observed) {
    this.system = system;
    this.observed = observed;
    this.shown = new Shown(system, observed.value);
  }

  /** @param before,after the local of a slot before and after the step */
  of(
    step: { readonly process: number; readonly stack: readonly string[]; readonly result: StepResult },
    before: (slot: number) => Local,
    after: (slot: number) => Local,
  ): Meaning {
    const { lines, marks, sends } = step.result;
    const slots = [...new Set(sends.map((s) => s.slot))].filter((slot) => !this.system.isMonitor(slot));
    const changes = slots
      .sort((a, b) => a - b)
      .flatMap((slot) => this.shown.change(this.system.names[slot], slot, before(slot), after(slot)) ?? []);
    const effect = [...changes, ...marks.flatMap((m) => this.observed.mark(m) ?? [])].join(', ');
    const outcome = [effect, ...marks.flatMap((m) => this.observed.last(m) ?? [])].filter((t) => t !== '').join(', ');
    return {
      process: this.system.processes[step.process]!.id,
      about: this.observed.about(step.stack),
      says: lines.map((l) => `${l.function} ${l.text}`).join('; '),
      effect,
      outcome,
    };
  }
}
