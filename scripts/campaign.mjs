// Builds the product and the campaign, and runs it: `npm run campaign -- --minutes 60 --seed 7`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const node = (...args) => spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;

process.exitCode =
  node(path('scripts/build.mjs'), 'lab/tsconfig.json') ||
  node(path('dist/lab/campaign/main.js'), path('.'), ...process.argv.slice(2));
