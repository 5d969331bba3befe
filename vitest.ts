/**
 * Matchers for vitest: `import 'faultline/vitest'`, then
 * `await expect(design).toHold('fsync-durable', { scenario: 'store-fsync' })`.
 */
import { expect } from 'vitest';
import { FaultlineError } from './explorer/errors.ts';
import type { PropertyDefinition } from './properties/define.ts';
import {
  asDeclared,
  type Expectation,
  holds,
  type ScenarioOptions,
  type Subject,
  type ViolationOptions,
  violates,
} from './verify/expectation.ts';

/** Of `expect(design)`, a design or the id of a built-in one. */
export interface FaultlineMatchers {
  /** The property holds: it is neither violated nor vacuous, in every text of the scenario. */
  toHold(property: string | PropertyDefinition, options: ScenarioOptions): Promise<void>;
  /** The property is violated, in some text of the scenario; with `steps`, the shortest run has so many. */
  toViolate(property: string | PropertyDefinition, options: ViolationOptions): Promise<void>;
  /** The verdicts in the default scenarios are those of the design's `expects`, in both directions. */
  toBehaveAsDeclared(options?: Omit<ScenarioOptions, 'scenario'>): Promise<void>;
}

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: vitest's own interface has this parameter, and both must be alike
  interface Matchers<T = any> extends FaultlineMatchers {}
}

interface Context {
  readonly isNot: boolean;
}

/** A `.not` would let a vacuous verdict, or one that a limit cut short, pass for its opposite. */
const found = async (context: Context, what: Promise<Expectation>) => {
  if (context.isNot) throw new TypeError('There is no .not: say toHold() or toViolate(), which are no opposites.');
  try {
    const { pass, message } = await what;
    return { pass, message: () => message };
  } catch (e) {
    if (!(e instanceof FaultlineError)) throw e;
    return { pass: false, message: () => e.report() };
  }
};

expect.extend({
  toHold(this: Context, design: Subject, property: string | PropertyDefinition, options: ScenarioOptions) {
    return found(this, holds(design, property, options));
  },
  toViolate(this: Context, design: Subject, property: string | PropertyDefinition, options: ViolationOptions) {
    return found(this, violates(design, property, options));
  },
  toBehaveAsDeclared(this: Context, design: Subject, options?: Omit<ScenarioOptions, 'scenario'>) {
    return found(this, asDeclared(design, options));
  },
});
