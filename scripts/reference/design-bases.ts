/** Which design another one is built on: the one that its file imports. What it replaces is found by identity. */
import { readFileSync } from 'node:fs';
import type { Design } from '../../model/design.ts';
import { PACKAGE_ROOT } from '../../verify/package-root.ts';

/** The id of the base; undefined for a design that is composed of parts only. */
export function baseOf(id: string, ids: readonly string[]): string | undefined {
  const source = readFileSync(new URL(`model/designs/${id}.ts`, PACKAGE_ROOT), 'utf8');
  const imported = [...source.matchAll(/^import \w+ from '\.\/(.+)\.ts';$/gm)].map((m) => m[1]!);
  return imported.find((name) => ids.includes(name));
}

/** Names of the parts that differ from the base's. */
export function replacedParts(design: Design, base: Design): string[] {
  const before = base.parts as unknown as Readonly<Record<string, unknown>>;
  return Object.entries(design.parts)
    .filter(([name, part]) => !alike(part, before[name]))
    .map(([name]) => name);
}

/** Functions are compared by identity, values by content. */
const alike = (a: unknown, b: unknown): boolean =>
  typeof a === 'function' || typeof b === 'function' ? a === b : JSON.stringify(a) === JSON.stringify(b);

/** The parts that are no functions, as text. */
export const switchesOf = (design: Design): [name: string, value: string][] =>
  Object.entries(design.parts)
    .filter(([, part]) => typeof part !== 'function')
    .map(([name, part]) => [name, valueText(part)]);

function valueText(part: unknown): string {
  if (part === null) return 'none';
  if (typeof part === 'boolean') return part ? 'yes' : 'no';
  if (typeof part === 'object') {
    return Object.entries(part as object)
      .map(([k, v]) => `${k}: ${valueText(v)}`)
      .join(', ');
  }
  return String(part);
}
