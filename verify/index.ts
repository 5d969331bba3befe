/** Names to things: designs, scenarios, properties, and one verification run. The command line and tests start here. */
import type { ExploreOptions } from '../explorer/options.ts';
import type { Config } from '../model/config.ts';
import type { PropertyDefinition } from '../properties/define.ts';
import type { RunResult } from './result.ts';

export type Engine = 'packed' | 'interpreter';

export interface VerifyOptions extends ExploreOptions {
  readonly config?: Config;
  /** Property ids; default: all that apply. `[]`: the bare model. */
  readonly properties?: readonly string[];
  /** Properties of one's own, beside the built-in ones and those that came with the design's file. */
  readonly own?: readonly PropertyDefinition[];
  readonly engine?: Engine;
  /** Whether counterexamples say where in the design's files each step was written. Building takes longer then. */
  readonly sites?: boolean;
}
export type { RunResult };
