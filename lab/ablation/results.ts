/** What was found, one file per design. */
import { store, stored } from '../stored.ts';
import type { Site } from './kinds.ts';
import type { Outcome } from './try.ts';

export interface Results {
  readonly design: string;
  /** How many scenarios each was tried in, at most. */
  readonly scenarios: number;
  readonly sites: readonly { readonly site: Site; readonly outcome: Outcome }[];
}

/** @param folder of lab/ablation/results/ */
export const storeResults = (folder: URL, results: Results): void => store(folder, results.design, results);

export const storedResults = (folder: URL): Results[] => stored(folder);
