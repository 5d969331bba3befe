/**
 * What loading a design file changes of Node's own module loading, as plain functions: TypeScript is stripped of its
 * types (as Node itself does it, on every Node alike, so that lines and columns stay), and `faultline` is the running
 * checker, wherever the file lies.
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

/** The package whose modules run. */
const PACKAGE = new URL('../../../', import.meta.url).href;

/** `faultline` and `faultline/…`: resolved from within the package itself. */
export const parentOf = (specifier: string): string | undefined =>
  specifier === 'faultline' || specifier.startsWith('faultline/') ? import.meta.url : undefined;

/**
 * What else a relative specifier can mean where no such file exists: TypeScript writes `./part.js` for part.ts, and
 * bundlers take `./part`.
 */
export function otherSpellings(specifier: string): readonly string[] {
  if (!/^\.{0,2}\/|^file:/.test(specifier)) return [];
  if (/\.[cm]?js$/.test(specifier)) return [specifier.replace(/js$/, 'ts')];
  return /\.[a-z]+$/i.test(specifier) ? [] : [`${specifier}.ts`, `${specifier}.js`];
}

/** A file of the user's own: neither the checker's nor an installed package's. */
export const isOwnFile = (url: string): boolean =>
  url.startsWith('file:') && !url.startsWith(PACKAGE) && !url.includes('/node_modules/');

export interface Stripped {
  readonly format: 'module' | 'commonjs';
  readonly source: string;
  readonly shortCircuit: true;
}

/**
 * A TypeScript module as JavaScript; undefined for other files. A design file is an ES module whatever the nearest
 * package.json says: `npm init` writes "commonjs".
 * @throws Error whose message names file, line and column
 */
export function stripped(url: string): Stripped | undefined {
  const path = /^file:[^?#]+\.(?<kind>[cm]?)ts(?:[?#]|$)/.exec(url);
  if (!path) return undefined;
  const file = fileURLToPath(url.replace(/[?#].*$/, ''));
  const source = strip(readFileSync(file, 'utf8'), file);
  return { format: path.groups!.kind === 'c' ? 'commonjs' : 'module', source, shortCircuit: true };
}

interface Stripper {
  transformSync(source: string, options: { readonly mode: 'strip-only'; readonly filename: string }): { code: string };
}
interface SyntaxTrouble {
  readonly message?: string;
  readonly startLine?: number;
  readonly startColumn?: number;
}

let stripper: Stripper | undefined;

function strip(source: string, file: string): string {
  // Loaded when the first TypeScript file comes: it is 4 MB.
  stripper ??= createRequire(import.meta.url)('@swc/wasm-typescript') as Stripper;
  try {
    return stripper.transformSync(source, { mode: 'strip-only', filename: file }).code;
  } catch (e) {
    const { message, startLine = 1, startColumn = 0 } = e as SyntaxTrouble;
    throw new SyntaxError(`${file}:${startLine}:${startColumn + 1}: ${message ?? String(e)}`);
  }
}
