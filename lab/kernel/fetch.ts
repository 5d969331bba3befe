/** A stock kernel of a distribution: downloaded once, unpacked in part, never installed. */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Apt, aptFor } from './apt.ts';
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
  './usr/lib/modules/*/vmlinuz',
  '*/kernel/drivers/nvdimm/*',
  '*/kernel/fs/ext4/*',
  '*/kernel/fs/jbd2/*',
  '*/kernel/fs/mbcache.ko*',
  '*/kernel/fs/xfs/*',
  '*/kernel/lib/*crc16.ko*',
  '*/kernel/lib/libcrc32c.ko*',
  '*/kernel/crypto/crc32c*',
];

/** @param series `6.12` @throws LabSkipped where it cannot be had */
export function fetchKernel(root: string, series: string): Kernel {
  const folder = cacheFolder(root, 'kernels');
  const stored = unpacked(folder, series);
  if (stored) return stored;
  const apt = aptFor(root, series);
  const version = newest(apt, series);
  const into = cacheFolder(root, 'kernels', `linux-image-${version.name}`);
  try {
    for (const p of version.packages) unpack(apt, p, folder, into);
  } catch (e) {
    rmSync(into, { recursive: true });
    throw e;
  }
  const kernel = unpacked(folder, series);
  if (!kernel) throw new LabSkipped(`${version.packages.join(' and ')} have no kernel where the lab looks for it`);
  return kernel;
}

function unpack(apt: Apt, name: string, folder: string, into: string): void {
  try {
    run('timeout', ['240', 'apt-get', '-q', '-o', 'Acquire::Retries=1', ...apt.options, 'download', name], {
      cwd: folder,
    });
  } catch {
    throw new LabSkipped(`${name} could not be downloaded`);
  }
  const file = readdirSync(folder).find((f) => f.startsWith(`${name}_`) && f.endsWith('.deb'))!;
  const patterns = NEEDED.map((n) => `'${n}'`).join(' ');
  // tar complains of patterns that this version does not have.
  run(
    'sh',
    ['-c', `dpkg-deb --fsys-tarfile '${file}' | tar -x -C '${into}' --wildcards ${patterns} 2>/dev/null; rm '${file}'`],
    {
      cwd: folder,
    },
  );
}

interface Version {
  /** `6.12.117+deb12-amd64` */
  readonly name: string;
  readonly packages: readonly string[];
}

/** Names of a series' packages: of plain kernels, which are for no cloud, not for real time, and signed. */
const pattern = (series: string, kind = 'image'): RegExp =>
  new RegExp(`^linux-${kind}-(${series.replace('.', '\\.')}\\.[\\d.+a-z-]*-amd64)$`);
const OTHER_KINDS = /cloud|rt-|unsigned|dbg/;

function newest(apt: Apt, series: string): Version {
  const names = namesOf(apt, series);
  const versions = (kind: string): string[] => names.flatMap((n) => pattern(series, kind).exec(n)?.[1] ?? []);
  const name = byVersion(versions('image')).at(-1);
  if (name === undefined) throw new LabSkipped(`no kernel ${series} in ${apt.name}`);
  // From 7.0 on the image is a package that only wants two others.
  const parts = versions('binary').includes(name) ? ['binary', 'modules'] : ['image'];
  return { name, packages: parts.map((p) => `linux-${p}-${name}`) };
}

function namesOf(apt: Apt, series: string): string[] {
  const search = `^linux-(image|binary|modules)-${series.replace('.', '\\.')}`;
  try {
    return run('apt-cache', [...apt.options, 'search', '--names-only', search])
      .split('\n')
      .map((l) => l.split(' ')[0]!)
      .filter((n) => !OTHER_KINDS.test(n));
  } catch {
    return [];
  }
}

const byVersion = (names: readonly string[]): string[] =>
  [...names].sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));

function unpacked(folder: string, series: string): Kernel | undefined {
  const name = byVersion(readdirSync(folder).filter((n) => pattern(series).test(n))).at(-1);
  if (name === undefined) return undefined;
  const modules = ['lib/modules', 'usr/lib/modules'].map((m) => join(folder, name, m)).find(existsSync);
  if (modules === undefined) return undefined;
  const version = join(modules, readdirSync(modules)[0]!);
  const image = imageIn(join(folder, name, 'boot')) ?? imageIn(version);
  return image === undefined ? undefined : { name, image, modules: version };
}

function imageIn(folder: string): string | undefined {
  const file = existsSync(folder) ? readdirSync(folder).find((f) => f.startsWith('vmlinuz')) : undefined;
  return file === undefined ? undefined : join(folder, file);
}
