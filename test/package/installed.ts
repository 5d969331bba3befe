/**
 * The product as a user has it: packed, unpacked into node_modules of an empty folder far from here, its dependencies
 * beside it. Nothing is downloaded.
 */
import { type ExecFileSyncOptions, execFileSync, spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
/** Everything that building and packing reads. */
const SOURCES = ['explorer', 'model', 'properties', 'verify', 'casebook', 'conform', 'report', 'cli', 'scripts', 'docs']
  .concat([
    'lab/conformance/tables',
    'lab/conformance/traces',
    'lab/kernel',
    'lab/replay',
    'index.ts',
    'vitest.ts',
    'README.md',
    'package.json',
    'tsconfig.json',
    'tsconfig.build.json',
  ])
  .filter((f) => existsSync(join(ROOT, f)));

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Installed {
  /** The user's folder. */
  readonly folder: string;
  /** What it was packed from, built: a checkout without its tests. */
  readonly sources: string;
  /** Names in the tarball, without the leading `package/`. */
  readonly packed: readonly string[];
  write(name: string, text: string): void;
  /** `npx faultline …`, as a user would. */
  npx(...args: string[]): Ran;
  /** The same, faster, for what is not about npx. */
  faultline(...args: string[]): Promise<Ran>;
  /** `verify FILE`, on one load and one property that it holds. */
  verifyLoad(file: string): Promise<Ran>;
  /** The same on another Node. @param node path of the binary */
  on(node: string, ...args: string[]): Ran;
  /** A script of an installed package, e.g. `typescript/bin/tsc`. */
  script(path: string, ...args: string[]): Ran;
  remove(): void;
}

/** Takes some seconds. */
export function install(): Installed {
  const scratch = mkdtempSync(join(tmpdir(), 'faultline-package-'));
  const sources = join(scratch, 'sources');
  const folder = join(scratch, 'user');
  for (const f of SOURCES) cpSync(join(ROOT, f), join(sources, f), { recursive: true });
  symlinkSync(join(ROOT, 'node_modules'), join(sources, 'node_modules'));
  const env = { ...process.env, npm_config_loglevel: 'silent', npm_config_offline: 'true' };
  const quiet: ExecFileSyncOptions = { cwd: sources, env, stdio: ['ignore', 'pipe', 'inherit'] };
  execFileSync('npm', ['pack', '--pack-destination', scratch], quiet);
  const tarball = readdirSync(scratch).find((f) => f.endsWith('.tgz'))!;
  const modules = join(folder, 'node_modules');
  mkdirSync(modules, { recursive: true });
  execFileSync('tar', ['-xzf', join(scratch, tarball), '-C', modules]);
  cpSync(join(modules, 'package'), join(modules, 'faultline'), { recursive: true });
  rmSync(join(modules, 'package'), { recursive: true });
  for (const name of readdirSync(join(ROOT, 'node_modules')).filter((n) => n !== 'faultline' && n !== '.bin')) {
    symlinkSync(join(ROOT, 'node_modules', name), join(modules, name));
  }
  mkdirSync(join(modules, '.bin'));
  symlinkSync('../faultline/dist/cli/main.js', join(modules, '.bin', 'faultline'));
  symlinkSync('../vitest/vitest.mjs', join(modules, '.bin', 'vitest'));
  symlinkSync('../typescript/bin/tsc', join(modules, '.bin', 'tsc'));
  const main = join(modules, 'faultline/dist/cli/main.js');
  const run = (command: string, args: readonly string[]): Ran => {
    const { status, stdout, stderr } = spawnSync(command, args, { cwd: folder, env, encoding: 'utf8' });
    return { code: status, out: stdout, err: stderr };
  };
  return {
    folder,
    sources,
    packed: execFileSync('tar', ['-tzf', join(scratch, tarball)], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((name) => name.replace(/^package\//, '')),
    write: (name, text) => {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    },
    npx: (...args) => run('npx', ['faultline', ...args]),
    faultline: (...args) => started(main, args, folder),
    verifyLoad: (file) =>
      started(main, ['verify', file, '--scenario', 'a=block: load a', '--property', 'no-warn'], folder),
    on: (node, ...args) => run(node, [main, ...args]),
    script: (path, ...args) => run(process.execPath, [join(modules, path), ...args]),
    remove: () => rmSync(scratch, { recursive: true, force: true }),
  };
}

/** Not synchronous: several can wait for their time limit at once. */
function started(main: string, args: readonly string[], cwd: string): Promise<Ran> {
  const child = spawn(process.execPath, [main, ...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, out, err })));
}
