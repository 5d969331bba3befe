/** Map counts and references of struct pages follow the PTEs that map them: else "Bad rss-counter", or a page is lost. */
import type { Conjunct } from '../explorer/property.ts';
import { violated } from '../explorer/property.ts';
import { pagePool } from '../model/build.ts';
import type { Design } from '../model/design.ts';
import { anon } from '../model/entries/anon.ts';
import { page } from '../model/entries/page.ts';
import { ZERO } from '../model/entries/pfn.ts';
import { zeroCounts } from '../model/entries/zero-page.ts';
import { countsZero } from '../model/normal-page.ts';
import { anonPool, type Scene, type SceneVma } from '../model/scene.ts';
import { defineProperty } from './define.ts';
import { now, ptesOf } from './translations.ts';

export default defineProperty({
  id: 'rss-balance',
  sentence:
    'At quiescence the map count of every struct page equals the number of PTEs that map it, and its references equal that number plus one if it is in the page cache.',
  promisedBy: 'mm: check_mm() "Bad rss-counter state"; e2093926a098',
  premise: 'a struct page was mapped or is in the page cache at quiescence',
  needs: (design, scene) =>
    design.parts.hole_pages || mapsCountedZero(design, scene) || scene.vmas.some((v) => !v.shared)
      ? undefined
      : 'struct pages that are mapped (up to 4.13 of holes; the zero page with pte-special=off; private copies)',
  instance: (scene, design) => ({
    quiescence: [
      ...(mapsCountedZero(design, scene) ? [zeroConjunct(scene)] : []),
      ...(design.parts.hole_pages ? scene.pages.flatMap(({ name }) => poolOf(scene, name)) : []),
      ...scene.vmas.filter((v) => !v.shared).flatMap((v) => v.pages.flatMap((p) => copiesOf(scene, v, p))),
    ],
  }),
});

/** Private copies: whoever made one and did not map it has to give it back. */
const copiesOf = (scene: Scene, vma: SceneVma, name: string): Conjunct[] =>
  anonPool(scene, vma, name).map((id) => ({
    name: id,
    judge: (s) => {
      const { refs, mapcount } = s.read(anon(id));
      const mapped = ptesOf(scene).filter((t) => now(s, t)?.pfn === id).length;
      if (refs === 0 && mapped === 0) return undefined;
      if (mapcount !== mapped) return violated(`${id} counts ${mapcount} mappings, and ${mapped} PTEs map it`);
      return refs === mapped || violated(`${id} has ${refs} references, and ${mapped} are accounted for`);
    },
  }));

const mapsCountedZero = (design: Design, scene: Scene): boolean => design.facts.mapsZeroPage && countsZero(scene);

const zeroConjunct = (scene: Scene): Conjunct => ({
  name: zeroCounts.id,
  judge: (s) => {
    const { refs, mapcount } = s.read(zeroCounts);
    const mapped = ptesOf(scene).filter((t) => now(s, t)?.pfn === ZERO).length;
    if (mapcount !== mapped) return violated(`the zero page counts ${mapcount} mappings, and ${mapped} PTEs map it`);
    if (refs !== mapped) return violated(`the zero page has ${refs} references, and ${mapped} are accounted for`);
    return mapped > 0 || undefined;
  },
});

const poolOf = (scene: Scene, name: string): Conjunct[] =>
  pagePool(scene, name).map(
    (id): Conjunct => ({
      name: id,
      judge: (s) => {
        const p = s.read(page(id));
        const mapped = ptesOf(scene).filter((t) => now(s, t)?.pfn === id).length;
        if (p.refs === 0 && mapped === 0) return undefined;
        if (p.mapcount !== mapped) return violated(`${id} counts ${p.mapcount} mappings, and ${mapped} PTEs map it`);
        const due = mapped + (p.mapping ? 1 : 0);
        return p.refs === due || violated(`${id} has ${p.refs} references, and ${due} are accounted for`);
      },
    }),
  );
