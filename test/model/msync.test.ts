/** msync(2): what it syncs, and what not. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';
import flushesFromItsIndex from '../variations/v5.0-flushes-from-its-index.ts';
import fromTheStart from '../variations/v5.10-msync-from-the-start.ts';
import { ask, endsOf } from './ask.ts';

const ids = await designIds();

/** Whether page a's entry is DIRTY in the ends. */
async function tags(scenario: string): Promise<Set<unknown>> {
  return new Set((await endsOf('v4.14', scenario)).map((e) => e['entry.a']!.context.dirty));
}

describe('msync', () => {
  it('of a private mapping leaves what others stored to the file DIRTY', async () => {
    expect(await tags('a=block: store a || [mm2 private] msync')).toEqual(new Set([true]));
    expect(await tags('a=block: store a || [mm2] msync')).toEqual(new Set([true, false]));
  });

  it('of a mapping that is gone does so, too', async () => {
    expect(await tags('a=block: store a; munmap a; msync')).toEqual(new Set([true]));
  });

  it.each(ids)('of a private mapping promises nothing in %s', async (id) => {
    expect(await ask(id, 'a=block: store a || [mm2 private] msync', 'mtime-by-msync')).toBe('vacuous');
  });

  const OTHER = ['v4.12', 'v4.14', 'v5.10', 'v6.1', 'v6.12', 'v7.2'];
  it.each(OTHER)('of a part of the file leaves the rest DIRTY in %s', async (id) => {
    const ends = await endsOf(id, 'a=block, b=block: store a; store b || [mm2 maps=b] msync');
    const dirty = (page: string) => new Set(ends.map((e) => e[`entry.${page}`]!.context.dirty));
    expect(dirty('a')).toEqual(new Set([true]));
    expect(dirty('b')).toEqual(new Set([true, false]));
  });

  it('of what munmap has left does so, too, and of either part if munmap runs beside it', async () => {
    const left = await endsOf('v4.14', 'a=block, b=block: store a; store b; munmap a; msync');
    const tags = (e: (typeof left)[number]) => ['a', 'b'].map((p) => e[`entry.${p}`]!.context.dirty);
    expect(new Set(left.map((e) => tags(e).join()))).toEqual(new Set(['true,false']));
    const beside = await endsOf('v4.14', 'a=block, b=block: store a; store b; msync || munmap a');
    expect(new Set(beside.map((e) => tags(e).join()))).toEqual(new Set(['false,false', 'true,false']));
  });

  const PART = 'a=block, b=block: [maps=b] store b; msync || [mm2 maps=a] store a || [mm2 maps=a] load a';
  it.each(['v5.10', 'v6.1', 'v6.12', 'v7.2'])('of a part promises nothing of the rest in %s', async (id) => {
    expect(await ask(id, PART, 'fsync-durable')).toBe('holds');
  });

  it('is judged by what its mapping has, whatever it hands on (496a8e68654e)', async () => {
    const run = async (scenario: string, property: string) => {
      const { properties } = await verify(fromTheStart, scenario, { properties: [property] });
      return properties[0]!.trace?.length ?? properties[0]!.verdict;
    };
    const last = 'a=block, b=block: [maps=b] store b; msync';
    expect(await run(last, 'fsync-durable')).toBe(25);
    expect(await ask('v5.10', last, 'fsync-durable')).toBe('holds');
    const beside = 'a=block, b=block: store a; store b; msync || munmap b';
    expect(await run(beside, 'fsync-durable')).toBe('holds');
    expect(await run('a=block, b=block: store b; msync || munmap a', 'fsync-durable')).toBeTypeOf('number');
  });

  it('counts for the times of its part alone', async () => {
    const stored = 'a=block, b=block: store a; store a; fsync || [mm2 maps=b] msync; msync';
    expect(await ask('v4.14', stored, 'mtime-by-msync')).toBe('holds');
    expect(await ask('v4.9', 'a=block, b=block: store a || [mm2 maps=b] msync', 'mtime-by-msync')).toBe('vacuous');
  });

  it('before e4b3448bc346 (5.1) one that begins within an entry of the whole range leaves a PTE of the first page writable', async () => {
    const scenario = 'a=block, b=block: [maps=a] store a || [mm2] store b; munmap a; msync';
    const writable = async (design: Design) => {
      const run = await verify(design, scenario, {
        config: parseConfig(['thp=on']),
        properties: ['writable-implies-dirty'],
      });
      return run.properties[0]!.trace?.length ?? run.properties[0]!.verdict;
    };
    expect(await writable(flushesFromItsIndex)).toBe(56);
    expect(await writable(await loadDesign('v5.10'))).toBe('holds');
  });
});
