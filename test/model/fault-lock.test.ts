/** `fault_lock` of a design of one's own says who takes the fault lock, in the code of every era. */
import { describe, expect, it } from 'vitest';
import type { Design } from '../../model/design.ts';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';
import { ask, endsOf } from './ask.ts';

const TRUNCATE = 'a=block: load a; store a || truncate a';
const PUNCH = 'a=block: load a; store a || punch a';
const PIN = 'a=block: pin a; unpin a || truncate a';

async function variation(id: string, parts: Partial<Design['parts']>): Promise<Design> {
  const base = await loadDesign(id);
  return { ...base, id: `${id}, changed`, parts: { ...base.parts, ...parts } };
}

describe('without the fault lock a fault maps what truncate or punch frees', () => {
  it.each([
    ['v4.12', 16, 16],
    ['v4.14', 16, 16],
    ['v5.10', 17, 18],
    ['v6.1', 17, 18],
    ['v6.12', 17, 17],
    ['v7.2', 18, 18],
  ])('in truncate and punch of %s', async (id, truncated, punched) => {
    const open = await variation(id, { fault_lock: { faults: true, truncate: false } });
    expect(await ask(open, TRUNCATE, 'no-freed-block-mapped')).toBe(`violated in ${truncated}`);
    expect(await ask(open, PUNCH, 'no-freed-block-mapped')).toBe(`violated in ${punched}`);
    for (const text of [TRUNCATE, PUNCH]) expect(await ask(open, text, 'lock-discipline')).toBe('holds');
  });

  it.each(['v4.9', 'v4.12', 'v5.10'])('in faults of %s, ->pfn_mkwrite() included', async (id) => {
    const open = await variation(id, { fault_lock: { faults: false, truncate: true } });
    expect(await ask(open, TRUNCATE, 'no-freed-block-mapped')).toMatch(/^violated/);
    expect(await ask(open, PUNCH, 'lock-discipline')).toBe('holds');
  });
});

describe('with the fault lock, as ea3d7209ca01 gave it to 4.5', () => {
  it.each(['v4.0', 'v4.1-pfn-mkwrite'])('punch of %s leaves no freed block mapped', async (id) => {
    expect(await ask(id, PUNCH, 'no-freed-block-mapped')).toBe('violated in 16');
    const locked = await variation(id, { fault_lock: { faults: true, truncate: true } });
    expect(await ask(locked, PUNCH, 'no-freed-block-mapped')).toBe('holds');
    expect(await ask(locked, `${PUNCH} || load a`, 'no-deadlock')).toBe('holds');
    const half = await variation(id, { fault_lock: { faults: true, truncate: false } });
    expect(await ask(half, PUNCH, 'no-freed-block-mapped')).toMatch(/^violated/);
  });
});

describe('break_layouts: null', () => {
  it.each(['v5.10', 'v6.1', 'v6.12'])('%s truncates without waiting for pins', async (id) => {
    expect(await ask(id, PIN, 'no-freed-block-pinned')).toBe('holds');
    const unbroken = await variation(id, { break_layouts: null });
    expect(await ask(unbroken, PIN, 'no-freed-block-pinned')).toMatch(/^violated/);
    expect(await ask(unbroken, TRUNCATE, 'no-freed-block-mapped')).toBe('holds');
  });

  it('7.2 warns of each entry that truncate and punch meet then, and deletes it', async () => {
    const unbroken = await variation('v7.2', { break_layouts: null });
    expect(await ask(unbroken, TRUNCATE, 'no-warn')).toBe('violated in 17');
    expect(await ask(unbroken, PUNCH, 'no-warn')).toBe('violated in 18');
    // An entry that stayed would stand for a block that is free: stores would get SIGBUS, loads old bytes.
    for (const property of ['no-stale-read', 'no-spurious-sigbus', 'no-freed-block-mapped', 'writable-implies-dirty'])
      expect(await ask(unbroken, PUNCH, property)).toBe('holds');
    for (const end of await endsOf(unbroken, 'a=block: store a; punch a'))
      expect(end['entry.a']!.context).toMatchObject({ kind: 'nil' });
    expect(await ask(unbroken, PIN, 'no-freed-block-pinned')).toBe('violated in 27');
  });
});

describe('7.2 without the fault lock in truncate', () => {
  it('waits for a page that a pin has mapped again meanwhile, for ever: nobody has missed a wake-up', async () => {
    const open = await variation('v7.2', { fault_lock: { faults: true, truncate: false } });
    const run = await verify(open, PIN, { properties: ['no-deadlock'] });
    const [found] = run.properties;
    expect([found?.verdict, found?.trace?.length]).toEqual(['violated', 22]);
    // wait_page_idle() sleeps until page_ref_count() is 0, and the PTE is a reference: free_zone_device_folio(), which wakes, is not called.
    expect(found?.damage).toBe('no process can step: T1 waits for the page of blk.a, which is mapped by mm1');
    expect(await ask('v7.2', PIN, 'no-deadlock')).toBe('holds');
  });
});
