/** fallocate(2) of a file in use, FALLOC_FL_ZERO_RANGE, and mmap(MAP_POPULATE). */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import { loadDesign } from '../../verify/registry.ts';
import { supports, verify } from '../../verify/verify.ts';

const run = async (id: string, text: string, ...settings: string[]) =>
  verify(await loadDesign(id), text, { config: parseConfig(settings) });
const violated = async (...args: Parameters<typeof run>) =>
  (await run(...args)).properties.filter((p) => p.verdict === 'violated').map((p) => p.id);

describe('what is zeroed reads as zeros, and a store after it is kept', () => {
  it.each([
    ['v5.10', 'a=block: store a; zero a; load a || fsync'],
    ['v6.1', 'a=block: load a; store a || zero a; fsync'],
    ['v6.12', 'a=unwritten: store a || zero a; load a'],
    ['v7.2', 'a=block: store a || zero a; load a'],
  ])('%s: %s', async (id, text) => {
    for (const settings of [[], ['fs=xfs'], ['thp=on']]) {
      const { complete, properties } = await run(id, text, ...settings);
      expect(complete).toBe(true);
      expect(properties.find((p) => p.id === 'no-stale-read')!.verdict).toBe('holds');
    }
  });
});

it('preallocation on XFS unmaps the file, on ext4 it does not', async () => {
  const mapped = async (...settings: string[]) =>
    (await run('v6.12', 'a=hole: load a; fallocate a', ...settings)).ends().map((end) => /"ro"/.test(end));
  expect(await mapped()).toEqual([true]);
  expect(await mapped('fs=xfs')).toEqual([false]);
});

it('a truncate that makes the file longer leaves what is preallocated behind its end, but in 4.0 and 4.1', async () => {
  const ends = async (id: string, ...settings: string[]) =>
    (await run(id, 'a=hole, b=hole: truncate a; fallocate b; truncate b', ...settings)).ends();
  for (const id of ['v4.5', 'v4.9', 'v4.12', 'v4.14', 'v5.10', 'v6.12', 'v7.2']) {
    for (const settings of id === 'v4.5' ? [[]] : [[], ['fs=xfs']]) {
      const [end, ...others] = await ends(id, ...settings);
      expect([id, settings, others.length, end!.includes('UNWRITTEN'), end!.includes('"size":1')]).toEqual([
        id,
        settings,
        0,
        true,
        true,
      ]);
    }
  }
  expect((await ends('v4.0')).map((end) => end.includes('UNWRITTEN'))).toEqual([false]);
});

it('punch on XFS lets reads and writes in before it lets faults in: xfs_iunlock() gives back IOLOCK first', async () => {
  const text = 'a=block: load a; store a || punch a; write a; load a';
  for (const id of ['v4.14', 'v5.10', 'v6.1', 'v6.12', 'v7.2']) {
    const { properties } = await run(id, text, 'fs=xfs');
    const { trace } = properties.find((p) => p.id === 'no-stale-read')!;
    const freed = trace!.filter((s) => s.function === 'xfs_file_fallocate').flatMap((s) => Object.entries(s.changes));
    expect(freed.filter(([, [, to]]) => to === 'free').map(([lock]) => lock)).toEqual(['i_rwsem', 'i_mmap_sem']);
  }
});

it('a page that MAP_POPULATE has faulted in is read-only, and its store faults once more', async () => {
  const traps = async (text: string) => {
    const { coverage } = await run('v6.1', text);
    return coverage.points.some((p) => p.alternative.line === '#PF store a' && coverage.taken.has(p.alternative));
  };
  expect(await traps('a=block: populate a; store a')).toBe(true);
  // A private writable mapping's pages are copied at once.
  expect(await traps('a=block: [private] populate a; store a')).toBe(false);
});

it('populate of what is behind the end of the file or not mapped maps nothing', async () => {
  expect(await violated('v6.12', 'a=hole: truncate a; populate a')).not.toContain('no-stale-read');
  expect((await run('v6.12', 'a=hole: munmap a; populate a')).complete).toBe(true);
  // The thread goes on: mm_populate() ignores errors.
  const { coverage } = await run('v7.2', 'a=block, b=block: truncate b; populate b; store a');
  expect(coverage.points.some((p) => p.alternative.line === '#PF store a' && coverage.taken.has(p.alternative))).toBe(
    true,
  );
});

it('zero-range takes the fault lock since 4.5: before, a fault maps a block that becomes unwritten under it', async () => {
  const text = 'a=block: zero a || store a';
  for (const id of ['v4.0', 'v4.1-pfn-mkwrite'])
    expect([id, await violated(id, text)]).toEqual([id, expect.arrayContaining(['no-stale-read'])]);
  for (const id of ['v4.5', 'v4.9', 'v4.12', 'v4.14']) expect([id, await violated(id, text)]).toEqual([id, []]);
});

it('fallocate is refused for the page cache and on ext2', async () => {
  expect(await supports(await loadDesign('v4.0'), 'a=hole: fallocate a', parseConfig([]))).toBe(true);
  expect(await supports(await loadDesign('wp-shared-merged'), 'a=hole: fallocate a', parseConfig([]))).toBe(false);
  expect(await supports(await loadDesign('v6.1'), 'a=hole: zero a', parseConfig(['fs=ext2']))).toBe(false);
  expect(await supports(await loadDesign('v4.14'), 'a=hole: populate a', parseConfig([]))).toBe(true);
});
