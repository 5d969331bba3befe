/** What `--scenario` and `{ scenario }` stand for: a default scenario's name for its texts, or a text. */
import { FaultlineError, nearNames, quoted } from '../explorer/errors.ts';
import { SCENARIOS } from '../model/scenarios.ts';

export interface ScenarioText {
  /** Scenario text. */
  readonly scenario: string;
  /** Name of the default scenario whose text this is, where it was found by name. */
  readonly name?: string;
}

/**
 * @param given a default scenario's name, or a text @param operations names
 * @throws FaultlineError E_UNKNOWN_NAME for what can only be a name
 */
export function textsOf(given: string, operations: readonly string[]): ScenarioText[] {
  // A text may stand in several lines; tables and file names want one.
  const scenario = given.trim().replace(/\s+/g, ' ');
  const named = Object.hasOwn(SCENARIOS, scenario) ? SCENARIOS[scenario]! : undefined;
  if (named) return named.map((text) => ({ scenario: text, name: scenario }));
  // A lone word is a name, unless it is an operation that takes no page.
  if (/^[\w-]+$/.test(scenario) && !operations.includes(scenario)) {
    throw new FaultlineError(
      'E_UNKNOWN_NAME',
      `there is no scenario ${quoted(scenario)}`,
      `${nearNames(scenario, Object.keys(SCENARIOS))} Or give a text, as in 'a=hole: load a; store a || write a'.`,
    );
  }
  return [{ scenario }];
}
