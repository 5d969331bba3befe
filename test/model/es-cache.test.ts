/** ext4's cache of extents (es-cache=on): of a range a lookup answers with the piece that the cache has. */
import { describe, expect, it } from 'vitest';
import { initialState, stateView } from '../../explorer/interpreter.ts';
import { takeTurn } from '../../explorer/turns.ts';
import { parseConfig } from '../../model/config.ts';
import { extent } from '../../model/entries/extent.ts';
import { extentStatus } from '../../model/entries/extent-status.ts';
import type { Engine } from '../../verify/index.ts';
import { loadDesign } from '../../verify/registry.ts';
import { prepare, supports, verify } from '../../verify/verify.ts';
import { facts } from './ask.ts';

const ON = parseConfig(['thp=on', 'es-cache=on']);

interface Told {
  /** What lookups of the whole range were answered, one after the other. */
  readonly answers: readonly string[];
  /** Pages that the cache has in the end. */
  readonly cached: string;
  /** Pages that have a block in the end. */
  readonly blocks: string;
}

/** The one run of a process that is alone. */
async function alone(id: string, text: string, config = ON): Promise<Told> {
  const { system, scene } = await prepare(await loadDesign(id), text, { config, properties: [] });
  const { steps, state, waits } = takeTurn(system, initialState(system), 0, () => true);
  expect(waits).toBeUndefined();
  const view = stateView(system, state);
  const names = scene.pages.map((p) => p.name);
  const ofRange = steps.filter((s) => s.facts.fn === 'dax_iomap_pmd_fault');
  return {
    answers: ofRange
      .flatMap((s) => s.taken.result.lines)
      .map((l) => l.text)
      .filter((l) => l.startsWith('ext4_iomap_begin')),
    cached: config['es-cache'] === 'on' ? names.filter((p) => view.after(extentStatus(p)).cached).join('') : '',
    blocks: names.filter((p) => view.after(extent(p)).block !== null).join(''),
  };
}

const HOLE = 'ext4_iomap_begin(): HOLE';
const PART = 'ext4_iomap_begin(): a hole in a part of the range';

describe('a hole of which a page is punched', () => {
  const text = 'a=hole, b=hole, c=hole: load a; punch b; load a';

  it.each(['v5.10', 'v6.1'])('is in pieces up to 6.8 (%s), if it was looked up before', async (id) => {
    const { answers, cached } = await alone(id, text);
    expect(answers).toEqual([HOLE, PART]);
    expect(cached).toBe('ac');
    expect((await alone(id, text, parseConfig(['thp=on']))).answers).toEqual([HOLE, HOLE]);
  });

  it.each(['v6.12', 'v7.2'])(
    'is whole in %s: the page is put back as a hole, which its neighbours join',
    async (id) => {
      const { answers, cached } = await alone(id, text);
      expect(answers).toEqual([HOLE, HOLE]);
      expect(cached).toBe('abc');
    },
  );

  it.each([
    ['v5.10', [HOLE], 'ab'],
    ['v6.1', [HOLE], 'ab'],
    // Asked under the lock of the VMA first, then under mmap_lock.
    ['v6.12', [PART, PART], 'ab'],
    ['v7.2', [PART, PART], 'ab'],
  ])(
    '%s: %s where nothing was looked up before; the fault of 4 KiB then looks up the rest',
    async (id, given, after) => {
      const { answers, cached } = await alone(id, 'a=hole, b=hole: punch a; load b');
      expect([answers, cached]).toEqual([given, after]);
    },
  );

  it.each([
    ['v5.10', 'ab'],
    ['v6.1', 'ab'],
    ['v6.12', 'abc'],
    ['v7.2', 'abc'],
  ])('%s: a store allocates no more than the piece, and its own page: %s', async (id, blocks) => {
    expect((await alone(id, 'a=hole, b=hole, c=hole: load a; punch b; store b')).blocks).toBe(blocks);
  });
});

describe('what a lookup puts in', () => {
  const cachedIn = async (id: string, text: string): Promise<string> => (await alone(id, text)).cached;

  it('is all of a hole in a file without blocks', async () => {
    expect(await cachedIn('v6.1', 'a=hole, b=hole, c=hole: read b')).toBe('abc');
  });

  it('is all extents, the holes between them, and of the first hole what is behind', async () => {
    expect(await cachedIn('v6.1', 'a=hole, b=hole, c=block, d=hole, e=block, f=hole: read b')).toBe('bcde');
    expect(await cachedIn('v6.1', 'a=hole, b=hole, c=block, d=hole, e=block, f=hole: read f')).toBe('cdef');
  });

  it('is what is allocated, preallocated and zeroed as well', async () => {
    expect(await cachedIn('v6.1', 'a=hole, b=hole: write b')).toBe('ab');
    expect(await cachedIn('v6.1', 'a=block, b=hole: fallocate b; zero a')).toBe('ab');
  });

  it('is gone behind the end of a file that is cut off', async () => {
    expect(await cachedIn('v7.2', 'a=hole, b=hole, c=hole: read a; truncate b')).toBe('a');
  });

  it('up to 6.12 is nothing of what the cache has a part of; later it takes the part’s place', async () => {
    const text = 'a=block, b=hole, c=hole, d=block: punch b; read d';
    expect(await cachedIn('v6.12', text)).toBe('abd');
    expect(await cachedIn('v7.2', text)).toBe('abcd');
  });

  it('of zero-range is its own page alone in 7.2', async () => {
    const text = 'a=block, b=block, c=block: zero b';
    expect(await cachedIn('v6.12', text)).toBe('abc');
    expect(await cachedIn('v7.2', text)).toBe('b');
  });
});

describe('es-cache=on', () => {
  it.each(['v5.10', 'v6.1', 'v6.12', 'v7.2'])('%s: the packed engine and the interpreter say the same', async (id) => {
    for (const text of [
      'a=hole, b=hole: load a || punch b',
      'a=hole, b=hole: load b; punch a; store b',
      'a=unwritten, b=unwritten: zero b || store a',
    ]) {
      const run = async (engine: Engine) => verify(await loadDesign(id), text, { engine, config: ON });
      expect(facts(await run('packed'))).toEqual(facts(await run('interpreter')));
    }
  });

  it('changes nothing where the range is one page of a block', async () => {
    const counts = async (config: typeof ON) => {
      const { states, transitions } = await verify(await loadDesign('v6.1'), 'a=block: load a; store a || fsync', {
        config,
      });
      return [states, transitions];
    };
    const [off, on] = [await counts(parseConfig(['thp=on'])), await counts(ON)];
    expect(on).toEqual(off);
  });

  it.each([
    ['v6.1', ['es-cache=on']],
    ['v6.1', ['es-cache=on', 'thp=on', 'fs=xfs']],
    ['v4.14', ['es-cache=on', 'thp=on']],
    ['wp-shared-merged', ['es-cache=on', 'thp=on']],
  ])('%s is refused with %s', async (id, settings) => {
    expect(await supports(await loadDesign(id), 'a=hole: load a', parseConfig(settings))).toBe(false);
  });
});
