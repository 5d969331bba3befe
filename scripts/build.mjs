// Compiles the product to dist/. Plain tsc: no bundle, so that a design file can import the same modules.
import { execFileSync } from 'node:child_process';
import { appendFileSync, chmodSync, existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';

const root = new URL('../', import.meta.url);
const path = (name) => fileURLToPath(new URL(name, root));

rmSync(path('dist'), { recursive: true, force: true });
// Further projects, such as the bench, come before the stamp: they write the same modules again.
for (const project of ['tsconfig.build.json', ...process.argv.slice(2)]) {
  execFileSync(process.execPath, [path('node_modules/typescript/bin/tsc'), '-p', path(project)], {
    cwd: fileURLToPath(root),
    stdio: 'inherit',
  });
}
// The explorer's hot loop, in shared memory of up to 4 GiB that the caller makes.
execFileSync(
  process.execPath,
  [
    path('node_modules/assemblyscript/bin/asc.js'),
    path('explorer/core/core.ts'),
    // Names of functions, for whoever profiles: the code is the same.
    ...'-O3 --debug --runtime stub --importMemory --enable threads --enable simd --sharedMemory'.split(' '),
    ...['--initialMemory', '64', '--maximumMemory', '65536', '-o', path('dist/explorer/core.wasm')],
  ],
  { cwd: fileURLToPath(root), stdio: 'inherit' },
);
// What runs with this core says what it was built from, and the core says so, too.
const stamp = path('dist/explorer/core-stamp.js');
const { digestOf, stampOf } = await import(pathToFileURL(stamp));
const digest = digestOf(new URL('explorer/', root));
appendFileSync(path('dist/explorer/core.wasm'), stampOf(digest));
writeFileSync(stamp, readFileSync(stamp, 'utf8').replace(/BUILT_FROM = ''/, `BUILT_FROM = '${digest}'`));
if (existsSync(path('dist/cli/main.js'))) chmodSync(path('dist/cli/main.js'), 0o755);

// `npx faultline` in this checkout runs it from here. Without the link npx installs it into its cache, under the name of
// this folder, and fails there once the folder was removed and cloned anew.
try {
  symlinkSync('../../dist/cli/main.js', path('node_modules/.bin/faultline'));
} catch (e) {
  if (e.code !== 'EEXIST') throw e;
}
