// Writes what docs/ shows of the code and of what commands print. The tests of the pages do the work: they compare, or,
// asked to, they write.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const vitest = fileURLToPath(new URL('../node_modules/vitest/vitest.mjs', import.meta.url));
// Files of tests; default: all that write pages.
const only = process.argv.slice(2);
const env = { ...process.env, FAULTLINE_DOCS: 'write' };
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', ...(only.length > 0 ? only : ['test/docs', 'test/casebook/ledger.test.ts'])],
  {
    cwd: root,
    env,
    stdio: 'inherit',
  },
);
process.exitCode = status ?? 1;
