/** What a rule says of a run that cannot be made. */
import { FaultlineError } from '../../explorer/errors.ts';
import type { Config } from '../config.ts';
import type { Design } from '../design.ts';
import type { OperationCall, Scenario } from '../scenario.ts';

/** Why there is no such run; undefined: nothing is said against it. */
export type Rule = (design: Design, scenario: Scenario, config: Config) => FaultlineError | undefined;

export const refused = (message: string, mend: string): FaultlineError =>
  new FaultlineError('E_UNSUPPORTED', message, mend);

export const calls = (scenario: Scenario): readonly OperationCall[] => scenario.processes.flatMap((p) => p.operations);
