/** One write(2) of several pages: `write a+b`. */
import { describe, expect, it } from 'vitest';
import { initialState, stateView } from '../../explorer/interpreter.ts';
import { takeTurn } from '../../explorer/turns.ts';
import { parseConfig } from '../../model/config.ts';
import { entry } from '../../model/entries/entry.ts';
import { pte } from '../../model/entries/pte.ts';
import { loadDesign } from '../../verify/registry.ts';
import { prepare, verify } from '../../verify/verify.ts';
import { ask, type End, endsOf, facts, pteIn } from './ask.ts';

const KERNELS = ['v4.12', 'v4.14', 'v5.10', 'v6.1', 'v6.12', 'v7.2'];
const configOf = (settings: string) => parseConfig(settings.split(' ').filter(Boolean));

const run = async (id: string, text: string, settings = '') =>
  verify(await loadDesign(id), text, { config: configOf(settings), properties: [] });

/** What the one process does: the lines of its steps, each with its function. */
async function stepsOf(id: string, text: string, settings = ''): Promise<string[]> {
  const { system } = await prepare(await loadDesign(id), text, { config: configOf(settings), properties: [] });
  const { steps } = takeTurn(system, initialState(system), 0, () => true);
  return steps.flatMap((s) => s.taken.result.lines.map((l) => `${l.function}: ${l.text}`));
}

describe('one write(2) of two pages, alone', () => {
  it('on v6.1 with ext4 allocates both at once, finds nothing to invalidate, and copies page by page', async () => {
    expect(await stepsOf('v6.1', 'a=hole, b=hole: write a+b')).toEqual([
      'ext4_dax_write_iter: down_write(i_rwsem)',
      'ext4_write_checks: file_update_time()',
      'ext4_iomap_begin: ext4_iomap_begin(WRITE): allocated, F_NEW',
      'invalidate_inode_pages2_range: nrexceptional == 0: nothing to do',
      'dax_iomap_iter: dax_copy_from_iter(), around the cache: page a',
      'dax_iomap_iter: goes on with page b',
      'ext4_dax_write_iter: up(i_rwsem)',
    ]);
  });

  it('is cut where the extents differ: what is new is invalidated, the rest is asked for anew', async () => {
    expect(await stepsOf('v6.1', 'a=hole, b=block, c=block: write a+b+c')).toEqual([
      'ext4_dax_write_iter: down_write(i_rwsem)',
      'ext4_write_checks: file_update_time()',
      'ext4_iomap_begin: ext4_iomap_begin(WRITE): allocated, F_NEW',
      'invalidate_inode_pages2_range: nrexceptional == 0: nothing to do',
      'dax_iomap_iter: dax_copy_from_iter(), around the cache: page a',
      'ext4_iomap_begin: ext4_iomap_begin(WRITE): MAPPED',
      'dax_iomap_iter: dax_copy_from_iter(), around the cache: page b',
      'dax_iomap_iter: goes on with page c',
      'ext4_dax_write_iter: up(i_rwsem)',
    ]);
  });

  it('on v4.14 with ext4 moves i_size by each extent, on XFS once', async () => {
    const text = 'a=unwritten, b=block: truncate b; write a+b';
    const behindTruncate = (steps: string[]) => steps.slice(steps.findIndex((s) => s.includes('file_update_time')) + 1);
    expect(behindTruncate(await stepsOf('v4.14', text))).toEqual([
      'ext4_iomap_begin: ext4_iomap_begin(WRITE): converted, F_NEW',
      'invalidate_inode_pages2_range: nrexceptional == 0: nothing to do',
      'dax_iomap_actor: dax_copy_from_iter(), around the cache: page a',
      'ext4_iomap_end: i_size stays',
      'ext4_iomap_begin: ext4_iomap_begin(WRITE): allocated, F_NEW',
      'invalidate_inode_pages2_range: nrexceptional == 0: nothing to do',
      'dax_iomap_actor: dax_copy_from_iter(), around the cache: page b',
      'ext4_iomap_end: i_size_write()',
      'ext4_dax_write_iter: up(i_rwsem)',
    ]);
    expect(behindTruncate(await stepsOf('v4.14', text, 'fs=xfs')).filter((s) => s.includes('i_size'))).toEqual([
      'xfs_file_dax_write: i_size_write()',
    ]);
  });

  it.each(KERNELS)('%s: leaves its byte in both pages, on media, inside i_size', async (id) => {
    const text = 'a=hole, b=block: truncate a; write a+b; read a; read b; fsync';
    for (const property of ['no-stale-read', 'mtime-of-calls', 'lock-discipline']) {
      expect(await ask(id, text, property)).toBe('holds');
    }
    for (const end of await endsOf(id, text)) {
      for (const block of ['blk.a', 'blk.b']) {
        expect(end[block]!.context).toMatchObject({ mem: ['T0.write0'], media: ['T0.write0'] });
      }
      expect(end.inode!.context).toMatchObject({ size: 2 });
    }
  });
});

describe('what one write(2) of two pages does that two do not', () => {
  /** Finding M: the second of two calls finds its block converted by the first one, and leaves the zero page mapped. */
  it.each(['v4.14', 'v5.10', 'v6.1', 'v6.12'])(
    '%s with ext4: the neighbour that is converted with a page is invalidated with it',
    async (id) => {
      const twice = 'a=unwritten, b=unwritten: load b; write a; write b; load b';
      expect(await ask(id, twice, 'no-stale-read')).toMatch('violated');
      expect(await ask(id, twice.replace('write a; write b', 'write a+b'), 'no-stale-read')).toBe('holds');
    },
  );

  /** As 6.1.192 on ext4 and XFS came to (lab/conformance/races, `both-back-hole-writev-`). */
  it.each(['ext4', 'xfs'])(
    'on %s pages that are loaded from the second to the first are both unmapped, with blocks in the tree',
    async (fs) => {
      const settings = fs === 'xfs' ? 'fs=xfs' : '';
      const endsWith = async (write: string): Promise<string[]> => {
        const found = await run('v6.1', `a=hole, b=hole: load b; load a || ${write}`, settings);
        const ends = found.ends().map((end) => Object.fromEntries(JSON.parse(end) as [string, End[string]][]));
        return ends.map((e) =>
          ['a', 'b'].map((p) => `${pteIn(e, 'mm1', p)} ${e[`entry.${p}`]!.context.kind as string}`).join(', '),
        );
      };
      expect(await endsWith('write a+b')).toContain('none blk, none blk');
      expect(await endsWith('write a; write b')).not.toContain('none blk, none blk');
    },
  );

  /**
   * xfs_bmapi_write() allocates the first page and answers with the second one as well, whose block a store has allocated since the
   * look-up; ext4_map_blocks() with the first one alone. So XFS invalidates both.
   */
  it.each([
    ['', 'ext4_iomap_begin', 'rw blk.b dirty'],
    ['fs=xfs', 'xfs_iomap_write_direct', 'none'],
  ])('%s: a page that was stored to while the write is before %s() ends as %s', async (settings, fn, mapped) => {
    const design = await loadDesign('v6.1');
    const text = 'a=hole, b=hole: write a+b || store b';
    const { system } = await prepare(design, text, { config: configOf(settings), properties: [] });
    const before = takeTurn(system, initialState(system), 0, (f) => f.fn !== fn);
    expect(before.steps.length).toBeGreaterThan(1);
    const stored = takeTurn(system, before.state, 1, () => true);
    const { state } = takeTurn(system, stored.state, 0, () => true);
    const view = stateView(system, state);
    const found = view.after(pte('mm1', 'b'));
    expect(found === null ? 'none' : `${found.w ? 'rw' : 'ro'} ${found.pfn}${found.d ? ' dirty' : ''}`).toBe(mapped);
    expect(view.after(entry('b'))).toMatchObject({ kind: 'blk', dirty: true });
  });
});

describe('who has no write(2) of several pages', () => {
  it.each(['v4.0', 'v4.5', 'v4.9', 'wp-shared-v3.18'])('%s refuses it', async (id) => {
    await expect(run(id, 'write a+b')).rejects.toMatchObject({
      code: 'E_UNSUPPORTED',
      message: expect.stringContaining('write a+b is not modelled') as string,
    });
  });

  it('nor do injected errors have it', async () => {
    await expect(run('v6.1', 'write a+b', 'errors=on')).rejects.toMatchObject({ code: 'E_UNSUPPORTED' });
    expect((await run('v6.1', 'write a', 'errors=on')).complete).toBe(true);
  });
});

/** Each design, filesystem and setting with a text of its own: the interpreter is slow. */
const KINDS: [string, string, string][] = [
  ['v4.12', '', 'a=hole, b=hole: load b || write a+b'],
  ['v4.12', 'thp=on', 'a=hole, b=hole: truncate b || write a+b'],
  ['v4.14', 'fs=xfs', 'a=unwritten, b=hole, c=block: load b || write a+b+c'],
  ['v4.14', 'thp=on', 'a=hole, b=hole: load b; write a+b'],
  ['v5.10', 'fs=ext2', 'a=hole, b=block: load a || write a+b'],
  ['v6.1', 'thp=on es-cache=on', 'a=hole, b=hole: load b; write a+b; load a'],
  ['v6.1', 'journal=on', 'a=unwritten, b=unwritten: truncate b || write a+b'],
  ['v6.12', 'thp=on fs=xfs', 'a=hole, b=hole: load b; write a+b; load a'],
  ['v7.2', '', 'a=hole, b=hole: write a+b || write a+b'],
];

describe('the packed engine and the XState interpreter agree on it', () => {
  it.each(KINDS)('%s %s: %s', async (id, settings, text) => {
    const design = await loadDesign(id);
    const config = configOf(settings);
    const packed = await verify(design, text, { config });
    expect(packed.complete).toBe(true);
    expect(packed.states).toBeLessThan(2_500);
    expect(facts(await verify(design, text, { config, engine: 'interpreter' }))).toEqual(facts(packed));
  });
});
