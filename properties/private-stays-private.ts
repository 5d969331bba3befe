/** MAP_PRIVATE: "updates to the mapping are not visible to other processes … and are not carried through to the file". */
import { selector } from '../explorer/component.ts';
import { violated } from '../explorer/property.ts';
import { anon, isFreeAnon } from '../model/entries/anon.ts';
import { lifeOf, mm } from '../model/entries/mm.ts';
import { isAnon } from '../model/entries/pfn.ts';
import type { PteValue } from '../model/entries/pte.ts';
import { kernelMarks } from '../model/marks.ts';
import { defineProperty } from './define.ts';
import { now, translationsOf } from './translations.ts';

const writablePfn = selector('writable pfn', (p: PteValue) => (p?.w ? p.pfn : null));

export default defineProperty({
  id: 'private-stays-private',
  sentence:
    'A translation of a private VMA with w=1 maps an anonymous page of its own mm, and a hw store through a private VMA changes no block, page-cache page, ZERO page or dirty tag.',
  promisedBy: 'mmap(2), MAP_PRIVATE',
  premise: 'a hw store through a private VMA',
  needs: (_design, scene) => (scene.vmas.some((v) => !v.shared) ? undefined : 'a private mapping in the scenario'),
  instance: (scene) => {
    const translations = translationsOf(scene).filter((t) => !t.shared);
    const isPrivate = (vma: string): boolean => translations.some((t) => t.vma === vma);
    return {
      step: (step) => {
        for (const m of kernelMarks(step.marks)) {
          if (m.type !== 'hw-store' || !isPrivate(m.vma)) continue;
          return isAnon(m.pfn) || violated(`${step.process}'s private store to ${m.page} goes to ${m.pfn}`);
        }
        return undefined;
      },
      states: translations.map((own) => {
        const { id, vma, page } = own;
        // After fork a page of the parent's can become the child's own: once nobody else maps it. Before the child begins
        // a store of the parent is one before fork: its TLBs may still let it in.
        const others = translations
          .filter((t) => t.vma !== vma && t.page === page)
          .map((t) => ({ ...t, child: scene.vmas.find((v) => v.id === t.vma && v.copyOf !== undefined)?.mm }));
        return {
          name: own.name,
          judge: (s) => {
            const pfn = own.read(s, writablePfn);
            if (pfn === null) return undefined;
            if (!isAnon(pfn)) return violated(`the private ${id} maps ${pfn} writable`);
            // Whoever allocates it next has it.
            if (s.read(anon(pfn), isFreeAnon)) return violated(`${id} maps ${pfn} writable, which is free`);
            const begun = (child: string | undefined) => child === undefined || s.read(mm(child), lifeOf) === 'begun';
            const other = others.find((t) => now(s, t)?.pfn === pfn && begun(t.child));
            return other === undefined || violated(`${id} maps ${pfn} writable, and ${other.id} maps it, too`);
          },
        };
      }),
    };
  },
});
