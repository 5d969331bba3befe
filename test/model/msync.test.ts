/** msync(2): what it does not sync. */
import { describe, expect, it } from 'vitest';
import { designIds } from '../../verify/registry.ts';
import { ask, endsOf } from './ask.ts';

const ids = await designIds();

/** Whether page a's entry is DIRTY in the ends. */
async function tags(scenario: string): Promise<Set<unknown>> {
  return new Set((await endsOf('v4.14', scenario)).map((e) => e['entry.a']!.context.dirty));
}

describe('msync', () => {
  it('of a private mapping leaves what others stored to the file DIRTY', async () => {
    expect(await tags('a=block: store a || [mm2 private] msync')).toEqual(new Set([true]));
    expect(await tags('a=block: store a || [mm2] msync')).toEqual(new Set([true, false]));
  });

  it('of a mapping that is gone does so, too', async () => {
    expect(await tags('a=block: store a; munmap a; msync')).toEqual(new Set([true]));
  });

  it.each(ids)('of a private mapping promises nothing in %s', async (id) => {
    expect(await ask(id, 'a=block: store a || [mm2 private] msync', 'mtime-by-msync')).toBe('vacuous');
  });
});
