import { readFileSync } from 'node:fs';
import { PACKAGE_ROOT } from '../../verify/package-root.ts';

/** Parts with a comment of their own in `model/parts.ts`, and the comment. */
export function partTexts(): Map<string, string> {
  const source = readFileSync(new URL('model/parts.ts', PACKAGE_ROOT), 'utf8');
  const commented = /^ {2}\/\*\*((?:[^*]|\*(?!\/))*)\*\/\s+(?:readonly )?(\w+)/gm;
  return new Map([...source.matchAll(commented)].map((m) => [m[2]!, m[1]!.replace(/\s*\n\s*\*\s*/g, ' ').trim()]));
}
