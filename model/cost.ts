/** What an operation costs: each cost is a file under costs/, counted on the steps of the operation. */
import type { Meter, MeteredStep } from '../explorer/costs.ts';
import type { Config } from './config.ts';
import { type KernelMark, kernelMarks } from './marks.ts';

export interface CostDefinition extends Meter {
  /** Heading in tables. */
  readonly title: string;
  /** What exactly is counted, as a sentence. */
  readonly what: string;
  /** What the kernel does besides and the model does not count. */
  readonly leftOut?: string;
  /** Place in tables: smaller first. */
  readonly order: number;
  /** What the config lacks for the cost to mean anything; undefined: it applies. */
  readonly needs?: (config: Config) => string | undefined;
}

export const defineCost = (cost: CostDefinition): CostDefinition => cost;

/** How many marks of a type a step has. */
export const countMarks = (step: MeteredStep, type: KernelMark['type']): number =>
  kernelMarks(step.marks).filter((m) => m.type === type).length;

/** How many events of the given types a step sends to components of a kind. */
export const countSends = (step: MeteredStep, kind: string, ...types: readonly string[]): number =>
  step.sends.filter((s) => s.kind === kind && types.includes(s.event.type)).length;

/** The operation of a path's outermost state, `op0_load`: its position in the process. */
export function operationOf(stack: readonly string[]): number {
  const match = /^op(\d+)_/.exec(stack[0] ?? '');
  return match ? Number(match[1]) : -1;
}
