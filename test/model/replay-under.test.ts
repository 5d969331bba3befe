/** Counterexamples of the built-in designs under one another: what keeps a later kernel from the bug of an earlier one. */
import { expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../model/config.ts';
import { loadDesign } from '../../verify/registry.ts';
import { replayUnder } from '../../verify/replay-under.ts';
import { verify } from '../../verify/verify.ts';

async function under(of: string, property: string, scenario: string, other: string) {
  const design = await loadDesign(of);
  const run = await verify(design, scenario, { properties: [property] });
  const result = run.properties[0]!;
  const replayed = await replayUnder({ design, scenario, config: DEFAULT_CONFIG, result }, await loadDesign(other));
  return { ...replayed, refused: result.trace![replayed.followed]?.step };
}

it('punch frees a block under a fault in 4.0; in 4.12 it waits for the fault lock', async () => {
  const found = await under('v4.0', 'no-freed-block-mapped', 'a=block: load a; store a || punch a', 'v4.12');
  expect(found).toMatchObject({ ends: 'waits', waits: { process: 'T1', what: 'i_mmap_sem', owners: ['T0'] } });
  expect(found.refused).toContain('free blk.a');
});

it('do_wp_page() forgets the mtime in 4.0; 4.1 calls ->pfn_mkwrite() there', async () => {
  const found = await under('v4.0', 'mtime-on-write', 'a=block: load a; store a', 'v4.1-pfn-mkwrite');
  expect(found).toMatchObject({ ends: 'effect', verdict: 'holds' });
  expect(found.refused).toContain('ptep_set_access_flags(rw)');
  expect(found.instead.at(-1)!.step).toBe('file_update_time()');
});

it('v3 adds flags to whatever is mapped; v2 overwrites it, 4.14 warns and leaves it', async () => {
  const at = (other: string) =>
    under('zero-page-v3', 'zero-page-readonly', 'a=hole: load a; store a || write a', other);
  expect((await at('zero-page-v2')).instead.at(-1)!.changes).toEqual({ 'pte[mm1].a': ['ro zero', 'rw blk.a dirty'] });
  expect((await at('v4.14')).instead.at(-1)!.step).toBe('WARN_ON_ONCE(other pfn): -EBUSY');
});

it('a run that both designs have is followed to its end, which violates both', async () => {
  const found = await under('v4.12', 'hole-reads-allocate-nothing', 'a=hole: load a', 'v4.0');
  expect(found).toMatchObject({ followed: expect.any(Number), refused: undefined, instead: [], violates: true });
});

it('the loop of create-only insertion is left where 4.14 makes the PTE writable', async () => {
  const found = await under('write-flag-no-replace', 'store-completes', 'a=block: load a; store a', 'v4.14');
  expect(found).toMatchObject({ refused: undefined, verdict: 'holds' });
  expect(found.instead.at(-1)!.changes['pte[mm1].a']).toEqual(['ro blk.a', 'rw blk.a dirty']);
});

it('a property that does not apply to the other design is not said to hold there', async () => {
  const found = await under('v4.12', 'fsync-durable', 'a=block: store a; fsync || store a; fsync', 'v4.0');
  expect(found).toMatchObject({ violates: false, verdict: 'n/a' });
});
