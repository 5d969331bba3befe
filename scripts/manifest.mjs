// The packed package.json has no scripts: those are for this checkout, and npm warns whoever installs a package with
// `prepare`. `strip` before packing, `restore` after it.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const manifest = path('package.json');
const kept = path('.package.json.packing');

// Also where the last packing was interrupted.
if (existsSync(kept)) renameSync(kept, manifest);
if (process.argv[2] === 'strip') {
  const text = readFileSync(manifest, 'utf8');
  const { scripts, devDependencies, ...rest } = JSON.parse(text);
  writeFileSync(kept, text);
  writeFileSync(manifest, `${JSON.stringify(rest, undefined, 2)}\n`);
}
