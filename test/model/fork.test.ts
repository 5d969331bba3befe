/** fork(2) and exit(2): what the child gets, who goes on, and what is left when the last thread has gone. */
import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG, parseConfig } from '../../model/config.ts';
import { parseScenario } from '../../model/scenario.ts';
import { type Scene, sceneOf } from '../../model/scene.ts';
import { loadDesign, operationMap } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';
import childBeforeParent from '../variations/v4.14-child-before-parent.ts';
import { ask, daxIds, type End, endsOf, factsOf, pteIn } from './ask.ts';

const ids = await daxIds();
const operations = await operationMap();
const scene = (text: string): Scene => sceneOf(parseScenario(text, operations), DEFAULT_CONFIG);
/** Since 4.19 DAX's VMAs are no VM_MIXEDMAP: a shared mapping's PTEs are left to faults. */
const copiesShared = (id: string): boolean => !['v5.10', 'v6.1', 'v6.12', 'v7.2'].includes(id);
/** Each different answer once. */
const answers = <T>(ends: readonly End[], of: (end: End) => T): T[] =>
  [...new Set(ends.map((e) => JSON.stringify(of(e))))].sort().map((t) => JSON.parse(t) as T);

describe('the cast', () => {
  it('a child runs what follows the fork, in an address space of its own, under tokens of its own', () => {
    const { threads, mms, vmas } = scene('a=hole: store a; fork; store a || load a');
    expect(threads.map((t) => [t.id, t.mm, t.operations.map((o) => o.token)])).toEqual([
      ['T0', 'mm1', ['T0.store0', 'T0.fork0', 'T0.store1']],
      ['T1', 'mm1', ['T1.load0']],
      ['T0c1', 'mmT0c1', ['T0c1.store0']],
    ]);
    expect(mms).toEqual(['mm1', 'mmT0c1']);
    expect(vmas.map((v) => [v.id, v.copyOf])).toEqual([
      ['mm1', undefined],
      ['mmT0c1', 'mm1'],
    ]);
  });

  it('a child forks in its turn', () => {
    expect(scene('a=hole: fork; fork; load a').threads.map((t) => t.id)).toEqual(['T0', 'T0c1', 'T0c1c1', 'T0c2']);
  });

  it("a copy comes directly after its original, the latest first, and every VMA of the parent's is copied", () => {
    const { vmas } = scene('a=hole: fork; fork; load a || [private] load a || [mm2] load a');
    expect(vmas.map((v) => v.id)).toEqual([
      'mm1',
      'mmT0c2',
      'mmT0c1',
      'mmT0c1c1',
      'mm1:private',
      'mmT0c2:private',
      'mmT0c1:private',
      'mmT0c1c1:private',
      'mm2',
    ]);
  });
});

describe.each(ids)('%s', (id) => {
  it('a shared PTE is copied writable and clean, or not at all', async () => {
    const ends = await endsOf(id, 'a=block: store a; fork');
    const child = copiesShared(id) ? 'rw blk.a' : 'none';
    expect(answers(ends, (e) => [pteIn(e, 'mm1', 'a'), pteIn(e, 'mmT0c1', 'a')])).toEqual([['rw blk.a dirty', child]]);
  });

  it('a private copy is shared by parent and child, read-only in both', async () => {
    const ends = await endsOf(id, 'a=hole: [private] store a; fork');
    const found = answers(ends, (e) => [pteIn(e, 'mm1:private', 'a'), pteIn(e, 'mmT0c1:private', 'a')]);
    const ro = 'ro anon.mm1:private.a.0 dirty';
    expect(found).toEqual([[ro, ro]]);
    expect(answers(ends, (e) => e['anon.mm1:private.a.0']!.context)).toEqual([
      { refs: 2, mapcount: 2, exclusive: false, mem: ['T0.store0'] },
    ]);
  });

  it("with TLBs, a store of another thread before the child begins is the parent's alone to answer for", async () => {
    const config = parseConfig(['tlb=on']);
    const run = await verify(await loadDesign(id), 'a=block: fork || [private] store a; write a', {
      config,
      properties: ['private-stays-private'],
    });
    expect(run.properties.map((p) => p.verdict)).toEqual(['holds']);
  });

  it('parent and child do not see what the other stores to a private copy', async () => {
    const ends = await endsOf(id, 'a=hole: [private] store a; fork; store a');
    const memoryOf = (end: End, vma: string): unknown => end[pteIn(end, vma, 'a').split(' ')[1]!]!.context.mem;
    expect(answers(ends, (e) => [memoryOf(e, 'mm1:private'), memoryOf(e, 'mmT0c1:private')])).toEqual([
      [
        ['T0.store0', 'T0.store1'],
        ['T0.store0', 'T0c1.store0'],
      ],
    ]);
    expect(answers(ends, (e) => pteIn(e, 'mm1:private', 'a').slice(0, 2))).toEqual(['rw']);
  });

  it('the child keeps a copy of its own for itself once the parent has let go of it', async () => {
    const ends = await endsOf(id, 'a=hole: [private] store a; fork; store a; exit');
    expect(answers(ends, (e) => [pteIn(e, 'mm1:private', 'a'), pteIn(e, 'mmT0c1:private', 'a')])).toEqual([
      ['none', 'none'],
    ]);
    const pages = answers(ends, (e) => Object.keys(e).filter((k) => k.startsWith('anon.') && e[k]!.context.refs !== 0));
    expect(pages).toEqual([[]]);
  });

  it('private mappings stay private, and nothing is stuck', async () => {
    const scenario = 'a=hole: [private] load a; fork; store a || [private] store a';
    expect(await ask(id, scenario, 'private-stays-private')).toBe('holds');
    expect(await ask(id, scenario, 'no-deadlock')).toBe('holds');
    expect(await ask(id, scenario, 'store-completes')).toBe('holds');
  });

  it('truncate finds the PTE that is copied beside it', async () => {
    const ends = await endsOf(id, 'a=block: load a; fork || truncate a');
    expect(answers(ends, (e) => [pteIn(e, 'mm1', 'a'), pteIn(e, 'mmT0c1', 'a')])).toEqual([['none', 'none']]);
    expect(await ask(id, 'a=block: load a; fork || truncate a', 'no-freed-block-mapped')).toBe('holds');
    expect(await ask(id, 'a=hole: load a; fork || truncate a', 'no-warn')).toBe('holds');
  });

  it('a child of a killed parent never begins, and nobody waits for it', async () => {
    const scenario = 'a=block: load a; fork; load a || truncate a';
    expect(await ask(id, scenario, 'no-deadlock')).toBe('holds');
    const lives = answers(await endsOf(id, scenario), (e) => e['mm_users[mmT0c1]']!.context.life);
    expect(lives).toEqual(['begun', 'stillborn']);
  });

  it('hole pages are counted right after fork and exit', async () => {
    const verdict = await ask(id, 'a=hole: load a; fork; exit || truncate a', 'rss-balance');
    expect(['holds', 'vacuous', 'n/a']).toContain(verdict);
    expect(await ask(id, 'a=hole: load a; fork', 'rss-balance')).toBe(
      (await loadDesign(id)).parts.hole_pages ? 'holds' : 'n/a',
    );
  });

  it('exit unmaps everything for the last thread of an address space only', async () => {
    const last = await endsOf(id, 'a=block: load a; exit || exit');
    expect(answers(last, (e) => pteIn(e, 'mm1', 'a'))).toEqual(['none']);
    const ended = await endsOf(id, 'a=block: load a; exit || fsync');
    expect(answers(ended, (e) => pteIn(e, 'mm1', 'a'))).toEqual(['ro blk.a']);
  });

  it('the access that made a PTE writable made its copy writable: the times are right', async () => {
    const parent = await ask(id, 'a=hole: store a', 'mtime-on-write');
    expect(parent).toBe('holds');
    expect(await ask(id, 'a=hole: store a; fork; store a', 'mtime-on-write')).toBe('holds');
    expect(await ask(id, 'a=hole: store a; fork; store a', 'writable-implies-dirty')).toBe(
      (await loadDesign(id)).facts.dirtyTags ? 'holds' : 'n/a',
    );
  });

  it('both engines agree', async () => {
    const scenario = 'a=hole: [private] load a; fork; store a; exit';
    expect(await factsOf(id, scenario, 'interpreter')).toEqual(await factsOf(id, scenario, 'packed'));
  });
});

describe('with the copy before its original in the tree', () => {
  it("punch misses the child's PTE", async () => {
    const scenario = 'a=block: load a; fork || punch a';
    expect(await ask(childBeforeParent, scenario, 'no-freed-block-mapped')).toBe('violated in 29');
    expect(await ask('v4.14', scenario, 'no-freed-block-mapped')).toBe('holds');
  });

  it('truncate does not: it unmaps twice', async () => {
    const scenario = 'a=block: load a; fork || truncate a';
    expect(await ask(childBeforeParent, scenario, 'no-freed-block-mapped')).toBe('holds');
  });
});

it('the zero page is counted for the child as well, without PTE_SPECIAL', async () => {
  const run = await verify(await loadDesign('v4.14'), 'a=hole: load a; fork', {
    config: { ...DEFAULT_CONFIG, 'pte-special': 'off' },
    properties: ['zero-page-refcount', 'rss-balance'],
  });
  expect(run.properties.map((p) => [p.id, p.verdict])).toEqual([
    ['zero-page-refcount', 'holds'],
    ['rss-balance', 'holds'],
  ]);
});
