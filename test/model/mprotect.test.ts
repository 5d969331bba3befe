/** mprotect(2): which PTEs get their write bit back, and what the VMA's flags forbid. */
import { describe, expect, it } from 'vitest';
import { costsOf } from '../../verify/costs.ts';
import { loadDesign } from '../../verify/registry.ts';
import { ask, daxIds, endsOf, factsOf, pteIn } from './ask.ts';

const ids = await daxIds();

/** How often an operation traps, at most. */
async function traps(design: string, scenario: string, position: number): Promise<number> {
  const { operations } = await costsOf(await loadDesign(design), scenario);
  return operations!.find((o) => o.position === position)!.costs.find((c) => c.id === 'traps')!.worst!;
}

describe.each(ids)('%s', (id) => {
  it('a dirty PTE becomes writable again without a fault', async () => {
    expect(await traps(id, 'a=block: store a; mprotect ro; mprotect rw; store a', 3)).toBe(0);
  });

  it('a PTE that was never written stays read-only', async () => {
    expect(await traps(id, 'a=block: load a; mprotect ro; mprotect rw; store a', 3)).toBeGreaterThan(0);
  });

  it('fsync between the two makes the store trap exactly where fsync cleans', async () => {
    const { facts } = await loadDesign(id);
    const found = await traps(id, 'a=block: store a; mprotect ro; fsync; mprotect rw; store a', 4);
    expect(found > 0).toBe(facts.mkclean);
  });

  it('a private copy comes back read-only, and one fault reuses it; 6.1 makes it writable at once', async () => {
    const found = await traps(id, 'a=block: [private] store a; mprotect ro; mprotect rw; store a', 3);
    expect(found).toBe(['v6.1', 'v6.12', 'v7.2'].includes(id) ? 0 : 1);
  });

  it('a private copy that a child shares comes back read-only', async () => {
    const ends = await endsOf(id, 'a=hole: [private] store a; fork; mprotect ro; mprotect rw');
    expect(new Set(ends.map((e) => pteIn(e, 'mmT0c1:private', 'a').slice(0, 2)))).toEqual(new Set(['ro']));
  });

  it('a store to a mapping without VM_WRITE gets SIGSEGV, also where the PTE was writable', async () => {
    const ends = await endsOf(id, 'a=block: store a; mprotect ro; store a');
    expect(ends.map((e) => [pteIn(e, 'mm1', 'a'), e['blk.a']!.context.mem])).toEqual([
      ['ro blk.a dirty', ['T0.store0']],
    ]);
  });

  it('a read-only mapping can be made writable', async () => {
    const ends = await endsOf(id, 'a=block: [ro] mprotect rw; store a');
    expect(ends.map((e) => pteIn(e, 'mm1:ro', 'a'))).toEqual(['rw blk.a dirty']);
  });

  it('a mapping that stays as it is keeps its PTEs', async () => {
    const ends = await endsOf(id, 'a=block: store a; mprotect rw');
    expect(ends.map((e) => pteIn(e, 'mm1', 'a'))).toEqual(['rw blk.a dirty']);
  });

  it('beside another mm, the write bit that comes back changes no verdict', async () => {
    const without = 'a=block: load a; store a; store a; fsync || [mm2] store a';
    const scenario = 'a=block: load a; store a; mprotect ro; mprotect rw; store a; fsync || [mm2] store a';
    const verdict = async (text: string, property: string) => (await ask(id, text, property)).split(' ')[0];
    for (const property of ['mtime-on-write', 'writable-implies-dirty', 'no-stale-read', 'no-deadlock']) {
      expect([property, await verdict(scenario, property)]).toEqual([property, await verdict(without, property)]);
    }
  });

  it('both engines agree', async () => {
    const scenario = 'a=block: store a; mprotect ro; mprotect rw; store a || fsync';
    expect(await factsOf(id, scenario, 'interpreter')).toEqual(await factsOf(id, scenario, 'packed'));
  });
});
