/** balance_dirty_pages() may sleep until the flusher has written pages, and the flusher locks the pages it writes. */
import { violated } from '../explorer/property.ts';
import { pagePool } from '../model/build.ts';
import { pageLock } from '../model/entries/page-lock.ts';
import { kernelMarks } from '../model/marks.ts';
import { defineProperty } from './define.ts';
import { pageCacheOnly } from './page-cache.ts';

export default defineProperty({
  id: 'no-balance-under-page-lock',
  sentence: 'A process in balance_dirty_pages holds no page lock.',
  promisedBy: 'mail 2014-12-02 (Weiner): "balance_dirty_pages(), as you noted, is not allowed under the page lock"',
  premise: 'balance_dirty_pages was entered',
  needs: pageCacheOnly,
  instance: (scene) => {
    const locks = scene.pages.flatMap(({ name }) => pagePool(scene, name)).map(pageLock);
    return {
      step: (step) => {
        if (!kernelMarks(step.marks).some((m) => m.type === 'balance')) return undefined;
        const held = locks.find((l) => step.before(l).owner === step.process);
        return held === undefined || violated(`${step.process} is in balance_dirty_pages() with ${held.id}`);
      },
    };
  },
});
