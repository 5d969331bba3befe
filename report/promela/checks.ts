/**
 * Properties as assertions inside the steps: a step that is judged wrong, and what a step may have made wrong of a state.
 * They add no state and no transition.
 */
import type { Behaviour, StateRule } from '../../explorer/behaviour.ts';
import { FaultlineError } from '../../explorer/errors.ts';
import type { StepCase } from '../../explorer/step.ts';
import type { Condition } from '../../explorer/trees.ts';
import type { MergedRow } from './merged.ts';
import { comment, promelaNames } from './names.ts';

export type ConditionTexts = (when: readonly Condition[]) => string[];

export class Checks {
  private readonly behaviour: Behaviour;
  private readonly texts: ConditionTexts;
  /** By property: a variable that is always 0, so that the assertion that fails says which property it is. */
  private readonly flags: readonly string[];
  /** By process: whether it has finished. */
  private readonly ended: readonly string[];

  constructor(behaviour: Behaviour, texts: ConditionTexts) {
    this.behaviour = behaviour;
    this.texts = texts;
    const { properties, processes } = behaviour.system;
    const names = promelaNames([...properties.map((p) => `${p.id}_holds`), ...processes.map((p) => `${p.id}_ended`)]);
    this.flags = names.slice(0, properties.length);
    this.ended = names.slice(properties.length);
    const atOnce = behaviour.rules.find((r) => !r.onlyAtEnd && r.wrong.some(isInitial));
    if (atOnce) throw violatedAtOnce(properties[atOnce.property]!.id);
  }

  /** Variables: the flags are hidden, which keeps them out of the states. */
  declarations(): string[] {
    const rules = this.behaviour.rules.filter((r) => r.wrong.length > 0);
    const used = new Set([
      ...rules.map((r) => r.property),
      ...this.behaviour.rows.flat().flatMap((row) => blamed(row.step)),
    ]);
    const flags = [...used].sort((a, b) => a - b).map((p) => `hidden byte ${this.flags[p]};`);
    return [...this.notes(), ...flags, ...(this.atEnd.length > 0 ? this.ended.map((name) => `bit ${name};`) : [])];
  }

  /** What is said of properties in the model's head. */
  private notes(): string[] {
    return this.behaviour.system.properties
      .filter((p) => p.completes)
      .map((p) => comment(`${p.id} is a property of endless runs: it is not in this model`));
  }

  /** Statements at the end of process `p`'s step. */
  of(p: number, row: MergedRow): string[] {
    const ends = this.behaviour.finished[p]!.includes(row.next);
    const written = new Set(row.effects.map((e) => e.slot));
    const rules = this.behaviour.rules.filter(
      (r) => !r.onlyAtEnd && r.wrong.some((when) => when.length === 0 || when.some((c) => written.has(c.slot))),
    );
    return [
      ...blamed(row.steps[0]!).map((property) => `assert(${this.flags[property]})`),
      ...rules.flatMap((r) => this.assertion(r)),
      ...(ends && this.atEnd.length > 0 ? this.finishing(p) : []),
    ];
  }

  private get atEnd(): readonly StateRule[] {
    return this.behaviour.rules.filter((r) => r.onlyAtEnd && r.wrong.length > 0);
  }

  private finishing(p: number): string[] {
    const running = this.ended.filter((_, other) => other !== p).map((name) => `!${name}`);
    return [`${this.ended[p]} = 1`, ...this.atEnd.flatMap((r) => this.assertion(r, running))];
  }

  /** @param or what makes it true besides */
  private assertion({ wrong, property }: StateRule, or: readonly string[] = []): string[] {
    if (wrong.length === 0) return [];
    const cases = wrong.map((when) => this.texts(when).join(' && ') || 'true');
    return [`assert(${[this.flags[property], ...or, `!(${cases.map((c) => `(${c})`).join(' || ')})`].join(' || ')})`];
  }
}

const isInitial = (when: readonly Condition[]): boolean => when.every((c) => c.values.includes(0));

const blamed = ({ result }: StepCase): number[] =>
  result.judgements.flatMap((j, property) => (typeof j === 'object' ? [property] : []));

const violatedAtOnce = (id: string): FaultlineError =>
  new FaultlineError(
    'E_UNSUPPORTED',
    `the initial state violates ${id}, and the model asserts after each step`,
    'There is nothing for another checker to find: leave the property out.',
  );
