/** pte-gap=on: a PTE that is cleared and set again under one lock can be seen cleared. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';

const on = parseConfig(['pte-gap=on']);
const FSYNC = 'a=block: store a; fsync || load a';

describe('pte-gap=on', () => {
  it.each([
    ['v4.14', FSYNC],
    ['v6.12', 'a=block: store a; mprotect ro || load a'],
    ['v7.2', 'a=hole: [private] load a; store a || [private] load a'],
    ['wp-shared-merged', FSYNC],
    // The PTE that mprotect clears and sets again is the one that the fault made writable, with its times.
    ['v4.5', 'a=block: store a; mprotect ro; mprotect rw; store a'],
    ['v4.14', 'a=hole: store a || mprotect ro; mprotect rw'],
    ['v6.12', 'a=hole: store a; msync || mprotect ro; mprotect rw; store a'],
  ])('%s, %s: there are more states, and every property holds as before', async (id, text) => {
    const design = await loadDesign(id);
    const [off, with_] = [await verify(design, text), await verify(design, text, { config: on })];
    expect(with_.states).toBeGreaterThan(off.states);
    const verdicts = (r: typeof off) => r.properties.map((p) => [p.id, p.verdict]);
    expect(verdicts(with_)).toEqual(verdicts(off));
  });

  it('nobody is there to see a gap: two steps in place of one, and no other way to go', async () => {
    const design = await loadDesign('v6.1');
    const alone = 'a=block: store a; fsync';
    const [off, with_] = [await verify(design, alone), await verify(design, alone, { config: on })];
    expect([with_.states, with_.transitions]).toEqual([off.states + 1, off.transitions + 1]);
  });

  it.each([
    ['v5.10', 'a=block: load a; store a; fsync || load a'],
    ['v6.12', 'a=block: load a; store a; mprotect ro || load a'],
  ])(
    '%s, thp=on, %s: an access traps at a huge PMD that is invalid for a moment, and nothing else differs',
    async (id, text) => {
      const design = await loadDesign(id);
      const verdicts = (r: Awaited<ReturnType<typeof verify>>) => r.properties.map((p) => [p.id, p.verdict]);
      const off = await verify(design, text, { config: parseConfig(['thp=on']) });
      const with_ = await verify(design, text, { config: parseConfig(['thp=on', 'pte-gap=on']) });
      expect(with_.states).toBeGreaterThan(off.states);
      expect(verdicts(with_)).toEqual(verdicts(off));
    },
  );

  it('v5.10, thp=on: nobody is there to see it', async () => {
    const design = await loadDesign('v5.10');
    const alone = 'a=block: store a; fsync';
    const off = await verify(design, alone, { config: parseConfig(['thp=on']) });
    const with_ = await verify(design, alone, { config: parseConfig(['thp=on', 'pte-gap=on']) });
    expect([with_.states, with_.transitions]).toEqual([off.states + 1, off.transitions + 1]);
  });
});
