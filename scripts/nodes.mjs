// Runs the tests of the packed package on every line of Node that `engines` allows, from the oldest on. The binaries come
// from npm's `node` package, once, into node_modules/.cache.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const VERSIONS = ['20.6.0', '22', '24'];

const root = fileURLToPath(new URL('../', import.meta.url));
const cache = join(root, 'node_modules/.cache/faultline-nodes');
mkdirSync(cache, { recursive: true });
writeFileSync(join(cache, 'package.json'), '{ "private": true }');
const folderOf = (version) => join(cache, 'node_modules', `node-${version}`);
const missing = VERSIONS.filter((v) => !existsSync(join(folderOf(v), 'bin/node')));
if (missing.length > 0) {
  const packages = missing.map((v) => `node-${v}@npm:node@${v}`);
  execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', ...packages], {
    cwd: cache,
    stdio: 'inherit',
  });
}
const nodes = VERSIONS.map((v) => join(folderOf(v), 'bin/node'));
const env = { ...process.env, FAULTLINE_NODES: nodes.join(delimiter) };
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', 'test/package/nodes.test.ts', ...process.argv.slice(2)],
  {
    cwd: root,
    env,
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
