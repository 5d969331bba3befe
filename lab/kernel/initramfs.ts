/** The guest's file system in memory: busybox, modules, the observer, an image and a script. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PACKAGE_ROOT } from '../../verify/package-root.ts';
import type { Kernel } from './fetch.ts';
import { cacheFolder, requireUnpacker, run } from './host.ts';
import { type Filesystem, imageOf } from './images.ts';

/** What depends on another comes after it; what a kernel does not have, or has built in, is left out. */
const MODULES = [
  'libnvdimm',
  'nd_btt',
  'nd_pmem',
  'nd_e820',
  'crc16',
  'crc32c_generic',
  'libcrc32c',
  'crc32c-cryptoapi',
].concat(['mbcache', 'jbd2', 'ext4', 'xfs']);

export interface Guest {
  readonly kernel: Kernel;
  readonly fs: Filesystem;
  /** Text of the script; or of what sides.c is to do instead. */
  readonly script: string;
  /** Of sides.c: what the function tracer is to show. */
  readonly functions?: readonly string[];
  /** Kernel symbols whose addresses the guest is to tell. */
  readonly symbols?: readonly string[];
  /** What runs the script: a C file below lab/; default: the observer. */
  readonly program?: string;
  /** Whether files of its filesystem can share blocks. */
  readonly reflink?: boolean;
  /** Further files of the guest, by name. */
  readonly files?: Readonly<Record<string, string>>;
}

/** @param root folder that what is kept goes below @returns the file */
export function initramfsOf(root: string, guest: Guest): string {
  const { kernel, fs, script, functions, symbols = [], files = {} } = guest;
  const { program = functions ? 'kernel/guest/sides' : 'kernel/guest/daxt' } = guest;
  const folder = cacheFolder(root, 'guest', `${kernel.name}-${fs}`);
  const tree = join(folder, 'tree');
  rmSync(tree, { recursive: true, force: true });
  for (const d of ['bin', 'lib/m', 'img', 'proc', 'sys/kernel/tracing', 'dev', 'mnt', 'tmp']) {
    mkdirSync(join(tree, d), { recursive: true });
  }
  copyFileSync(run('sh', ['-c', 'command -v busybox']).trim(), join(tree, 'bin/busybox'));
  symlinkSync('busybox', join(tree, 'bin/sh'));
  const lab = fileURLToPath(new URL('lab/', PACKAGE_ROOT));
  const sources = join(lab, 'kernel/guest');
  copyFileSync(join(sources, 'init'), join(tree, 'init'));
  chmodSync(join(tree, 'init'), 0o755);
  for (const name of [program, 'kernel/guest/unsparse']) {
    const flags = ['-O2', '-w', '-static', '-pthread'];
    run('gcc', [...flags, '-o', join(tree, 'bin', basename(name)), join(lab, `${name}.c`)]);
  }
  writeFileSync(join(tree, 'program'), basename(program));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(tree, name), text);
  writeFileSync(join(tree, 'modules.order'), addModules(kernel.modules, join(tree, 'lib/m')).join('\n'));
  copyFileSync(imageOf(root, fs, guest.reflink), join(tree, 'img', `${fs}.sp.gz`));
  writeFileSync(join(tree, functions ? 'sides.txt' : 'script.txt'), script);
  if (functions) writeFileSync(join(tree, 'functions'), functions.map((f) => `${f}\n`).join(''));
  if (symbols.length > 0) writeFileSync(join(tree, 'symbols'), `${symbols.join('\n')}\n`);
  const file = join(folder, 'initrd.cpio.gz');
  run('sh', ['-c', `find . | LC_ALL=C sort | cpio -o -H newc --quiet --reproducible -R 0:0 | gzip -n -1 >'${file}'`], {
    cwd: tree,
  });
  rmSync(tree, { recursive: true });
  return file;
}

/** @returns their names, in the order in which they are loaded */
function addModules(from: string, into: string): string[] {
  const files = readdirSync(join(from, 'kernel'), { recursive: true, encoding: 'utf8' });
  return MODULES.filter((name) => {
    const found = files.find((f) => basename(f).replace(/\.(xz|zst)$/, '') === `${name}.ko`);
    if (found === undefined) return false;
    const file = join(from, 'kernel', found);
    const out = join(into, `${name}.ko`);
    if (file.endsWith('.xz')) writeFileSync(out, execFileSync('xz', ['-dc', file], { maxBuffer: 1 << 28 }));
    else if (file.endsWith('.zst')) {
      requireUnpacker('zstd');
      writeFileSync(out, execFileSync('zstd', ['-qdc', file], { maxBuffer: 1 << 28 }));
    } else copyFileSync(file, out);
    return true;
  });
}
