/** What both shapes say of a row: its condition, what it does, and which step of the design it is. */
import type { Behaviour } from '../../explorer/behaviour.ts';
import type { Condition } from '../../explorer/trees.ts';
import { Checks } from './checks.ts';
import { becomes, oneOf } from './expressions.ts';
import type { MergedRow } from './merged.ts';
import { comment } from './names.ts';

export class RowTexts {
  readonly checks: Checks;
  /** By slot. */
  private readonly names: readonly string[];

  constructor(behaviour: Behaviour, names: readonly string[]) {
    this.names = names;
    this.checks = new Checks(behaviour, (when) => this.conditions(when));
  }

  conditions(when: readonly Condition[]): string[] {
    return when.map(({ slot, values, others }) => oneOf(this.names[slot]!, values, others));
  }

  /** What process `p`'s step does to components, and what is asserted then. */
  statements(p: number, row: MergedRow): string[] {
    const assignments = row.effects.flatMap(({ slot, to }) => {
      const name = this.names[slot]!;
      const value = becomes(name, to);
      return value === undefined ? [] : [`${name} = ${value}`];
    });
    return [...assignments, ...this.checks.of(p, row)];
  }

  /** `insert_pfn: set_pte_at(ro)` */
  origin({ steps }: MergedRow): string {
    const texts = steps.map(({ facts, result }) => {
      const lines = result.lines.map((l) => `${l.function}: ${l.text}`);
      return lines.join('; ') || `${facts.fn}: ${facts.stack.at(-1) ?? ''}`;
    });
    return comment(`fl: ${[...new Set(texts)].join(' | ')}`);
  }
}
