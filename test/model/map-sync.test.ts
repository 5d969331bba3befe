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

it('a synchronous fault of 2 MiB does not wait for an entry of 4 KiB in its range, and begins anew', async () => {
  const text = 'a=unwritten, b=unwritten: [sync] store a || invalidate a || [mm2 maps=b] load b';
  const run = await verify(await loadDesign('v6.12'), text, {
    properties: ['no-deadlock'],
    config: parseConfig(['thp=on']),
  });
  const { points, taken } = run.coverage;
  const lines = points.filter((p) => taken.has(p.alternative)).map((p) => p.alternative.line);
  expect(lines).toContain('a 4 KiB entry: dax_is_conflict(): retry');
  expect(lines).toContain('no entry: retry');
  expect(run.properties.map((p) => p.verdict)).toEqual(['holds']);
});

describe('with errors=on', () => {
  /** The calls that fail in some run, and the verdicts. */
  async function failing(text: string, ...settings: string[]): Promise<{ failed: string[]; verdicts: string[] }> {
    const run = await verify(await loadDesign('v6.12'), text, {
      properties: ['map-sync-durable', 'no-deadlock'],
      config: parseConfig(['errors=on', ...settings]),
    });
    const { points, taken } = run.coverage;
    const lines = points.filter((p) => taken.has(p.alternative)).map((p) => p.alternative.line);
    return {
      failed: [...new Set(lines.filter((l) => l.includes(' fails: ')))],
      verdicts: run.properties.map((p) => p.verdict),
    };
  }

  it('a synchronous fault may fail in its commit, and before; what is mapped is committed all the same', async () => {
    for (const settings of [[], ['journal=on']]) {
      const { failed, verdicts } = await failing('a=hole: [sync] store a || [sync] load a; store a', ...settings);
      expect(failed).toEqual(
        expect.arrayContaining(['vfs_fsync_range() fails: -EIO', 'dax_direct_access() fails: -EIO']),
      );
      expect(verdicts).toEqual(['holds', 'holds']);
    }
  });

  it('one whose commit fails leaves nothing mapped: nobody reads zeros beside the new block', async () => {
    const text = 'a=hole: [sync] load a; store a; fsync || write a';
    const run = await verify(await loadDesign('v6.12'), text, {
      properties: ['no-stale-read'],
      config: parseConfig(['errors=on']),
    });
    // Only where the block's address cannot be had the zero page stays (AC).
    expect(run.properties[0]!.trace!.some((s) => s.step.includes('dax_direct_access() fails'))).toBe(true);
  });
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
