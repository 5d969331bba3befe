/** Which runs there are: a design in a scenario under a config. */
import type { FaultlineError } from '../../explorer/errors.ts';
import type { Config } from '../config.ts';
import type { Design } from '../design.ts';
import type { Scenario } from '../scenario.ts';
import { noErrors, noEsCache, noFilesystem, noJournal, noPageMkwrite, noPteSpecial, noThp } from './configs.ts';
import { lacked } from './lacked.ts';
import {
  noMapSync,
  noMremap,
  noPins,
  noPoke,
  noPreallocation,
  noReclaim,
  noSeveral,
  noUserBuffer,
} from './operations.ts';
import type { Rule } from './rule.ts';

/** In the order in which they are asked: the first that refuses says why. */
const RULES: readonly Rule[] = [
  noPteSpecial,
  noErrors,
  noJournal,
  noPageMkwrite,
  noPins,
  noSeveral,
  noUserBuffer,
  noPoke,
  noMremap,
  noMapSync,
  noFilesystem,
  noReclaim,
  noPreallocation,
  noEsCache,
  noThp,
  lacked,
];

/** Why there is no such run; undefined: there is. */
export function unsupported(design: Design, scenario: Scenario, config: Config): FaultlineError | undefined {
  for (const rule of RULES) {
    const why = rule(design, scenario, config);
    if (why) return why;
  }
  return undefined;
}
