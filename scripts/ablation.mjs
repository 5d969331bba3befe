// Builds the product and the ablation, leaves out one thing at a time of the designs (all three take about an hour),
// and writes docs/ablation.md. `npm run ablation -- --page` writes the page alone.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const path = (name) => fileURLToPath(new URL(`../${name}`, import.meta.url));
const node = (...args) => spawnSync(process.execPath, args, { stdio: 'inherit' }).status ?? 1;
const given = process.argv.slice(2);
const page = given.includes('--page');
const designs = page
  ? []
  : given.some((g) => !g.startsWith('-'))
    ? given
    : ['v4.12', 'v4.14', 'wp-shared-merged', ...given];

process.exitCode =
  node(path('scripts/build.mjs'), 'lab/tsconfig.json') ||
  node(path('dist/lab/ablation/main.js'), path('.'), ...designs);
