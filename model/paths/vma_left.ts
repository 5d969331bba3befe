/** What is left of a mapping of which other threads may unmap pages: the range of an msync(2). mm/msync.c */
import type { Here } from '../here.ts';

/**
 * What munmap can leave of the VMA, or of that which fork has copied or mremap moved: all of it first. With a hole in it the kernel has two VMAs, and
 * calls one after the other.
 */
export function leftOf({ scene, vma: area }: Here): readonly (readonly string[])[] {
  const before = (id: string): string | undefined => {
    const found = scene.vmas.find((v) => v.id === id);
    return found?.copyOf ?? found?.movedFrom;
  };
  const family = (id: string | undefined): string[] => (id === undefined ? [] : [id, ...family(before(id))]);
  const ids = family(area.id);
  const unmapped = scene.threads
    .filter((t) => ids.includes(t.vma))
    .flatMap((t) => t.operations.flatMap((o) => (o.name === 'munmap' ? [o.page] : [])));
  return area.pages
    .reduce<readonly (readonly string[])[]>(
      (all, p) => all.flatMap((some) => (unmapped.includes(p) ? [[...some, p], some] : [[...some, p]])),
      [[]],
    )
    .filter((some) => some.length > 0);
}
