/** What Linux 6.15 to 7.2 changed under DAX, and what that breaks. */
import { describe, expect, it } from 'vitest';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';
import breaksRange from '../variations/v7.2-breaks-range.ts';
import insertsEbusy from '../variations/v7.2-insert-ebusy.ts';
import keepsBlocks from '../variations/v7.2-keeps-blocks.ts';
import waitsForPins from '../variations/v7.2-waits-for-pins.ts';
import { ask } from './ask.ts';

describe('breaking layouts', () => {
  it.each(['punch b', 'truncate b'])('before %s forgets that another page is dirty', async (call) => {
    const scenario = `a=block, b=block: store a; ${call}; fsync`;
    expect(await ask('v7.2', scenario, 'fsync-durable')).toMatch('violated');
    expect(await ask('v6.12', scenario, 'fsync-durable')).toBe('holds');
  });

  it('of the range alone, truncate and punch forget nothing', async () => {
    for (const call of ['punch b', 'truncate b'])
      expect(await ask(breaksRange, `a=block, b=block: store a; ${call}; fsync`, 'fsync-durable')).toBe('holds');
  });

  it.each(['a=block: pin a; unpin a || fsync || truncate a', 'a=block: pin a; munmap a; unpin a || truncate a'])(
    'waits for a pin where 6.12 does not: %s',
    async (scenario) => {
      expect(await ask('v7.2', scenario, 'no-freed-block-pinned')).toBe('holds');
      expect(await ask('v6.12', scenario, 'no-freed-block-pinned')).toMatch('violated');
    },
  );

  it('sleeps for ever where the page is mapped again before its pin goes', async () => {
    const scenario = 'a=block: pin a; unpin a || truncate a || load a';
    expect(await ask('v7.2', scenario, 'no-deadlock')).toBe('violated in 38');
    expect(await ask('v6.12', scenario, 'no-deadlock')).toBe('holds');
  });

  it.each([
    'a=block: pin a; unpin a || truncate a || load a',
    'a=block: pin a; unpin a || punch a || load a',
    'a=block: pin a; load a; unpin a || truncate a',
  ])('of the pins alone nobody waits for ever, and no pinned block is freed: %s', async (scenario) => {
    expect(await ask('v7.2', scenario, 'no-deadlock')).toMatch('violated');
    expect(await ask(waitsForPins, scenario, 'no-deadlock')).toBe('holds');
    for (const property of ['no-freed-block-pinned', 'no-freed-block-mapped', 'no-warn'])
      expect(await ask(waitsForPins, scenario, property)).toBe('holds');
  });

  it('waits while a private store copies from the page', async () => {
    const scenario = 'a=block: [private] load a; store a || truncate a';
    expect(await ask('v7.2', scenario, 'no-deadlock')).toBe('holds');
    expect(await ask('v7.2', scenario, 'no-stale-read')).toBe('holds');
  });
});

describe('a store beside write(2) into the hole that it maps', () => {
  const scenario = 'a=hole: load a; store a || write a';
  it.each([
    ['v6.12', 'holds'],
    ['v7.2', 'violated in 37'],
  ])('in %s: no SIGBUS: %s', async (design, verdict) => {
    expect(await ask(design, scenario, 'no-spurious-sigbus')).toBe(verdict);
  });
  it('is tried again where the insertion answers -EBUSY', async () => {
    expect(await ask(insertsEbusy, scenario, 'no-spurious-sigbus')).toBe('holds');
    expect(await ask(insertsEbusy, scenario, 'store-completes')).toBe('holds');
  });
});

it('a load beside write(2) makes the kernel warn of a page that is still mapped', async () => {
  expect(await ask('v7.2', 'a=hole: load a || write a', 'no-warn')).toBe('violated in 16');
  expect(await ask('v6.12', 'a=hole: load a || write a', 'no-warn')).toBe('holds');
});

it('a PTE that is made writable keeps its dirty bit as it was, and fsync cleans it all the same', async () => {
  const design = await loadDesign('v7.2');
  const run = await verify(design, 'a=block: load a; store a || fsync', {});
  expect(run.properties.filter((p) => p.verdict === 'violated').map((p) => p.id)).toEqual([]);
});

it.each([
  ['a=hole: load a || write a', 'no-warn'],
  ['a=hole: load a; store a || write a', 'no-warn'],
  ['a=hole: load a; store a || write a', 'no-stale-read'],
  ['a=hole: load a; store a || write a', 'writable-implies-dirty'],
])('a write that keeps the entry of the new block: %s, %s holds', async (scenario, property) => {
  expect(await ask(keepsBlocks, scenario, property)).toBe('holds');
});
