/** `fault_lock` of a design of one's own says who takes the fault lock, in the code of every era. */
import { describe, expect, it } from 'vitest';
import type { Design } from '../../model/design.ts';
import { loadDesign } from '../../verify/registry.ts';
import { ask } from './ask.ts';

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
});
