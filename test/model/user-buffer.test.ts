/** Page faults of read(2) and write(2) where they copy from and to the user, under what they hold. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { supports, verify } from '../../verify/verify.ts';
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

it('is refused where it is not modelled', async () => {
  const file = (scenario: string, settings = '') => asked('v6.1', scenario, `user-buffer=file ${settings}`.trim());
  await expect(asked('wp-shared-merged', 'a=hole: write a', 'user-buffer=file')).rejects.toThrow(/not modelled for/);
  await expect(file('a=block: write a || truncate a')).rejects.toThrow(/not modelled with truncate/);
  await expect(file('a=block: write a', 'tlb=on')).rejects.toThrow(/not modelled with tlb=on/);
});
