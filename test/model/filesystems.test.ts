import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import v40 from '../../model/designs/v4.0.ts';
import v49 from '../../model/designs/v4.9.ts';
import v412 from '../../model/designs/v4.12.ts';
import v414 from '../../model/designs/v4.14.ts';
import v2 from '../../model/designs/zero-page-v2.ts';
import { onEveryFilesystem } from '../../model/filesystem.ts';
import type { IomapParts } from '../../model/parts.ts';
import { SCENARIOS } from '../../model/scenarios.ts';
import { costsOf } from '../../verify/costs.ts';
import { overlaidParts, overlaidText } from '../../verify/design-file/overlaid.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { supports, verify } from '../../verify/verify.ts';

type Fs = 'ext4' | 'ext2' | 'xfs';
const on = (fs: Fs) => parseConfig([`fs=${fs}`]);

async function verdicts(design: Design, text: string, fs: Fs, properties?: readonly string[]) {
  const run = await verify(design, text, { config: on(fs), ...(properties && { properties }) });
  return Object.fromEntries(run.properties.map((p) => [p.id, p.verdict]));
}

/** Properties that have not the same verdict on all filesystems that have the scenario, with each one's. */
async function differences(design: Design, text: string): Promise<Record<string, string>> {
  const rows: [Fs, Record<string, string>][] = [];
  for (const fs of ['ext4', 'ext2', 'xfs'] as const) {
    if (await supports(design, text, on(fs))) rows.push([fs, await verdicts(design, text, fs)]);
  }
  const out: Record<string, string> = {};
  for (const id of Object.keys(rows[0]![1])) {
    if (new Set(rows.map(([, v]) => v[id])).size > 1) out[id] = rows.map(([fs, v]) => `${fs} ${v[id]}`).join(', ');
  }
  return out;
}

describe('a run that a filesystem does not have is refused with the reason', () => {
  const refused = (design: Design, text: string, fs: Fs) => verify(design, text, { config: on(fs) });

  it('XFS of 4.0, which has no DAX', async () => {
    await expect(refused(v40, 'store a', 'xfs')).rejects.toMatchObject({ code: 'E_UNSUPPORTED' });
    await expect(refused(v40, 'store a', 'xfs')).rejects.toThrow(/v4\.0 says nothing of xfs/);
  });

  it('errors that its functions do not have', async () => {
    const config = parseConfig(['fs=xfs', 'errors=on']);
    await expect(verify(v414, 'store a', { config })).rejects.toThrow(/errors=on is not modelled with fs=xfs/);
  });

  it('unwritten extents and punch on ext2', async () => {
    await expect(refused(v414, 'a=unwritten: load a', 'ext2')).rejects.toThrow(/ext2 has no unwritten extents/);
    await expect(refused(v414, 'store a || punch a', 'ext2')).rejects.toThrow(/ext2 has no punch/);
    expect(await supports(v414, 'store a || punch a', on('ext2'))).toBe(false);
    expect(await supports(v414, 'store a || punch a', on('xfs'))).toBe(true);
  });

  it('a design that says nothing of other filesystems, with what to write', async () => {
    const { filesystems, ...alone } = v414;
    expect(filesystems).toBeDefined();
    await expect(refused(alone, 'store a', 'ext2')).rejects.toMatchObject({
      code: 'E_UNSUPPORTED',
      mend: expect.stringMatching(/filesystems: base\.filesystems/),
    });
  });
});

describe('what a design replaces, on other filesystems', () => {
  const scenario = 'a=hole: load a; store a || write a';

  it('a part of mm/ is replaced there, too', async () => {
    const design = defineDesign<IomapParts>({ ...v414, parts: { ...v414.parts, insert_pfn: v2.parts.insert_pfn } });
    for (const fs of ['ext2', 'xfs'] as const) {
      expect(await verdicts(design, scenario, fs, ['no-silent-overwrite'])).toEqual({
        'no-silent-overwrite': 'violated',
      });
      expect(await verdicts(v414, scenario, fs, ['no-silent-overwrite'])).toEqual({ 'no-silent-overwrite': 'holds' });
    }
  });

  it("a handler of ext4 is not, unless every filesystem's is", async () => {
    const ext4Only = defineDesign<IomapParts>({
      ...v414,
      id: 'ext4-only',
      parts: { ...v414.parts, pfn_mkwrite: null },
    });
    const all = defineDesign<IomapParts>({ ...v414, id: 'all', ...onEveryFilesystem(v414, { pfn_mkwrite: null }) });
    const mtime = (design: Design, fs: Fs) => verdicts(design, 'a=block: load a; store a', fs, ['mtime-on-write']);
    expect(await mtime(ext4Only, 'ext4')).toEqual({ 'mtime-on-write': 'violated' });
    expect(await overlaidParts(ext4Only, on('ext4'))).toEqual([]);
    for (const fs of ['ext2', 'xfs'] as const) {
      expect([await overlaidParts(ext4Only, on(fs)), await overlaidParts(all, on(fs))]).toEqual([['pfn_mkwrite'], []]);
      expect(await mtime(ext4Only, fs)).toEqual({ 'mtime-on-write': 'holds' });
      expect(await mtime(all, fs)).toEqual({ 'mtime-on-write': 'violated' });
    }
  });
});

async function journalStarts(text: string, fs: Fs): Promise<number | undefined> {
  const { operations } = await costsOf(v414, text, { config: on(fs) });
  return operations![0]!.costs.find((c) => c.id === 'journal-starts')?.worst;
}

describe('what a filesystem lays over a part', () => {
  it('is what the built-in designs mean', async () => {
    for (const design of await Promise.all((await designIds()).map(loadDesign))) {
      const copy = { ...design, id: 'copy' };
      for (const fs of ['ext4', 'ext2', 'xfs'] as const) expect(await overlaidParts(copy, on(fs))).toEqual([]);
    }
  });

  it('is told, where a design has something else there', async () => {
    const { fault, insert_pfn } = v414.parts;
    const own = {
      ...v414,
      id: 'own',
      parts: { ...v414.parts, fault: wrapped(fault), insert_pfn: wrapped(insert_pfn) },
    };
    expect(await overlaidText([own, v414], [on('ext4'), on('xfs')])).toBe(
      'own: with fs=xfs its fault has no effect: XFS has its own. Replace it in `filesystems`, too.\n',
    );
  });
});

const wrapped =
  <A extends readonly unknown[], R>(f: (...given: A) => R) =>
  (...given: A): R =>
    f(...given);

describe('where the filesystems differ', () => {
  it.each([v412, v414])('$id: no verdict in any default scenario', async (design) => {
    for (const text of Object.values(SCENARIOS).flat()) expect(await differences(design, text), text).toEqual({});
  });

  it.each([
    // ext4 converts the neighbour of a short unwritten extent with the block asked for, and answers F_NEW for one only.
    [
      'a=unwritten, b=unwritten: load b; store a; load b; write b; load b',
      v414,
      { 'no-stale-read': 'ext4 violated, xfs holds' },
    ],
    // ext4 writes the range back before punch takes a lock, XFS under its locks.
    [
      'a=hole: store a || punch a || punch a; load a',
      v414,
      { 'fsync-no-spurious-error': 'ext4 violated, xfs holds', 'no-warn': 'ext4 violated, xfs holds' },
    ],
    // ext2 clears a block before a lookup can find it.
    [
      'a=hole, b=block: load a; store b || store a; fsync || truncate b',
      v40,
      { 'no-stale-read': 'ext4 violated, ext2 holds' },
    ],
    // ext4 of 4.9 still writes back before read(2) and write(2), ext2 and XFS go through iomap and do not.
    [
      'a=block, b=hole: load b; load a; write a; store a; read a || [private] store a',
      v49,
      { 'no-warn': 'ext4 violated, ext2 holds, xfs holds' },
    ],
    // …where read(2) as well deletes dirty entries, as soon as the file has a hole page.
    [
      'a=block, b=hole: load b; store a; read a; fsync',
      v49,
      {
        'fsync-durable': 'ext4 holds, ext2 violated, xfs violated',
        'writable-implies-dirty': 'ext4 holds, ext2 violated, xfs violated',
      },
    ],
  ] as const)('%s', async (text, design, expected) => {
    expect(await differences(design, text)).toEqual(expected);
  });

  it('a store to a hole starts a handle or transaction for the times and one to allocate; ext2 has no journal', async () => {
    expect(await journalStarts('a=hole: store a', 'ext4')).toBe(2);
    expect(await journalStarts('a=hole: store a', 'xfs')).toBe(2);
    expect(await journalStarts('a=hole: store a', 'ext2')).toBeUndefined();
  });

  it('for a store to a block that is there, ext4 starts a handle round the fault, XFS no transaction', async () => {
    expect(await journalStarts('a=block: store a', 'ext4')).toBe(2);
    expect(await journalStarts('a=block: store a', 'xfs')).toBe(1);
  });

  it("a store of a private mapping updates the file's times on ext2 and XFS of 4.14, not on ext4", async () => {
    const mtime = async (fs: Fs) => {
      const run = await verify(v414, 'a=block: [private] store a', { config: on(fs), properties: [] });
      return run.ends().map((end) => /"mtime":"(?<mtime>\w+)"/.exec(end)?.groups?.mtime);
    };
    expect([await mtime('ext4'), await mtime('ext2'), await mtime('xfs')]).toEqual([['old'], ['new'], ['new']]);
  });

  it('fsync on ext2 waits for who holds i_rwsem, on ext4 and XFS it does not', async () => {
    const waits = async (fs: Fs) => {
      const run = await verify(v414, 'a=hole: write a || fsync', { config: on(fs), properties: [] });
      const points = run.coverage.points.filter(
        (p) => run.coverage.taken.has(p.alternative) && p.state.startsWith('T1/'),
      );
      return points.some((p) => /i_rwsem\): waits/.test(p.alternative.line));
    };
    expect([await waits('ext4'), await waits('ext2'), await waits('xfs')]).toEqual([false, true, false]);
  });
});
