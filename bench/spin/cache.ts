/** What was made once is kept in node_modules/.cache, under a hash of all that it was made from. */
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Of the checkout: this runs from dist/bench/spin/. */
export const ROOT = new URL('../../../', import.meta.url);
const CACHE = fileURLToPath(new URL('node_modules/.cache/faultline-bench/', ROOT));

/**
 * A folder that `fill` has filled, now or in an earlier run.
 * @returns its path, or why it could not be filled
 */
export async function kept<F>(
  madeFrom: readonly unknown[],
  fill: (folder: string) => Promise<F | undefined>,
): Promise<string | F> {
  const folder = join(CACHE, createHash('sha256').update(JSON.stringify(madeFrom)).digest('hex').slice(0, 24));
  if (readdirSafely(folder)) return folder;
  const part = `${folder}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(part, { recursive: true });
  const failed = await fill(part);
  if (failed !== undefined) return failed;
  renameSync(part, folder);
  return folder;
}

function readdirSafely(folder: string): readonly string[] | undefined {
  try {
    return readdirSync(folder);
  } catch {
    return undefined;
  }
}

let product: string | undefined;
/** Changes with any file of the product. */
export function productHash(): string {
  if (product === undefined) {
    const hash = createHash('sha256');
    const dist = fileURLToPath(new URL('dist/', ROOT));
    const files = readdirSync(dist, { recursive: true, encoding: 'utf8' });
    for (const name of files.filter((f) => /\.(js|wasm)$/.test(f) && !f.startsWith('bench')).sort()) {
      hash.update(name).update(readFileSync(join(dist, name)));
    }
    product = hash.digest('hex');
  }
  return product;
}
