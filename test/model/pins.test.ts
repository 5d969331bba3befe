import { describe, expect, it } from 'vitest';
import { DEFAULT_CONFIG } from '../../model/config.ts';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';

const PROPERTIES = ['no-freed-block-pinned', 'no-warn', 'no-deadlock'];
async function verdicts(design: string, scenario: string): Promise<string[]> {
  const run = await verify(await loadDesign(design), scenario, { properties: PROPERTIES });
  expect(run.complete).toBe(true);
  return run.properties.map((p) => (p.trace ? `${p.verdict} ${p.trace.length}` : p.verdict));
}

describe('a pinned block', () => {
  it.each(['truncate', 'punch'])('is freed by %s in 4.14, which does not look at pins', async (operation) => {
    expect(await verdicts('v4.14', `a=block: pin a; unpin a || ${operation} a`)).toEqual([
      'violated 28',
      'holds',
      'holds',
    ]);
  });

  it.each(['v5.10', 'v6.1', 'v6.12'])('is waited for by truncate and punch in %s', async (design) => {
    for (const operation of ['truncate', 'punch']) {
      const scenario = `a=block: pin a; unpin a || ${operation} a`;
      expect(await verdicts(design, scenario)).toEqual(['holds', 'holds', 'holds']);
    }
  });

  it.each(['v5.10', 'v6.1', 'v6.12'])(
    'of which fsync has locked the entry is freed in %s: locked entries are not looked at',
    async (design) => {
      const scenario = 'a=block: pin a; unpin a || fsync || truncate a';
      expect(await verdicts(design, scenario)).toEqual(['violated 37', 'violated 33', 'holds']);
    },
  );

  it.each(['v5.10', 'v6.1'])('is freed in %s if nobody maps the file any more: mapping_mapped()', async (design) => {
    const scenario = 'a=block: pin a; munmap a; unpin a || truncate a';
    expect(await verdicts(design, scenario)).toEqual(['violated 32', 'violated 28', 'holds']);
  });

  it('is freed with tlb=on before munmap flushes: the VMA has left the tree by then', async () => {
    const scenario = 'a=block: pin a; munmap a; unpin a || truncate a';
    const config = { ...DEFAULT_CONFIG, tlb: 'on' as const };
    const design = await loadDesign('v5.10');
    const run = await verify(design, scenario, { config, properties: ['no-freed-block-pinned'] });
    const steps = run.properties[0]!.trace!.map((step) => `${step.process} ${step.function}`);
    expect(steps).toContain('T0 unlink_file_vma');
    expect(steps).not.toContain('T0 tlb_finish_mmu');
  });

  it('that is never given back stops truncate for ever', async () => {
    expect((await verdicts('v5.10', 'a=block: pin a || truncate a'))[2]).toMatch(/^violated/);
  });

  it('is waited for with i_rwsem held: a holder who writes first waits for ever', async () => {
    expect((await verdicts('v5.10', 'a=block: pin a; write a; unpin a || truncate a'))[2]).toMatch(/^violated/);
  });
});

it('a private pin is of a copy, and keeps nobody from freeing the block', async () => {
  expect(await verdicts('v5.10', 'a=block: [private] pin a; unpin a || truncate a')).toEqual([
    'holds',
    'holds',
    'holds',
  ]);
});

it('designs before 4.14 have no pins', async () => {
  await expect(verify(await loadDesign('v4.12'), 'a=block: pin a')).rejects.toThrow('v4.12 has no pin');
});

it('scenarios without a pin have no component for it', async () => {
  const run = await verify(await loadDesign('v5.10'), 'a=block: store a || truncate a');
  expect(run.notApplicable).toContain('no-freed-block-pinned');
  expect(run.ends().join()).not.toContain('pins[');
});

it('a page that was faulted in for a pin has its times updated', async () => {
  for (const design of ['v4.14', 'v5.10']) {
    const run = await verify(await loadDesign(design), 'a=hole: store a || pin a', { properties: ['mtime-on-write'] });
    expect(run.properties[0]!.verdict).toBe('holds');
  }
});

it('what was not pinned can be unpinned', async () => {
  const run = await verify(await loadDesign('v5.10'), 'a=block: unpin a', { properties: [] });
  expect(run.complete).toBe(true);
});
