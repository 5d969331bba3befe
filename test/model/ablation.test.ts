/** Leaving out one thing of a design: how it is done, samples of what it changes, and the page that has all of it. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { sitesOf, without } from '../../lab/ablation/ablate.ts';
import { type Kind, siteText } from '../../lab/ablation/kinds.ts';
import { pageOf, unexplained } from '../../lab/ablation/page.ts';
import { reasoned } from '../../lab/ablation/reasons.ts';
import { storedResults } from '../../lab/ablation/results.ts';
import { rewrite } from '../../lab/ablation/rewrite.ts';
import { shown } from '../../lab/ablation/show.ts';
import { Base, isUser, outcomeOf } from '../../lab/ablation/try.ts';
import v414 from '../../model/designs/v4.14.ts';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';
import { expectPage } from '../docs/stale.ts';

const RESULTS = storedResults(new URL('../../lab/ablation/results/', import.meta.url));

describe('a chart that is written again', () => {
  it('without a change explores the same', async () => {
    const again = { ...v414, rewrite: (chart: never) => rewrite(chart, ({ alternative }) => ({ ...alternative })) };
    for (const scenario of ['a=hole: load a; store a || write a', 'a=block: store a; fsync || freeze; thaw']) {
      const [one, two] = [await verify(v414, scenario), await verify(again as never, scenario)];
      expect([two.states, two.transitions]).toEqual([one.states, one.transitions]);
      const plain = (r: typeof one) => r.properties.map((p) => [p.id, p.verdict, p.trace?.map((s) => s.step)]);
      expect(plain(two)).toEqual(plain(one));
    }
  });

  it('is another one where an effect is left out', async () => {
    const site = { kind: 'tag', what: 'DIRTY', where: 'dax_insert_mapping_entry' } as const;
    const run = await verify(without(v414, site), 'a=block: store a', { properties: ['writable-implies-dirty'] });
    expect(run.properties[0]).toMatchObject({ verdict: 'violated' });
  });
});

it('what can be left out is found by itself', async () => {
  const sites = await sitesOf(v414, ['a=hole: load a; store a || write a', 'a=block: store a; fsync']);
  expect(sites.map(siteText)).toEqual(
    expect.arrayContaining([
      'lock entry in faults',
      'lock entry in write-back',
      'lock entry in every path',
      'lock i_mmap_sem in faults',
      'tag DIRTY in dax_insert_mapping_entry',
      'tag TOWRITE in tag_pages_for_writeback',
      'time file_update_time in pfn_mkwrite',
      'unmap zap in dax_insert_mapping_entry',
      'unmap zap in write: invalidate_inode_pages2_range',
      'wake-up WAKE_NEXT in faults',
      'write-protect PTE in dax_mapping_entry_mkclean',
      're-check !pte_same(): retry in handle_pte_fault',
    ]),
  );
});

it('a wake-up of three who meet at one entry is looked for in a scenario of its own', async () => {
  const site = { kind: 'wake-up', what: 'WAKE_NEXT', where: 'write: __dax_invalidate_mapping_entry' } as const;
  expect(await outcomeOf(new Base(v414), site, [])).toMatchObject({
    property: 'no-deadlock',
    scenario: 'a=hole: load a || load a || write a',
  });
});

it('what differs inside the kernel alone is found as the most that can be seen without a difference', async () => {
  const site = { kind: 're-check', what: 'nrexceptional > 0', where: 'invalidate_inode_pages2_range' } as const;
  const outcome = await outcomeOf(new Base(v414), site, ['a=hole: load a; invalidate a || write a']);
  expect(outcome).toMatchObject({ what: 'seen', of: 'design', same: { scenarios: 1 } });
  if (outcome.what !== 'seen') return;
  expect(isUser(outcome.same.observe)).toBe(true);
  expect(isUser(['results', 'file', 'media'])).toBe(false);
  const text = await shown(v414, /nrexceptional > 0 in inval/, outcome.scenario);
  expect(text).toContain(`different: v4.14 can, in ${outcome.steps} steps`);
  expect(await shown(v414, /nrexceptional > 0 in inval/, outcome.scenario, outcome.same.observe.join())).toContain(
    ' same (',
  );
});

describe('v4.14 without', () => {
  const base = new Base(v414);
  const cases: [Kind, string, string, string, string][] = [
    ['lock', 'i_mmap_sem', 'faults', 'a=block: load a; store a || truncate a', 'no-freed-block-mapped'],
    ['lock', 'i_rwsem', 'read', 'a=hole: write a || read a', 'no-stale-read'],
    ['time', 'file_update_time', 'faults', 'a=hole: store a', 'mtime-on-write'],
    ['flush', 'CPU cache', 'dax_flush', 'a=block: store a; fsync', 'fsync-durable'],
    ['wake-up', 'WAKE_NEXT', 'faults', 'a=hole: store a || store a', 'no-deadlock'],
  ];
  it.each(cases)('%s %s in %s: violated', async (kind, what, where, scenario, property) => {
    const outcome = await outcomeOf(base, { kind, what, where }, [scenario]);
    expect(outcome).toMatchObject({ what: 'verdict', now: 'violated', property });
  });

  it('mmap_sem in faults is the same where nothing of the mapping changes', async () => {
    const outcome = await outcomeOf(base, { kind: 'lock', what: 'mmap_sem', where: 'faults' }, [
      'a=hole: load a; store a || write a',
    ]);
    expect(outcome).toEqual({ what: 'redundant', scenarios: 1, bisimilar: 1 });
  });
});

describe('docs/ablation.md', () => {
  it('is what the stored results say', () => {
    expectPage(fileURLToPath(new URL('../../docs/ablation.md', import.meta.url)), pageOf(RESULTS));
  });

  it('gives a reason for everything that changes no verdict', () => {
    expect(RESULTS.map((r) => r.design)).toEqual(expect.arrayContaining(['v4.12', 'v4.14', 'wp-shared-merged']));
    expect(unexplained(RESULTS)).toEqual([]);
  });

  it('gives no reason for what changes a verdict in every design', () => {
    const open = RESULTS.flatMap(({ design, sites }) =>
      sites.flatMap(({ site, outcome }) =>
        ['verdict', 'broken'].includes(outcome.what) ? [] : [siteText(site), `${design}: ${siteText(site)}`],
      ),
    );
    expect(reasoned.filter((site) => !open.includes(site))).toEqual([]);
  });

  it('has nothing that changes what callers see but for what nobody promises them', () => {
    const rest = RESULTS.flatMap(({ design, sites }) =>
      sites.flatMap(({ site, outcome }) =>
        outcome.what === 'unknown' || (outcome.what === 'seen' && !isUser(outcome.same.observe))
          ? [`${design}: ${siteText(site)}`]
          : [],
      ),
    );
    // Beside truncate(2) a block may stay behind the end of the file, whichever of the two returns first.
    expect(rest).toEqual(['v4.12: lock i_rwsem in fallocate', 'v4.14: lock i_rwsem in fallocate']);
  });

  it.each(RESULTS.map((r) => [r.design, r] as const))('%s: a sample of them is found again', async (id, { sites }) => {
    const base = new Base(await loadDesign(id));
    const told = sites.filter(({ outcome }) => outcome.what === 'verdict' && outcome.now === 'violated');
    for (const { site, outcome } of told.filter((_, i) => i % 8 === 0)) {
      if (outcome.what !== 'verdict') continue;
      // The wording may change.
      const { damage: _damage, ...stored } = outcome;
      expect([siteText(site), await outcomeOf(base, site, [outcome.scenario])]).toMatchObject([siteText(site), stored]);
    }
  });
});
