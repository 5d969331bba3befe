/** A stock kernel from the configured package sources: downloaded once, unpacked in part, never installed. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { cacheFolder, LabSkipped, run } from './host.ts';

export interface Kernel {
  /** `linux-image-6.12.117+deb12-amd64` */
  readonly name: string;
  readonly image: string;
  /** The folder with `kernel/`. */
  readonly modules: string;
}

/** What the guest needs of the package. */
const NEEDED = [
  './boot/vmlinuz-*',
  '*/kernel/drivers/nvdimm/*',
  '*/kernel/fs/ext4/*',
  '*/kernel/fs/jbd2/*',
  '*/kernel/fs/mbcache.ko*',
  '*/kernel/fs/xfs/*',
  '*/kernel/lib/crc16.ko*',
  '*/kernel/lib/libcrc32c.ko*',
  '*/kernel/crypto/crc32c*',
];

/** @param series `6.12` @throws LabSkipped where it cannot be had */
export function fetchKernel(root: string, series: string): Kernel {
  const folder = cacheFolder(root, 'kernels');
  const stored = unpacked(folder, series);
  if (stored) return stored;
  const name = newest(series);
  try {
    run('timeout', ['240', 'apt-get', '-q', '-o', 'Acquire::Retries=1', 'download', name], { cwd: folder });
  } catch {
    throw new LabSkipped(`${name} could not be downloaded`);
  }
  const file = readdirSync(folder).find((f) => f.startsWith(`${name}_`) && f.endsWith('.deb'))!;
  const into = cacheFolder(root, 'kernels', name);
  const patterns = NEEDED.map((n) => `'${n}'`).join(' ');
  // tar complains of patterns that this version does not have.
  run(
    'sh',
    ['-c', `dpkg-deb --fsys-tarfile '${file}' | tar -x -C '${into}' --wildcards ${patterns} 2>/dev/null; rm '${file}'`],
    {
      cwd: folder,
    },
  );
  return unpacked(folder, series)!;
}

/** The names of a series' packages. */
const pattern = (series: string): RegExp =>
  new RegExp(`^linux-image-${series.replace('.', '\\.')}\\.[\\d.+a-z-]*-amd64$`);

function newest(series: string): string {
  let all: string[];
  try {
    all = run('apt-cache', ['search', '--names-only', `^linux-image-${series.replace('.', '\\.')}`])
      .split('\n')
      .map((l) => l.split(' ')[0]!);
  } catch {
    all = [];
  }
  const known = all.filter((n) => pattern(series).test(n) && !/cloud|rt-|unsigned|dbg/.test(n));
  const last = known.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  if (last === undefined) throw new LabSkipped(`no kernel ${series} in the configured package sources`);
  return last;
}

function unpacked(folder: string, series: string): Kernel | undefined {
  const names = readdirSync(folder).filter((n) => pattern(series).test(n));
  const name = names.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  if (name === undefined) return undefined;
  const boot = join(folder, name, 'boot');
  const modules = ['lib/modules', 'usr/lib/modules'].map((m) => join(folder, name, m)).find(existsSync);
  const image = existsSync(boot) ? readdirSync(boot).find((f) => f.startsWith('vmlinuz-')) : undefined;
  if (modules === undefined || image === undefined) return undefined;
  return { name, image: join(boot, image), modules: join(modules, readdirSync(modules)[0]!) };
}
