/**
 * The compiled core says what it was built from: a digest of the sources that have to fit together, in a section of its own.
 * With a core of other sources a search would count wrongly, and nobody would see it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { FaultlineError } from './errors.ts';

/** Name of the section. */
export const SECTION = 'faultline';
/** The digest that the build of this module wrote here; empty: this is the source. */
export const BUILT_FROM = '';

/** Beside the core's own: what runs in a further worker, from the build even where the rest runs from the sources. */
const WORKER_SOURCES = ['core-instance.ts', 'core-worker.ts', 'worker-signals.ts'];

/** Of the sources in a folder `explorer/`. It guards against mistakes, not against malice. */
export function digestOf(explorer: URL): string {
  const core = readdirSync(new URL('core/', explorer)).filter((name) => name.endsWith('.ts'));
  let a = 0x811c9dc5;
  let b = 0x1b873593;
  for (const name of [...core.sort().map((n) => `core/${n}`), ...WORKER_SOURCES]) {
    for (const byte of readFileSync(new URL(name, explorer))) {
      a = Math.imul(a ^ byte, 0x01000193);
      b = Math.imul(b ^ byte, 0x5bd1e995) ^ (b >>> 15);
    }
  }
  return [a, b].map((n) => (n >>> 0).toString(16).padStart(8, '0')).join('');
}

/** A WebAssembly section that says it, to be put behind the others. */
export function stampOf(digest: string): Uint8Array {
  const bytes = new TextEncoder().encode(`${SECTION}${digest}`);
  return Uint8Array.of(0, bytes.length + 1, SECTION.length, ...bytes);
}

/** @throws FaultlineError E_BUILD if the core is not of the digest */
export function checkStamp(module: WebAssembly.Module, digest: string): void {
  const [section] = WebAssembly.Module.customSections(module, SECTION);
  const stamp = section && new TextDecoder().decode(section);
  if (stamp === digest && digest !== '') return;
  throw notBuilt('the compiled core was not built from these sources');
}

export const notBuilt = (what: string): FaultlineError =>
  new FaultlineError('E_BUILD', what, 'Run `npm run build`.', { file: 'dist/explorer/core.wasm' });
