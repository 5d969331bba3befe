/** NR_FILE_DIRTY is what balance_dirty_pages() throttles by: what it is off by stays for ever. */
import { violated } from '../explorer/property.ts';
import { pagePool } from '../model/build.ts';
import { fileDirty } from '../model/entries/file-dirty.ts';
import { page } from '../model/entries/page.ts';
import { defineProperty } from './define.ts';
import { pageCacheOnly } from './page-cache.ts';

export default defineProperty({
  id: 'dirty-balance',
  sentence: 'At quiescence NR_FILE_DIRTY equals the number of dirty pages in the page cache.',
  promisedBy: '2d6d7f982846 "mm: protect set_page_dirty() from ongoing truncation": "an imbalance of NR_FILE_DIRTY"',
  premise: 'none: never vacuous',
  needs: pageCacheOnly,
  instance: (scene) => ({
    neverVacuous: true,
    quiescence: [
      {
        name: fileDirty.id,
        judge: (s) => {
          const pages = scene.pages.flatMap(({ name }) => pagePool(scene, name)).map((id) => s.read(page(id)));
          const dirty = pages.filter((p) => p.mapping && p.flags.includes('dirty')).length;
          const { count } = s.read(fileDirty);
          return count === dirty || violated(`NR_FILE_DIRTY is ${count}, and ${dirty} pages are dirty`);
        },
      },
    ],
  }),
});
