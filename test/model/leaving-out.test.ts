import { describe, expect, it } from 'vitest';
import pteBeforeDirty from '../../casebook/designs/pte-before-dirty.ts';
import withoutPteSame from '../../casebook/designs/v4.1-without-pte_same.ts';
import truncateWithoutLock from '../../casebook/designs/v4.12-truncate-without-fault-lock.ts';
import withDaxPfnMkwrite from '../../casebook/designs/zero-page-with-dax_pfn_mkwrite.ts';
import type { Design } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import { verify } from '../../verify/verify.ts';
import mkcleanSkipsReadOnly from '../variations/v4.14-mkclean-skips-read-only.ts';

/** Length of the shortest counterexample, in steps. */
async function violation(design: Design, scenario: string, property: string): Promise<number | undefined> {
  const run = await verify(design, scenario, { properties: [property] });
  return run.properties[0]?.trace?.length;
}

describe('leaving out one thing shows up', () => {
  it('v4.1 without pte_same() maps a freed block', async () => {
    const scenario = 'a=block: load a; store a || truncate a';
    expect(await violation(withoutPteSame, scenario, 'no-freed-block-mapped')).toBe(30);
  });

  it('v4.12 with truncate not taking the fault lock maps a freed block', async () => {
    const scenario = 'a=block: store a || truncate a';
    expect(await violation(truncateWithoutLock, scenario, 'no-freed-block-mapped')).toBe(18);
  });

  it("the zero page with v4.12's dax_pfn_mkwrite() becomes writable", async () => {
    const scenario = 'a=hole: load a; store a';
    expect(await violation(withDaxPfnMkwrite, scenario, 'zero-page-readonly')).toBe(25);
  });

  it('a PTE made writable before the entry is dirtied is writable and clean', async () => {
    expect(await violation(pteBeforeDirty, 'a=block: store a', 'writable-implies-dirty')).toBe(11);
  });

  it('v4.14 with mkclean skipping read-only PTEs lets mprotect make one writable over a clean entry', async () => {
    const scenario = 'a=block: store a; mprotect ro; fsync; mprotect rw';
    expect(await violation(mkcleanSkipsReadOnly, scenario, 'writable-implies-dirty')).toBe(37);
    expect(await violation(v414, scenario, 'writable-implies-dirty')).toBeUndefined();
  });

  it('a PTE made writable before the entry is dirtied loses an fsynced store of another thread', async () => {
    expect(await violation(pteBeforeDirty, 'a=block: store a || store a; fsync', 'fsync-durable')).toBe(16);
  });
});
