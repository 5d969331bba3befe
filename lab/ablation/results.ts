/** What was found, one file per design. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { Site } from './kinds.ts';
import type { Outcome } from './try.ts';

export interface Results {
  readonly design: string;
  /** How many scenarios each was tried in, at most. */
  readonly scenarios: number;
  readonly sites: readonly { readonly site: Site; readonly outcome: Outcome }[];
}

/** @param folder of lab/ablation/results/ */
export const storeResults = (folder: URL, results: Results): void =>
  writeFileSync(new URL(`${results.design}.json`, folder), `${JSON.stringify(results, undefined, 2)}\n`);

export function storedResults(folder: URL): Results[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((f) => f.endsWith('.json'));
  return names
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((f) => JSON.parse(readFileSync(new URL(f, folder), 'utf8')) as Results);
}
