/** The machine that the lab runs on: its tools, the folder for what is kept, and running commands. */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Commands with the package that has each. */
const TOOLS: Readonly<Record<string, string>> = {
  'qemu-system-x86_64': 'qemu-system-x86',
  busybox: 'busybox-static',
  cpio: 'cpio',
  'mkfs.ext4': 'e2fsprogs',
  'mkfs.xfs': 'xfsprogs',
  gcc: 'gcc',
  xz: 'xz-utils',
  setpriv: 'util-linux',
  'apt-get': 'apt',
  'dpkg-deb': 'dpkg',
};

/** What the lab cannot do here, and why. */
export class LabSkipped extends Error {}

/** What only some kernels' modules are packed with. */
const UNPACKERS: Readonly<Record<string, string>> = { zstd: 'zstd' };

/** @throws LabSkipped */
export const requireTools = (): void => require(TOOLS);
/** @throws LabSkipped where a module cannot be unpacked */
export const requireUnpacker = (tool: string): void => require({ [tool]: UNPACKERS[tool] ?? tool });

function require(tools: Readonly<Record<string, string>>): void {
  const missing = Object.entries(tools).filter(([tool]) => spawnSync('sh', ['-c', `command -v ${tool}`]).status !== 0);
  if (missing.length === 0) return;
  const packages = [...new Set(missing.map(([, name]) => name))].join(' ');
  throw new LabSkipped(`${missing.map(([tool]) => tool).join(', ')} missing (apt-get install ${packages})`);
}

/** A folder of the checkout for kernels, images and logs. It can be removed at any time. */
export function cacheFolder(root: string, ...names: readonly string[]): string {
  const folder = join(root, '.lab', ...names);
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true });
  return folder;
}

/** @returns what the command printed @throws Error with what it said */
export function run(
  command: string,
  args: readonly string[],
  options: { readonly cwd?: string; readonly env?: Record<string, string> } = {},
): string {
  return execFileSync(command, args, {
    ...(options.cwd !== undefined && { cwd: options.cwd }),
    env: { ...process.env, ...options.env },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    maxBuffer: 1 << 28,
  });
}
