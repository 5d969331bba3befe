/** Page faults of read(2) and write(2) where they copy from and to the user, under what they hold. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import { inode } from '../../model/entries/inode.ts';
import { kernelMarks } from '../../model/marks.ts';
import { copyFromIter, copySome } from '../../model/paths/dax_copy.ts';
import { writeOf } from '../../model/paths/get_block/syscalls.ts';
import { defineProperty } from '../../properties/define.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { supports, verify } from '../../verify/verify.ts';
import { faultsLocked } from '../variations/page-cache-mutants.ts';
import v51089 from '../variations/v5.10.89.ts';
import takesRwsem from '../variations/v6.1-fault-takes-i_rwsem.ts';
import holdsHandle from '../variations/v6.1-write-holds-handle.ts';
import takesFaultLock from '../variations/v6.1-write-takes-fault-lock.ts';

const ids = await designIds();

async function asked(design: string | Design, scenario: string, settings: string, property = 'no-deadlock') {
  const loaded = typeof design === 'string' ? await loadDesign(design) : design;
  const run = await verify(loaded, scenario, { config: parseConfig(settings.split(' ')), properties: [property] });
  expect(run.complete).toBe(true);
  return run.properties[0]!.trace?.length ?? run.properties[0]!.verdict;
}

describe('a lock of the write path that faults take as well', () => {
  const three = 'a=block: store a || write a || munmap a';

  it.each([
    ['the fault lock in write(2)', takesFaultLock, 8],
    ['i_rwsem in faults', takesRwsem, 7],
  ])('%s: who copies from the mapping of the file waits for himself', async (_, design, steps) => {
    expect(await asked(design, 'a=block: write a', 'user-buffer=file')).toBe(steps);
    expect(await asked(design, 'a=block: write a', 'user-buffer=anonymous')).toBe('holds');
  });

  it.each([
    ['the fault lock in write(2)', takesFaultLock, 12],
    ['i_rwsem in faults', takesRwsem, 9],
  ])('%s: a buffer of his own is enough where somebody waits for mmap_sem as a writer', async (_, design, steps) => {
    expect(await asked(design, three, 'user-buffer=anonymous')).toBe(steps);
    expect(await asked(design, three, 'user-buffer=present')).toBe('holds');
  });
});

it('a journal handle over the copy: a commit waits for it, a store that has mmap_sem for the commit, and the copy for mmap_sem', async () => {
  const scenario = 'a=block: write a || store a || munmap a || commit';
  expect(await asked(holdsHandle, scenario, 'journal=on user-buffer=anonymous')).toBe(11);
  expect(await asked(holdsHandle, scenario, 'journal=on')).toBe('holds');
  expect(await asked('v6.1', scenario, 'journal=on user-buffer=anonymous')).toBe('holds');
});

describe('the page cache: write(2) that faults its buffer in under the page lock', () => {
  it.each([
    ['waits for itself, where that is a page of the file', 'user-buffer=file', 'a=block: write a', 11],
    [
      'waits for a fault that waits for it, and a writer of mmap_sem',
      'user-buffer=anonymous',
      'a=block: write a || load a || munmap a',
      13,
    ],
  ])('%s', async (_, settings, scenario, steps) => {
    expect(await asked(faultsLocked, scenario, settings)).toBe(steps);
    expect(await asked(faultsLocked, scenario, 'user-buffer=present')).toBe('holds');
    for (const id of ['wp-shared-before', 'wp-shared-merged', 'wp-shared-unlocked'])
      expect(await asked(id, scenario, settings), id).toBe('holds');
  });
});

describe.each(ids)('%s', (id) => {
  const scenarios = ['a=hole: store a || write a; read a', 'a=hole: store a || write a || munmap a'];

  it('deadlocks with no buffer', async () => {
    const design = await loadDesign(id);
    for (const settings of ['user-buffer=anonymous', 'user-buffer=file']) {
      for (const scenario of scenarios) {
        if (await supports(design, scenario, parseConfig([settings])))
          expect(await asked(design, scenario, settings), `${settings} ${scenario}`).toBe('holds');
      }
    }
  });
});

describe('user-buffer=short: write(2) copies nothing, or a part', () => {
  const [fresh, there] = ['a=hole: write a; read a', 'a=block: store a || write a; read a'];
  const short = (design: string | Design, scenario: string, property = 'no-stale-read') =>
    asked(design, scenario, 'user-buffer=short', property);
  const withEfault = (base: Design): Design => ({
    ...base,
    parts: {
      ...base.parts,
      write: writeOf({ copy: copyFromIter, copySome, copies: 'copy_from_iter()', efault: true }),
    },
  });

  it.each([
    ['v4.0', 13, 12],
    ['v4.1-pfn-mkwrite', 13, 12],
  ])('%s: returns as if all were copied, over old data of another file', async (id, hole, block) => {
    expect(await short(id, fresh)).toBe(hole);
    expect(await short(id, there)).toBe(block);
    const mended = withEfault(await loadDesign(id));
    expect(await short(mended, there)).toBe('holds');
    // What is left: a part.
    expect(await short(mended, fresh)).toBe(hole);
  });

  it.each([
    ['v4.5', 17],
    ['write-faults-2016', 17],
  ])('%s: what is behind a part of a page in a new block is old data of another file', async (id, hole) => {
    expect(await short(id, fresh)).toBe(hole);
    expect(await short(id, there)).toBe('holds');
  });

  it.each(['v4.9', 'v4.12', 'zero-page-v2', 'zero-page-v3', 'v4.14', 'v5.10', 'v6.1', 'v6.12', 'v7.2'])(
    '%s: zeroes a block before anybody can find it, and nothing is seen of a copy that ends early',
    async (id) => {
      for (const scenario of [fresh, there, 'a=unwritten: load a || write a || write a']) {
        for (const property of ['no-stale-read', 'fsync-durable', 'mtime-of-calls', 'no-deadlock']) {
          const whole = await asked(id, scenario, 'user-buffer=present', property);
          expect(await short(id, scenario, property), `${scenario} ${property}`).toBe(whole);
        }
      }
    },
  );

  it.each([
    ['v4.5', 0],
    ['v4.9', 0],
    ['v4.12', 1],
    ['v4.14', 1],
    ['v5.10.89', 0],
    ['v5.10', 1],
    ['v7.2', 1],
  ] as const)(
    '%s: a write of the second page that fails behind the end leaves a file of %i pages',
    async (id, pages) => {
      const sizes = new Set<number>();
      const seen = defineProperty({
        id: 'sizes',
        sentence: 'test',
        promisedBy: 'test',
        premise: 'test',
        instance: () => ({
          step: (s) => {
            for (const m of kernelMarks(s.marks))
              if (m.type === 'end' && m.name === 'write' && m.error === 'EFAULT') sizes.add(s.after(inode).size);
            return undefined;
          },
        }),
      });
      const design = id === 'v5.10.89' ? v51089 : await loadDesign(id);
      await verify(design, 'a=block, b=block: truncate a; write b', {
        config: parseConfig(['user-buffer=short']),
        own: [seen],
        properties: ['sizes'],
      });
      expect([...sizes]).toEqual([pages]);
    },
  );

  it('is refused for several pages, and on ext2 and XFS', async () => {
    await expect(short('v6.1', 'a=hole, b=hole: write a+b')).rejects.toThrow(/write a\+b is not modelled/);
    for (const fs of ['ext2', 'xfs'])
      await expect(asked('v6.1', fresh, `user-buffer=short fs=${fs}`)).rejects.toThrow(`not modelled with fs=${fs}`);
  });
});

it('is refused where it is not modelled', async () => {
  const file = (scenario: string, settings = '') => asked('v6.1', scenario, `user-buffer=file ${settings}`.trim());
  await expect(asked('wp-shared-merged', 'a=hole: write a', 'user-buffer=short')).rejects.toThrow(/not modelled for/);
  await expect(file('a=block: write a || truncate a')).rejects.toThrow(/not modelled with truncate/);
  await expect(file('a=block: write a', 'tlb=on')).rejects.toThrow(/not modelled with tlb=on/);
});
