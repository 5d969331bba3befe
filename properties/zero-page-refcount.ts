/** Without PTE_SPECIAL the mm counts the zero page as it counts any page: what a PTE took, the PTE gives back. */
import { violated } from '../explorer/property.ts';
import { ZERO } from '../model/entries/pfn.ts';
import { zeroCounts } from '../model/entries/zero-page.ts';
import { defineProperty } from './define.ts';
import { now, ptesOf } from './translations.ts';

export default defineProperty({
  id: 'zero-page-refcount',
  sentence:
    'The references taken on ZERO equal the number of PTEs that map ZERO (so 0 after `exit`/munmap of all). HZP is per mm and not counted.',
  promisedBy:
    'mail 2017-06-15 (Kara): "for !HAVE_PTE_SPECIAL architectures, you will leak zero page references by just overwriting the PTE"',
  premise: 'a PTE mapped ZERO',
  needs: (design, scene) => {
    if (!design.facts.mapsZeroPage) return 'a design that maps the zero page';
    return scene.config['pte-special'] === 'off' ? undefined : 'pte-special=off';
  },
  instance: (scene) => {
    const translations = ptesOf(scene);
    return {
      step: (step) => translations.some((t) => step.written.includes(t.id) && t.after(step)?.pfn === ZERO) || undefined,
      quiescence: [
        {
          name: zeroCounts.id,
          judge: (s) => {
            const { refs } = s.read(zeroCounts);
            const mapped = translations.filter((t) => now(s, t)?.pfn === ZERO).length;
            if (refs !== mapped)
              return violated(`in the end ${refs} references are held on the zero page, and ${mapped} PTEs map it`);
            return refs > 0 || undefined;
          },
        },
      ],
    };
  },
});
