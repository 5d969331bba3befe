import { describe, expect, it } from 'vitest';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';

const ends = async (design: string, scenario: string): Promise<readonly string[]> =>
  (await verify(await loadDesign(design), scenario, { properties: [] })).ends();

describe('S0.13/S0.14: the end states of load; store are those of store', () => {
  it.each(['block', 'hole'])('in zero-page-v3, on a %s', async (initial) => {
    const both = await ends('zero-page-v3', `a=${initial}: load a; store a`);
    expect(both).toEqual(await ends('zero-page-v3', `a=${initial}: store a`));
    expect(both).toHaveLength(1);
  });
});

describe('a hole read', () => {
  const verdict = async (design: string) => {
    const run = await verify(await loadDesign(design), 'a=hole: load a', {
      properties: ['hole-reads-allocate-nothing'],
    });
    return run.properties[0]!.verdict;
  };
  it('allocates a page-cache page in v4.12', async () => expect(await verdict('v4.12')).toBe('violated'));
  it('allocates nothing with the common zero page', async () => expect(await verdict('zero-page-v2')).toBe('holds'));
});
