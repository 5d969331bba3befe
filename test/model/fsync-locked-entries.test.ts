/** Finding U: fsync in 5.10 and 6.1 skips an entry that a fault or another writeback has locked. */

import { describe, expect, it } from 'vitest';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';
import { v61Waits, v510Waits } from '../variations/fsync-waits-for-locked.ts';
import { ask } from './ask.ts';

const STORES = 'a=block: store a || store a; fsync';
const LOAD = 'a=block: store a; fsync || load a';
const FREEZE = 'a=block: store a; freeze; store a || load a';

describe.each(['v5.10', 'v6.1', 'v6.12'])('%s', (design) => {
  it.each([
    ['fsync returns before the store of an entry that a store has locked is on media', STORES, 'fsync-durable', 17],
    ['and of one that a load has locked', LOAD, 'fsync-durable', 28],
    ['and of one that a private load has locked', 'a=block: store a; fsync || [private] load a', 'fsync-durable', 28],
    ['and of one that another fsync writes back', 'a=block: store a; fsync || fsync', 'fsync-durable', 26],
    ['a freeze leaves a PTE writable whose entry a load has locked', FREEZE, 'no-write-when-frozen', 32],
  ])('%s: %s', async (_, scenario, property, steps) => {
    expect(await ask(design, scenario, property)).toBe(`violated in ${steps}`);
  });
});

it.each(['v4.12', 'v4.14'])('%s waits for a locked entry', async (design) => {
  expect(await ask(design, STORES, 'fsync-durable')).toBe('holds');
  expect(await ask(design, LOAD, 'fsync-durable')).toBe('holds');
  expect(await ask(design, FREEZE, 'no-write-when-frozen')).toBe('holds');
});

describe('with a wait', () => {
  it.each([v510Waits, v61Waits].map((d) => [d.id, d] as const))('%s is durable beside faults', async (_, d) => {
    expect(await ask(d, STORES, 'fsync-durable')).toBe('holds');
    expect(await ask(d, LOAD, 'fsync-durable')).toBe('holds');
    expect(await ask(d, FREEZE, 'no-write-when-frozen')).toBe('holds');
  });

  it('finding A is left: the other fsync has cleared TOWRITE and not yet flushed', async () => {
    expect(await ask(v510Waits, 'a=block: store a; fsync || store a; fsync', 'fsync-durable')).toBe('violated in 27');
  });

  it('6.1 fails an fsync beside a load of a hole: the entry that it waited for is ZERO and DIRTY', async () => {
    expect(await ask(v510Waits, 'a=hole: load a || fsync', 'fsync-no-spurious-error')).toBe('holds');
    expect(await ask(v61Waits, 'a=hole: load a || fsync', 'fsync-no-spurious-error')).toBe('violated in 17');
    expect(await ask(v61Waits, 'a=hole: load a || fsync', 'no-warn')).toBe('violated in 16');
  });
});

it('a store to a private copy is none to a frozen filesystem', async () => {
  for (const design of ['v4.9', 'v5.10']) {
    const run = await verify(await loadDesign(design), 'a=hole: [private] freeze; store a', {
      properties: ['no-write-when-frozen'],
    });
    expect(run.properties.map((p) => p.verdict)).not.toContain('violated');
  }
});
