/** MAP_SYNC: what a store leaves is in committed metadata, and the faults that see to it. */
import { describe, expect, it } from 'vitest';
import { chart, dispatch, otherwise } from '../../explorer/chart.ts';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import type { FinishSyncFault, IomapParts } from '../../model/parts.ts';
import { dax_finish_sync_fault } from '../../model/paths/v5/dax_finish_sync_fault.ts';
import { V510 } from '../../model/sources.ts';
import { loadDesign } from '../../verify/registry.ts';
import { supports, verify } from '../../verify/verify.ts';

async function verdict(design: Design, text: string, property: string, ...settings: string[]): Promise<string> {
  const run = await verify(design, text, { properties: [property], config: parseConfig(settings) });
  expect(run.complete).toBe(true);
  return run.properties[0]!.verdict;
}

/** Goes to the insertion at once: neither data nor transaction are written. */
const withoutSync: FinishSyncFault = (d, here, ret, of) => {
  const whole = dax_finish_sync_fault!(d, here, ret, of) as { states: Record<string, unknown> };
  return {
    ...whole,
    states: {
      ...whole.states,
      vfs_fsync_range: chart(here.at('vfs_fsync_range'), {
        none: dispatch('vfs_fsync_range', V510.dax, otherwise(here.to('dax_insert_pfn_mkwrite'), '')),
      }),
    },
  } as ReturnType<FinishSyncFault>;
};

describe('a store through MAP_SYNC goes into a committed block', () => {
  it.each([
    ['v5.10', 'a=hole: [sync] load a; store a || write a'],
    ['v6.1', 'a=unwritten: [sync] store a || punch a'],
    ['v6.12', 'a=hole: [sync] store a || [mm2] store a'],
    ['v7.2', 'a=hole, b=hole: [sync] store a || store b; fsync'],
  ])('%s: %s', async (id, text) => {
    for (const settings of [[], ['thp=on'], ['fs=xfs']])
      expect(await verdict(await loadDesign(id), text, 'map-sync-durable', ...settings)).toBe('holds');
  });

  it('not where the fault maps it before the transaction is committed', async () => {
    const base = (await loadDesign('v6.12')) as unknown as Design<IomapParts>;
    const early = { ...base, id: 'no-commit', parts: { ...base.parts, dax_finish_sync_fault: withoutSync } };
    expect(await verdict(early as unknown as Design, 'a=hole: [sync] store a', 'map-sync-durable')).toBe('violated');
    expect(await verdict(early as unknown as Design, 'a=block: [sync] store a', 'map-sync-durable')).toBe('holds');
  });
});

it('a synchronous fault of 2 MiB meets the page table of one of 4 KiB that came between commit and insertion', async () => {
  const text = 'a=hole: [sync] load a; store a || [sync] store a';
  expect(await verdict(await loadDesign('v6.1'), text, 'no-warn', 'thp=on')).toBe('violated');
  expect(await verdict(await loadDesign('v6.12'), text, 'no-warn', 'thp=on')).toBe('holds');
  expect(await verdict(await loadDesign('v6.12'), text, 'no-warn', 'thp=on', 'fs=xfs')).toBe('violated');
});

it('is refused where there is none', async () => {
  const text = 'a=hole: [sync] store a';
  expect(await supports(await loadDesign('v4.14'), text, parseConfig([]))).toBe(false);
  expect(await supports(await loadDesign('v6.1'), text, parseConfig(['fs=ext2']))).toBe(false);
  expect(await supports(await loadDesign('v6.1'), text, parseConfig([]))).toBe(true);
});

it('a private mapping is not made with it', async () => {
  await expect(verify(await loadDesign('v6.1'), 'a=hole: [private, sync] load a')).rejects.toThrow('MAP_SYNC');
});
