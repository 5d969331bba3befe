/** fsync begins with its first step, also where a design has put steps of its own before those of the kernel's. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import v612 from '../../model/designs/v6.12.ts';
import { verify } from '../../verify/verify.ts';
import tagsAtFsync from '../variations/v6.12-tags-at-fsync.ts';

async function asked(design: Design, scenario: string, property = 'fsync-durable') {
  const run = await verify(design, scenario, { config: parseConfig([]), properties: [property] });
  return run.properties[0]!.trace?.length ?? run.properties[0]!.verdict;
}

describe('a design whose fsync looks for dirty PTEs first', () => {
  it.each(['fsync', 'msync'])('owes what was stored before that, and no more: %s beside a store', async (call) => {
    expect(await asked(tagsAtFsync, `a=block: load a; store a || ${call}`)).toBe('holds');
    expect(await asked(tagsAtFsync, `a=block: load a; store a; ${call}`)).toBe('holds');
  });

  it('loses what a PTE that is gone has stored', async () => {
    for (const call of ['munmap a; fsync', 'dontneed a; msync', 'dontneed a; fsync']) {
      expect(await asked(tagsAtFsync, `a=block: store a; ${call}`)).toBeTypeOf('number');
    }
    expect(await asked(v612, 'a=block: store a; dontneed a; fsync')).toBe('holds');
  });
});
