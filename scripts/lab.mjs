// Builds the product and the lab, boots a kernel in it: `npm run lab -- --kernel 6.12 --fs ext4`.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const node = (...args) => spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;

process.exitCode =
  node(path('scripts/build.mjs'), 'lab/tsconfig.json') ||
  node(path('dist/lab/kernel/main.js'), path('.'), ...process.argv.slice(2));
