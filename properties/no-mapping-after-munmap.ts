/** What was unmapped stays unmapped: a translation that munmap or exit left behind leads to memory that is somebody else's soon. */
import { violated } from '../explorer/property.ts';
import { lifeOf, mm } from '../model/entries/mm.ts';
import { vma } from '../model/entries/vma.ts';
import type { SceneVma } from '../model/scene.ts';
import { defineProperty } from './define.ts';
import { now, translationsOf } from './translations.ts';

const UNMAPS = new Set(['munmap', 'exit']);

export default defineProperty({
  id: 'no-mapping-after-munmap',
  sentence:
    'At quiescence no translation, shared or private, is left of a page that its VMA no longer maps: one that munmap took away, or that of an address space whose last thread has exited.',
  promisedBy:
    'munmap(2): "further references to addresses within the range … generate invalid memory references"; mmap(2): a mapping ends with its process; check_mm() "Bad rss-counter state"',
  premise: 'munmap or exit took a page from a VMA',
  needs: (_design, scene) =>
    scene.threads.some((t) => t.operations.some((o) => UNMAPS.has(o.name)))
      ? undefined
      : 'a munmap or exit in the scenario',
  instance: (scene) => {
    // A child that never began maps nothing, and never did.
    const begun = (v: SceneVma) =>
      v.copyOf === undefined ? () => true : (s: Parameters<typeof now>[0]) => s.read(mm(v.mm), lifeOf) === 'begun';
    const facts = new Map(scene.vmas.map((v) => [v.id, { area: vma(v.id), lives: begun(v) }]));
    return {
      quiescence: translationsOf(scene).map((t) => ({
        name: t.name,
        judge: (s) => {
          const { area, lives } = facts.get(t.vma)!;
          if (!lives(s) || s.read(area).pages.includes(t.page)) return undefined;
          const left = now(s, t);
          return left === null || violated(`in the end ${t.id} maps ${left.pfn}, and ${t.page} was unmapped`);
        },
      })),
    };
  },
});
