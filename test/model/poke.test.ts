import { describe, expect, it } from 'vitest';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';

const explored = async (design: string, scenario: string, properties: readonly string[]) => {
  const run = await verify(await loadDesign(design), scenario, { properties });
  expect(run.complete).toBe(true);
  return run.properties.map((p) => p.verdict);
};

describe('a write through get_user_pages(FOLL_FORCE)', () => {
  it.each(['v4.0', 'v4.5', 'v4.14', 'v5.10', 'v6.12', 'v7.2'])(
    'of %s goes to a copy, which the mapping then has, whether it is writable or not',
    async (design) => {
      for (const attributes of ['private ro', 'private']) {
        const scenario = `a=block: [${attributes}] load a; poke a; poke a; load a`;
        const properties = ['private-stays-private', 'lock-discipline', 'no-deadlock'];
        expect(await explored(design, scenario, properties)).toEqual(['holds', 'holds', 'holds']);
      }
    },
  );

  it.each([
    ['v4.14', 'holds'],
    ['v5.10', 'violated'],
    ['v6.1', 'holds'],
    ['v7.2', 'holds'],
  ])('of %s beside another one of a read-only mapping: %s (09854ba94c6a, 6c287605fd56)', async (design, verdict) => {
    const scenario = 'a=block: [private ro] load a; poke a; load a || [private ro] poke a';
    expect(await explored(design, scenario, ['private-keeps-stores', 'private-stays-private'])).toEqual([
      verdict,
      'holds',
    ]);
  });

  it('that finds no page to follow ends without a signal, beyond i_size as without a VMA', async () => {
    for (const before of ['truncate a', 'munmap a']) {
      const scenario = `a=block: [private ro] ${before}; poke a; fsync`;
      expect(await explored('v5.10', scenario, ['no-deadlock', 'lock-discipline'])).toEqual(['holds', 'holds']);
    }
  });

  it.each([
    ['a=block: poke a', 'poke is modelled of private mappings'],
    ['a=block: [private] poke a; mprotect ro', 'poke is not modelled with mprotect'],
  ])('%s is refused', async (scenario, message) => {
    await expect(explored('v5.10', scenario, ['no-warn'])).rejects.toThrow(message);
  });
});
