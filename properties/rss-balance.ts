/** Map counts and references of struct pages follow the PTEs that map them: else "Bad rss-counter", or a page is lost. */
import type { Conjunct } from '../explorer/property.ts';
import { violated } from '../explorer/property.ts';
import { pagePool } from '../model/build.ts';
import { page } from '../model/entries/page.ts';
import { defineProperty } from './define.ts';
import { translationsOf } from './translations.ts';

export default defineProperty({
  id: 'rss-balance',
  sentence:
    'At quiescence the map count of every struct page equals the number of PTEs that map it, and its references equal that number plus one if it is in the page cache.',
  promisedBy: 'mm: check_mm() "Bad rss-counter state"; e2093926a098',
  premise: 'a struct page was mapped or is in the page cache at quiescence',
  needs: (design) => (design.parts.hole_pages ? undefined : 'struct pages in the mapping (up to 4.13)'),
  instance: (scene) => ({
    quiescence: scene.pages.flatMap(({ name }) =>
      pagePool(scene, name).map(
        (id): Conjunct => ({
          name: id,
          judge: (s) => {
            const p = s.read(page(id));
            const mapped = translationsOf(scene).filter((t) => s.read(t.ref)?.pfn === id).length;
            if (p.refs === 0 && mapped === 0) return undefined;
            if (p.mapcount !== mapped)
              return violated(`${id} counts ${p.mapcount} mappings, and ${mapped} PTEs map it`);
            const due = mapped + (p.mapping ? 1 : 0);
            return p.refs === due || violated(`${id} has ${p.refs} references, and ${due} are accounted for`);
          },
        }),
      ),
    ),
  }),
});
