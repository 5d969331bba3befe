/** Names to things: designs, scenarios, properties, and one verification run. The command line and tests start here. */
import type { ExploreOptions } from '../explorer/exploration.ts';
import type { Config } from '../model/config.ts';
import type { RunResult } from './result.ts';

export type Engine = 'packed' | 'interpreter';

export interface VerifyOptions extends ExploreOptions {
  readonly config?: Config;
  /** Property ids; default: all that apply. `[]`: the bare model. */
  readonly properties?: readonly string[];
  readonly engine?: Engine;
}
export type { RunResult };
