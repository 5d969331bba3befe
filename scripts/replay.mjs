// Makes a counterexample happen on a running kernel, with what was built: `npm run replay -- v6.12 2` does it twice on 6.12. Skipped, with
// a line, where no kernel can be run.
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const UNSUPPORTED = 'E_UNSUPPORTED: ';
const root = fileURLToPath(new URL('../', import.meta.url));
const [design = 'v6.12', times = '1'] = process.argv.slice(2);
const faultline = (...args) =>
  spawnSync(process.execPath, [`${root}dist/cli/main.js`, ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    timeout: 300_000,
  });

mkdirSync(`${root}.lab`, { recursive: true });
const result = `${root}.lab/${design}.json`;
const { stdout } = faultline('verify', design, '--scenario', 'three-two', '--property', 'fsync-durable', '--json');
writeFileSync(result, stdout);
const replay = () => faultline('replay', result, '--kernel', design.slice(1), '--times', times);
let { status, stdout: said, stderr } = replay();
// A machine that is very busy may hold a processor for too long.
if (status === 1) ({ status, stdout: said, stderr } = replay());
if (status === null) {
  console.log('replay skipped: the kernel did not run to its end in time');
} else if (stderr.includes(UNSUPPORTED)) {
  console.log(`replay skipped: ${stderr.slice(stderr.indexOf(UNSUPPORTED) + UNSUPPORTED.length).split('\n')[0]}`);
} else {
  console.log(said || stderr);
  process.exitCode = status ?? 1;
}
