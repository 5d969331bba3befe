/** A PTE that is replaced without being cleared and flushed leaves other CPUs with the old translation, and may lose bits. */
import { violated } from '../explorer/property.ts';
import { isNormalPage } from '../model/normal-page.ts';
import { defineProperty } from './define.ts';
import { ptesOf } from './translations.ts';

export default defineProperty({
  id: 'no-silent-overwrite',
  sentence:
    'No atomic section changes a PTE or PMD from present with pfn x to present with pfn y ≠ x unless it cleared and flushed it between (wp_page_copy does; same pfn with more bits is no overwrite; lost `d` of a non-special PTE is one).',
  promisedBy: 'mail 2017-06-15 (Kara): "we just silently overwrite whatever PTE was installed at that position"',
  premise: 'a section wrote a PTE or PMD that was present',
  instance: (scene) => {
    const translations = ptesOf(scene);
    return {
      step: (step) => {
        let wrote = false;
        for (const t of translations) {
          if (!step.written.includes(t.id)) continue;
          const before = t.before(step);
          if (before === null) continue;
          wrote = true;
          const after = t.after(step);
          if (after === null || step.events(t.id).includes('CLEAR')) continue;
          if (after.pfn !== before.pfn)
            return violated(`${t.id}: ${before.pfn} is overwritten by ${after.pfn}, not cleared and flushed`);
          if (before.d && !after.d && isNormalPage(scene, before.pfn)) return violated(`${t.id} loses its dirty bit`);
        }
        return wrote || undefined;
      },
    };
  },
});
