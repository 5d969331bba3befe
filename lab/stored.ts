/** Results of long runs, kept in the repository: a JSON file each, which the pages are made from. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';

export function store(folder: URL, name: string, results: unknown): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(results, undefined, 2)}\n`);
}

/** All of a folder, by their names; those of another shape are a mistake of the checkout. */
export function stored<R>(folder: URL): R[] {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter((f) => f.endsWith('.json'));
  return names
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((f) => JSON.parse(readFileSync(new URL(f, folder), 'utf8')) as R);
}
