/** drop_caches and invalidate_inode_pages2_range() from outside: what they take from the tree, and what that breaks. */
import { describe, expect, it } from 'vitest';
import { loadDesign } from '../../verify/registry.ts';
import { ask, daxIds, endsOf, factsOf, pteIn } from './ask.ts';

const ids = await daxIds();
/** 4.5 to 4.9 delete entries whatever their tags. */
const DELETES = ['v4.5', 'write-faults-2016', 'write-faults-2016-fallthrough', 'v4.9'];
const deletes = (id: string): boolean => DELETES.includes(id);

describe.each(ids)('%s', (id) => {
  it('drop_caches passes over a file without a page in the cache', async () => {
    const ends = await endsOf(id, 'a=block: store a; dropcaches');
    expect(ends.map((e) => [pteIn(e, 'mm1', 'a'), e['entry.a']!.context.kind])).toEqual([
      ['rw blk.a dirty', (await loadDesign(id)).facts.dirtyTags ? 'blk' : 'nil'],
    ]);
  });

  it('where a hole page lets it in, it deletes dirty entries up to 4.9, and the PTE stays writable', async () => {
    const ends = await endsOf(id, 'a=block, b=hole: store a; load b; dropcaches');
    const kept = (await loadDesign(id)).facts.dirtyTags && !deletes(id);
    expect(ends.map((e) => [pteIn(e, 'mm1', 'a'), e['entry.a']!.context.kind])).toEqual([
      ['rw blk.a dirty', kept ? 'blk' : 'nil'],
    ]);
  });

  it('one thread then loses what it stored, exactly where entries are deleted', async () => {
    const { facts } = await loadDesign(id);
    const verdict = await ask(id, 'a=block, b=hole: store a; load b; dropcaches; fsync', 'fsync-durable');
    if (!facts.cacheFlush) expect(verdict).toBe('n/a');
    else expect(verdict.split(' ')[0]).toBe(deletes(id) ? 'violated' : 'holds');
  });

  it('beside loads of a hole nothing is stuck, warned of or miscounted', async () => {
    const scenario = 'a=hole: load a; dontneed a; load a || dropcaches';
    for (const property of ['no-deadlock', 'no-warn', 'lock-discipline']) {
      expect([property, await ask(id, scenario, property)]).toEqual([property, 'holds']);
    }
    expect(['holds', 'n/a']).toContain(await ask(id, scenario, 'rss-balance'));
  });

  it('both engines agree', async () => {
    const scenario = 'a=hole: load a; munmap a || dropcaches; invalidate a';
    expect(await factsOf(id, scenario, 'interpreter')).toEqual(await factsOf(id, scenario, 'packed'));
  });
});

const designs = await Promise.all(ids.map(loadDesign));
const withHolePages = designs.filter((d) => d.parts.hole_pages).map((d) => d.id);
it.each(withHolePages)('%s: a hole page goes if nobody maps it, and stays if somebody does', async (id) => {
  const kinds = async (text: string) => (await endsOf(id, text)).map((e) => e['entry.a']!.context.kind);
  expect(await kinds('a=hole: load a; dropcaches')).toEqual(['page']);
  expect(await kinds('a=hole: load a; munmap a; dropcaches')).toEqual(['nil']);
});

it('4.9: drop_caches takes the entry that truncate has seen, and truncate warns', async () => {
  const scenario = 'a=block, b=hole: load b; store a; truncate a || dropcaches';
  expect(await ask('v4.9', scenario, 'no-warn')).toBe('violated in 56');
  expect(await ask('v4.12', scenario, 'no-warn')).toBe('holds');
});

it('invalidate without i_rwsem deletes a clean entry and, from 4.12 on, unmaps', async () => {
  const ends = async (id: string) =>
    (await endsOf(id, 'a=block: load a; invalidate a')).map((e) => [pteIn(e, 'mm1', 'a'), e['entry.a']!.context.kind]);
  expect(await ends('v4.9')).toEqual([['ro blk.a', 'nil']]);
  expect(await ends('v4.12')).toEqual([['none', 'nil']]);
  expect(await ends('v4.14')).toEqual([['none', 'nil']]);
});
