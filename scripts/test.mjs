// Runs the tests and closes with the plain line that CI reads: "N passed, N failed".
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'faultline-test-'));
const report = join(scratch, 'report.json');
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const run = spawnSync(
  process.execPath,
  [vitest, 'run', '--reporter=default', '--reporter=json', `--outputFile=${report}`, ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit' },
);
let passed = 0;
let failed = 0;
try {
  const result = JSON.parse(readFileSync(report, 'utf8'));
  passed = result.numPassedTests;
  // A file that does not even load counts as one failure.
  failed =
    result.numFailedTests +
    result.testResults.filter((f) => f.status === 'failed' && f.assertionResults.length === 0).length;
} catch {
  failed = 1;
}
rmSync(scratch, { recursive: true, force: true });
const ok = run.status === 0 && failed === 0;
console.log(`${passed} passed, ${ok ? 0 : Math.max(1, failed)} failed`);
process.exitCode = ok ? 0 : 1;
