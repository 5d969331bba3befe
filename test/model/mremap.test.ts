/** mremap(2): the mapping is at other addresses, and what a TLB still has of the old ones (5d1904204c99, eb66ae030829). */
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG, parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import v412 from '../../model/designs/v4.12.ts';
import v414 from '../../model/designs/v4.14.ts';
import v612 from '../../model/designs/v6.12.ts';
import merged from '../../model/designs/wp-shared-merged.ts';
import type { MmParts } from '../../model/parts.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';
import { type End, endsOf, pteIn } from './ask.ts';

const ON = parseConfig(['tlb=on']);
const ids = await designIds();

async function verdicts(design: string | Design, scenario: string, properties: readonly string[], config = ON) {
  const whole = typeof design === 'string' ? await loadDesign(design) : design;
  const run = await verify(whole, scenario, { config, properties: [...properties] });
  expect(run.complete).toBe(true);
  return run.properties.map((p) => p.verdict);
}
const flushing = <P extends MmParts>(base: Design<P>, first: MmParts['mremap_flushes_first']): Design<P> => ({
  ...base,
  id: `${base.id}-flushes-${first}`,
  parts: { ...base.parts, mremap_flushes_first: first },
});

describe.each(ids)('%s', (id) => {
  it('a PTE is at the other address as it was, and what follows in the process goes there', async () => {
    const ends = await endsOf(id, 'a=block: store a; mremap; store a; load a');
    const found = new Set(ends.map((e) => `${pteIn(e, 'mm1', 'a')}, ${pteIn(e, 'mm1:moved', 'a')}`));
    expect(
      [...found].every((t) => /^none, rw \S+ dirty$/.test(t)),
      [...found].join('; '),
    ).toBe(true);
  });

  it('who has the old address finds nothing mapped there, and a walk over the file misses no PTE that is moved', async () => {
    const scenario = 'a=block: store a || mremap || truncate a';
    expect(await verdicts(id, scenario, ['no-deadlock', 'lock-discipline', 'no-warn'], DEFAULT_CONFIG)).toEqual([
      'holds',
      'holds',
      'holds',
    ]);
    const ends = await endsOf(id, scenario);
    expect(new Set(ends.flatMap((e) => [pteIn(e, 'mm1', 'a'), pteIn(e, 'mm1:moved', 'a')]))).toEqual(new Set(['none']));
  });
});

it('the times: the access whose fault made the PTE writable is the same at the other address', async () => {
  const properties = ['mtime-on-write', 'mtime-by-msync'];
  for (const calls of ['mremap', 'mprotect ro; mremap; mprotect rw', 'mremap; msync']) {
    expect(await verdicts('v4.14', `a=block: store a; ${calls}; store a; msync`, properties), calls).toEqual([
      'holds',
      'holds',
    ]);
  }
});

it('a filesystem that is frozen is stored on by who could before (4.9), at the other address as well', async () => {
  const scenario = 'a=block: store a; freeze; mremap; store a; thaw';
  expect(await verdicts('v4.9', scenario, ['no-write-when-frozen'])).toEqual(['holds']);
});

it('6.12, XFS: the VMA is locked, so that no fault under its lock maps what has just been moved', async () => {
  const config = parseConfig(['fs=xfs']);
  const left = async (design: Design) => {
    const run = await verify(design, 'a=block: store a || mremap', { config, properties: [] });
    const ends = run.ends().map((e) => Object.fromEntries(JSON.parse(e) as [string, End[string]][]));
    return new Set(ends.map((e) => pteIn(e, 'mm1', 'a')));
  };
  expect(await left(v612)).toEqual(new Set(['none']));
  const unlocked: Design = {
    ...v612,
    parts: {
      ...v612.parts,
      mremap: (d: MmParts, here, ret) => v612.parts.mremap({ ...d, per_vma_lock: false }, here, ret),
    } as typeof v612.parts,
  };
  expect(await left(unlocked)).toContain('rw blk.a dirty');
});

describe('a store through the old address, after the page was cleaned at the new one', () => {
  const scenario = 'a=block: store a; store a || mremap || fsync; fsync';
  it('the page cache of 4.0 loses it; flushed under the PTL it does not (5d1904204c99)', async () => {
    expect(await verdicts('wp-shared-merged', scenario, ['fsync-durable'])).toEqual(['violated']);
    expect(await verdicts(flushing(merged, 'dirty'), scenario, ['fsync-durable'])).toEqual(['holds']);
    expect(await verdicts('wp-shared-merged', scenario, ['fsync-durable'], DEFAULT_CONFIG)).toEqual(['holds']);
  });
  it('DAX that cleans PTEs would as well, and has that fix from the first', async () => {
    const properties = ['writable-implies-dirty', 'fsync-durable'];
    expect(await verdicts(flushing(v412, 'none'), scenario, properties)).toEqual(['violated', 'violated']);
    for (const id of ['v4.12', 'v4.14'])
      expect(await verdicts(id, scenario, properties), id).toEqual(['holds', 'holds']);
  });
});

describe('a block is freed at the new address, and a TLB has the old one', () => {
  const scenarios = ['a=block: load a || mremap || truncate a', 'a=block: load a || mremap || punch a'];
  it.each(scenarios)('%s: where a clean PTE is flushed later (up to 4.18; eb66ae030829)', async (scenario) => {
    for (const id of ['v4.0', 'v4.9', 'v4.12']) {
      expect(await verdicts(id, scenario, ['no-freed-block-mapped']), id).toEqual(['violated']);
    }
    expect(await verdicts(flushing(v414, 'dirty'), scenario, ['no-freed-block-mapped'])).toEqual(['violated']);
    for (const id of ['v4.14', 'v5.10', 'v6.1', 'v6.12', 'v7.2']) {
      expect(await verdicts(id, scenario, ['no-freed-block-mapped']), id).toEqual(['holds']);
    }
  });
});

it.each([
  ['[private] store a; mremap', []],
  ['store a; mremap; mremap', []],
  ['store a; mremap || fork', []],
  ['store a; mremap', ['thp=on']],
  ['store a; mremap', ['errors=on']],
])('%s %j is refused', async (scenario, config) => {
  await expect(verdicts('v5.10', `a=block: ${scenario}`, ['no-deadlock'], parseConfig(config))).rejects.toMatchObject({
    code: 'E_UNSUPPORTED',
  });
});
