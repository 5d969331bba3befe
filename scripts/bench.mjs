// Builds the product and the bench, which measures it as it is shipped, and runs the bench.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const node = (...args) => spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;

process.exitCode =
  node(path('scripts/build.mjs'), 'bench/tsconfig.json') || node(path('dist/bench/main.js'), ...process.argv.slice(2));
