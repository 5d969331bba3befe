// Builds the product and the lab, and judges the recorded races: `npm run races`, `npm run races -- 6.12`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const node = (...args) => spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;

process.exitCode =
  node(path('scripts/build.mjs'), 'lab/tsconfig.json') ||
  node(path('dist/lab/conformance/main.js'), ...process.argv.slice(2));
