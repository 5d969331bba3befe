/** Filesystem images, the same each time, kept as the chunks that are not zeros. */
import { closeSync, existsSync, openSync, readSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { cacheFolder, run } from './host.ts';

export const FILESYSTEMS = ['ext4', 'xfs'] as const;
export type Filesystem = (typeof FILESYSTEMS)[number];

const SIZE = 500 * 1024 * 1024;
const CHUNK = 4096;
const ID = '11111111-2222-3333-4444-55555555555';

/** Extents of 2 MiB are aligned: stride and stripe width, or stripe unit. */
const MAKE: Readonly<Record<Filesystem, (file: string, reflink: boolean) => void>> = {
  ext4: (file) => {
    const extended = `hash_seed=${ID}5,lazy_itable_init=0,lazy_journal_init=0,stride=512,stripe_width=512`;
    run(
      'mkfs.ext4',
      ['-q', '-b', '4096', '-I', '256', '-m', '0', '-U', `${ID}5`, '-E', extended, '-J', 'size=8', file],
      {
        env: { E2FSPROGS_FAKE_TIME: '1700000000' },
      },
    );
  },
  xfs: (file, reflink) => {
    const options = [
      '-m',
      `uuid=${ID}6,reflink=${reflink ? 1 : 0},rmapbt=0`,
      '-d',
      'agcount=2,su=2m,sw=1',
      '-l',
      'size=65m,su=32k',
    ];
    run('mkfs.xfs', ['-q', '-f', '-b', 'size=4096', ...options, file]);
  },
};

/** @param reflink whether files can share blocks (XFS) @returns the file of chunks, for `unsparse` in the guest */
export function imageOf(root: string, fs: Filesystem, reflink = false): string {
  const folder = cacheFolder(root, 'images');
  const name = `${fs}${reflink ? '-reflink' : ''}`;
  const packed = join(folder, `${name}.sp.gz`);
  if (existsSync(packed)) return packed;
  const raw = join(folder, `${name}.img`);
  rmSync(raw, { force: true });
  writeFileSync(raw, '');
  truncateSync(raw, SIZE);
  MAKE[fs](raw, reflink);
  writeFileSync(packed, gzipSync(Buffer.concat(chunksOf(raw))));
  rmSync(raw);
  return packed;
}

function chunksOf(file: string): Buffer[] {
  const from = openSync(file, 'r');
  const chunk = Buffer.alloc(CHUNK);
  const zeros = Buffer.alloc(CHUNK);
  const found: Buffer[] = [];
  for (let offset = 0; readSync(from, chunk, 0, CHUNK, offset) === CHUNK; offset += CHUNK) {
    if (chunk.equals(zeros)) continue;
    const where = Buffer.alloc(8);
    where.writeBigUInt64LE(BigInt(offset));
    found.push(where, Buffer.from(chunk));
  }
  closeSync(from);
  return found;
}
