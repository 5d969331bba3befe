/** What mprotect took stays taken: a translation that is writable where its VMA is not lets stores through that nobody may make. */
import { violated } from '../explorer/property.ts';
import { vma } from '../model/entries/vma.ts';
import { defineProperty } from './define.ts';
import { now, translationsOf } from './translations.ts';

export default defineProperty({
  id: 'no-writable-after-mprotect',
  sentence: 'At quiescence no translation, shared or private, is writable of a page whose VMA has no VM_WRITE.',
  promisedBy:
    'mprotect(2): "If the calling process tries to access memory in a manner that violates the protections, then the kernel generates a SIGSEGV signal for the process."',
  premise: 'a VMA without VM_WRITE at quiescence',
  needs: (_design, scene) =>
    scene.threads.some((t) => t.operations.some((o) => o.name === 'mprotect'))
      ? undefined
      : 'an mprotect in the scenario',
  instance: (scene) => {
    const areas = new Map(scene.vmas.map((v) => [v.id, vma(v.id)]));
    return {
      quiescence: translationsOf(scene).map((t) => ({
        name: t.name,
        judge: (s) => {
          const { pages, writable } = s.read(areas.get(t.vma)!);
          if (writable || !pages.includes(t.page)) return undefined;
          const left = now(s, t);
          return !left?.w || violated(`in the end ${t.id} maps ${left.pfn} writable, and its VMA is read-only`);
        },
      })),
    };
  },
});
