/** A page that has left the page cache belongs to no file: what is stored to it is lost, and never comes back. */
import { violated } from '../explorer/property.ts';
import { hasMapping, page } from '../model/entries/page.ts';
import { isPage } from '../model/entries/pfn.ts';
import { defineProperty } from './define.ts';
import { now, translationsOf } from './translations.ts';

export default defineProperty({
  id: 'no-truncated-page-mapped',
  sentence:
    'No translation, shared or private, maps a page-cache page that is not in its mapping any more: truncated, invalidated or reclaimed.',
  promisedBy: 'mm/filemap.c: BUG_ON(page_mapped(page)) in __delete_from_page_cache(); the page lock rule of ->fault',
  premise: 'a translation maps a page-cache page',
  needs: (design) =>
    design.parts.page_cache || design.parts.hole_pages
      ? undefined
      : 'pages in the page cache (DAX: up to 4.13, for holes)',
  instance: (scene) => ({
    states: translationsOf(scene).map((t) => ({
      name: t.name,
      judge: (s) => {
        const pfn = now(s, t)?.pfn;
        if (pfn === undefined || !isPage(pfn)) return undefined;
        return s.read(page(pfn), hasMapping) || violated(`${t.id} maps ${pfn}, which is not in the page cache`);
      },
    })),
  }),
});
