/** Reduction by symmetry on the built-in designs: what is symmetric, and that nothing else changes. */
import { describe, expect, it } from 'vitest';
import { type Exploration, explorePackedOf } from './reduced.ts';

const DESIGNS = ['v4.0', 'v4.9', 'v4.12', 'v4.14', 'v6.1', 'zero-page-v3'];

const said = ({ complete, depth, findings, taken, ends }: Exploration) => ({
  complete,
  depth,
  findings: findings.map((f) => [f.verdict, f.run?.length]),
  taken,
  ends: ends(),
});

const everything = (e: Exploration) => ({
  ...said(e),
  counts: [e.states, e.transitions],
  findings: e.findings,
  symmetry: e.symmetry,
});

const SYMMETRIC: [text: string, size: number, renaming: string, config?: string][] = [
  ['a=hole: store a || store a', 2, 'T0 <-> T1'],
  ['a=hole: store a || store a || store a', 6, 'T0 <-> T1; T1 <-> T2'],
  ['a=hole: store a || [mm2] store a', 2, 'T0 <-> T1, mm1 <-> mm2'],
  ['a=hole: store a; store b || store b; store a', 2, 'T0 <-> T1, a <-> b'],
  ['a=hole: [maps=a] store a || [mm2, maps=b] store b', 2, 'T0 <-> T1, a <-> b, mm1 <-> mm2'],
  ['a=block: store a; fsync || store a; fsync', 2, 'T0 <-> T1'],
  ['a=hole: write a || write a || load a', 2, 'T0 <-> T1'],
  ['a=block: load a; munmap a || load a; munmap a', 2, 'T0 <-> T1'],
  ['a=block: [private] store a || [private] store a', 2, 'T0 <-> T1'],
  ['a=block: freeze || freeze || thaw', 2, 'T0 <-> T1'],
  ['a=block: load a; store a || load a; store a', 2, 'T0 <-> T1', 'tlb=on'],
  ['a=hole: load a || [mm2] load a', 2, 'T0 <-> T1, mm1 <-> mm2', 'errors=on'],
];

describe.each(DESIGNS)('%s', (design) => {
  it.each(SYMMETRIC)(
    '%s: up to %i states in one, the same in everything else',
    async (text, size, renaming, config) => {
      const { all, reduced, compiled, confirmed } = await explorePackedOf(design, text, config);
      expect(reduced.symmetry).toEqual({ size, renamings: renaming.split('; '), refused: [], cut: false });
      expect(said(reduced)).toEqual(said(all));
      expect(reduced.states).toBeLessThan(all.states);
      expect(reduced.states * size).toBeGreaterThanOrEqual(all.states);
      expect(everything(compiled)).toEqual(everything(reduced));
      confirmed();
    },
  );
});

it('forked children go with their parents', async () => {
  const { reduced } = await explorePackedOf('v4.14', 'a=hole: load a; fork || load a; fork');
  expect(reduced.symmetry!.renamings).toEqual(['T0 <-> T1, T0c1 <-> T1c1, mmT0c1 <-> mmT1c1']);
});

describe('what the text does not show', () => {
  it.each([
    // A hole's translations are removed in the order of the VMAs.
    ['a=hole: load a; store a || [mm2] load a; store a', 'T0 <-> T1, mm1 <-> mm2'],
    // fsync goes through the pages in their order.
    ['a=hole: store a || store b || fsync', 'T0 <-> T1, a <-> b'],
  ])('%s: not under %s', async (text, renaming) => {
    const { all, reduced, compiled } = await explorePackedOf('v4.14', text);
    expect(reduced.symmetry!.refused.map((r) => r.renaming)).toEqual([renaming]);
    expect(everything(compiled)).toEqual(everything(reduced));
    expect(said(reduced)).toEqual(said(all));
    expect(reduced.states).toBe(all.states);
  });

  it.each([
    ['a=hole, b=block: store a || store b', 'pages that differ at first'],
    ['a=hole: store a || [ro] load a', 'programs that differ'],
    ['a=hole: [mm2] store a || [mm2, private] store a', 'mappings that differ'],
  ])('%s: no renaming is tried: %s', async (text) => {
    const { reduced } = await explorePackedOf('v4.14', text);
    expect(reduced.symmetry).toEqual({ size: 1, renamings: [], refused: [], cut: false });
  });
});
