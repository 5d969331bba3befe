/** jbd2's handles and commits (journal=on): who waits for whom. */
import { describe, expect, it } from 'vitest';
import { chart } from '../../explorer/chart.ts';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import { startHandle, stopHandle } from '../../model/journal.ts';
import type { Fallocate, IomapParts } from '../../model/parts.ts';
import { zeroOf } from '../../model/paths/v5/ext4_fallocate.ts';
import { V612 } from '../../model/sources.ts';
import { loadDesign } from '../../verify/registry.ts';
import type { PropertyResult } from '../../verify/result.ts';
import { supports, verify } from '../../verify/verify.ts';

async function judgedOf(
  design: Design,
  text: string,
  property: string,
  ...settings: string[]
): Promise<PropertyResult> {
  const run = await verify(design, text, { properties: [property], config: parseConfig(settings) });
  expect(run.complete).toBe(true);
  return run.properties[0]!;
}
const judged = async (id: string, text: string, property: string, journal: 'on' | 'off'): Promise<PropertyResult> =>
  judgedOf(await loadDesign(id), text, property, `journal=${journal}`);
const steps = ({ trace }: PropertyResult): string[] => (trace ?? []).map((s) => `${s.process} ${s.function} ${s.step}`);

describe('an fsync that has something to commit', () => {
  const overtaking = 'a=block: store a; fsync || store a; fsync';

  it('without the journal returns beside a fault that holds the entry it has skipped', async () => {
    const found = steps(await judged('v6.1', overtaking, 'fsync-durable', 'off'));
    expect(found.at(-1)).toMatch(/ext4_sync_file returns 0/);
    expect(found.filter((s) => s.includes('unlock_slot()'))).toEqual([]);
  });

  it('with it waits until that fault has stopped its handle, and has skipped the entry all the same', async () => {
    const found = steps(await judged('v6.1', overtaking, 'fsync-durable', 'on'));
    const at = (text: string) => found.findIndex((s) => s.includes(text));
    expect(at('skipped')).toBeGreaterThan(0);
    expect(at('ext4_journal_stop()')).toBeGreaterThan(at('skipped'));
    expect(at('T_FLUSH')).toBeGreaterThan(at('ext4_journal_stop()'));
    expect(at('returns 0')).toBeGreaterThan(at('T_FLUSH'));
  });

  it('meets no deadlock, from 4.0 to 7.2', async () => {
    for (const id of ['v4.0', 'v4.5', 'v4.9', 'v4.12', 'v4.14', 'v5.10', 'v6.1', 'v6.12', 'v7.2'])
      expect([id, (await judged(id, overtaking, 'no-deadlock', 'on')).verdict]).toEqual([id, 'holds']);
  });
});

describe('an msync', () => {
  it('is an fdatasync(2): it does not wait for a fault that has changed the times alone', async () => {
    for (const id of ['v5.10', 'v6.1', 'v6.12', 'v7.2']) {
      const run = await judged(id, 'a=block: store a; msync || store a', 'fsync-durable', 'on');
      const found = steps(run);
      expect([id, found.at(-2), found.length]).toEqual([
        id,
        'T0 jbd2_complete_transaction i_datasync_tid is committed',
        22,
      ]);
      expect(found.filter((s) => /ext4_journal_stop|T_LOCKED/.test(s))).toEqual([]);
    }
  });

  it('commits what has changed the mapping to blocks, and waits for the handles of that transaction', async () => {
    const found = steps(await judged('v6.12', 'a=hole: store a; msync || store a', 'fsync-durable', 'on'));
    const at = (text: string) => found.findIndex((s) => s.includes(text));
    expect(at('T_FLUSH')).toBeGreaterThan(at('skipped'));
    expect(found.at(-2)).toBe('T0 jbd2_journal_commit_transaction committed');
  });

  /** Whether somebody makes kjournald2 commit. */
  async function commits(id: string, text: string, ...settings: string[]): Promise<boolean> {
    const config = parseConfig(['journal=on', ...settings]);
    const { coverage, complete } = await verify(await loadDesign(id), text, { properties: [], config });
    expect(complete).toBe(true);
    return [...coverage.taken].some((a) => /T_LOCKED|T_FLUSH|xlog_cil_push_work/.test(a.line));
  }

  // ext4_sync_file(): datasync ? ei->i_datasync_tid : ei->i_sync_tid
  it.each(['v4.0', 'v4.1-pfn-mkwrite', 'v4.5', 'v4.9', 'v4.12', 'zero-page-v3', 'v4.14', 'v5.10'])(
    'in %s commits for a block and for a length, and for the times only where it is an fsync',
    async (id) => {
      expect(await commits(id, 'a=block: store a; msync || store a')).toBe(false);
      expect(await commits(id, 'a=block: store a; fsync || store a')).toBe(true);
      expect(await commits(id, 'a=hole: store a; msync')).toBe(true);
      expect(await commits(id, 'a=block, b=block: truncate b; load a; msync')).toBe(true);
      expect(await commits(id, 'a=hole: truncate a; write a; load a; msync')).toBe(true);
      for (const property of ['no-deadlock', 'lock-discipline'])
        expect((await judged(id, 'a=hole: store a; msync || store a', property, 'on')).verdict).toBe('holds');
    },
  );

  it.each(['v4.9', 'v4.12', 'v4.14'])(
    'on XFS of %s it is alike: xfs_file_fsync() leaves XFS_ILOG_TIMESTAMP out',
    async (id) => {
      expect(await commits(id, 'a=block: store a; msync', 'fs=xfs')).toBe(false);
      expect(await commits(id, 'a=block: store a; fsync', 'fs=xfs')).toBe(true);
      expect(await commits(id, 'a=hole: truncate a; write a; load a; msync', 'fs=xfs')).toBe(true);
    },
  );

  it('commits a length that truncate has set, once', async () => {
    const design = await loadDesign('v6.12');
    const depth = async (operations: string): Promise<number> =>
      (await verify(design, `a=block, b=block: ${operations}`, { config: parseConfig(['journal=on']) })).depth;
    // T_FLUSH, and that it is written.
    expect((await depth('truncate b; msync')) - (await depth('msync; truncate b'))).toBe(2);
    expect((await depth('truncate b; msync; msync')) - (await depth('truncate b; msync'))).toBe(await depth('msync'));
  });
});

describe('a synchronous fault (MAP_SYNC)', () => {
  it('waits, as fsync does, for the handle of a fault under way, and has stopped its own before', async () => {
    const design = await loadDesign('v6.1');
    const text = 'a=unwritten, b=block: [sync] store a || [sync] store b';
    const found = steps(await judgedOf(design, text, 'no-warn', 'journal=on', 'thp=on'));
    const last = (text: string) => found.findLastIndex((s) => s.includes(text));
    const flush = last('T_FLUSH');
    const by = found[flush]!.slice(0, 2);
    expect(flush).toBeGreaterThan(0);
    for (const of of ['T0', 'T1']) {
      const open = found.slice(0, flush).filter((s) => s.startsWith(of) && /ext4_journal_st(art|op)/.test(s));
      expect([of, open.at(-1)]).toEqual([of, expect.stringContaining('ext4_journal_stop()')]);
    }
    expect(last('VM_FAULT_NEEDDSYNC')).toBeLessThan(flush);
    expect(found.slice(flush).find((s) => s.includes('committed'))).toContain(by);
  });

  /** Whether a store through MAP_SYNC has to wait for a commit. */
  async function waits(text: string, ...settings: string[]): Promise<boolean> {
    const { coverage } = await verify(await loadDesign('v6.12'), text, {
      properties: ['map-sync-durable'],
      config: parseConfig(settings),
    });
    const sync = coverage.points.filter((p) => p.alternative.line.startsWith('IOMAP_F_DIRTY'));
    return sync.some((p) => coverage.taken.has(p.alternative));
  }

  it.each([['fs=ext4'], ['fs=xfs']])('does not wait for what kjournald2 or the log has committed, %s', async (fs) => {
    expect(await waits('a=hole: [sync] write a; store a', fs, 'journal=on')).toBe(true);
    expect(await waits('a=hole: [sync] write a; commit; store a', fs, 'journal=on')).toBe(false);
    expect(await waits('a=hole: [sync] write a; freeze; thaw; store a', fs, 'journal=on')).toBe(false);
  });

  it('waits for a longer i_size that came after the blocks were committed', async () => {
    const text = 'a=hole: [sync] truncate a; write a; store a || commit';
    expect(await waits(text, 'journal=on')).toBe(true);
    expect((await judged('v6.12', text, 'map-sync-durable', 'on')).verdict).toBe('holds');
  });

  it('is durable, and nobody sleeps for ever, whoever commits', async () => {
    for (const id of ['v5.10', 'v7.2'])
      for (const fs of ['fs=ext4', 'fs=xfs'])
        for (const property of ['map-sync-durable', 'no-deadlock']) {
          const text = 'a=hole: [sync] store a || write a || commit';
          const found = await judgedOf(await loadDesign(id), text, property, 'journal=on', fs);
          expect([id, fs, property, found.verdict]).toEqual([id, fs, property, 'holds']);
        }
  });
});

describe('zero-range and preallocation', () => {
  const text = 'a=block: zero a || store a || commit';

  it('start their handle under the locks, and meet no deadlock', async () => {
    for (const id of ['v5.10', 'v6.12', 'v7.2'])
      expect([id, (await judged(id, text, 'no-deadlock', 'on')).verdict]).toEqual([id, 'holds']);
  });

  /** The order of ext3's truncate: the handle outside of the locks that a fault has when it starts its own. */
  const handleFirst: Fallocate = (d, here, ret) =>
    chart(here, {
      start: startHandle(here, 'ext4_zero_range', V612.ext4Extents, 'zero'),
      zero: zeroOf({ timesFirst: true })(d, here.at('zero'), { RETURN: here.to('stop') }),
      stop: stopHandle(here, 'ext4_zero_range', V612.ext4Extents, ret.RETURN),
    });

  it('would with the handle outside of the fault lock: fault, zero-range and commit wait for each other', async () => {
    const base = (await loadDesign('v6.12')) as unknown as Design<IomapParts>;
    const early = { ...base, id: 'handle-first', parts: { ...base.parts, zero: handleFirst } } as unknown as Design;
    expect((await judgedOf(early, text, 'no-deadlock', 'journal=on')).verdict).toBe('violated');
    // Without somebody who commits there is nobody to wait for.
    expect((await judgedOf(early, 'a=block: zero a || store a', 'no-deadlock', 'journal=on')).verdict).toBe('holds');
  });
});

it('4.5: a load converts what fallocate has put under a hole page, with that page locked: fsync, load and store wait for each other', async () => {
  const text = 'a=hole: load a; fallocate a; fsync || [mm2] load a || [mm2] store a';
  expect((await judged('v4.5', text, 'no-deadlock', 'on')).verdict).toBe('violated');
  expect((await judged('v4.9', text, 'no-deadlock', 'on')).verdict).toBe('holds');
});

describe("XFS's log", () => {
  it('waits for no fault: an fsync overtakes the one that holds the entry', async () => {
    const overtaking = 'a=block: store a; fsync || store a; fsync';
    const found = steps(await judgedOf(await loadDesign('v6.1'), overtaking, 'fsync-durable', 'journal=on', 'fs=xfs'));
    expect(found.some((s) => s.includes('xlog_cil_push_work()'))).toBe(true);
    expect(found.filter((s) => s.includes('unlock_slot()'))).toEqual([]);
  });

  it('is there on XFS alone besides jbd2: ext2 has no journal', async () => {
    const text = 'a=hole: store a; fsync || commit';
    expect(await supports(await loadDesign('v6.1'), text, parseConfig(['journal=on', 'fs=xfs']))).toBe(true);
    expect(await supports(await loadDesign('v6.1'), text, parseConfig(['journal=on', 'fs=ext2']))).toBe(false);
  });
});
