/** TLB slots of a scene: one per thread and page that it loads or stores. A thread is a CPU; none with tlb=off. */
import type { Scene } from './scene.ts';

export interface SceneSlot {
  readonly thread: string;
  readonly vma: string;
  readonly page: string;
}

export const tlbOn = (scene: Scene): boolean => scene.config.tlb === 'on';

const ACCESSES = new Set(['load', 'store', 'pin']);

export function tlbSlots(scene: Scene): SceneSlot[] {
  if (!tlbOn(scene)) return [];
  return scene.threads.flatMap(({ id, vma, operations }) => {
    const accessed = operations.filter((o) => ACCESSES.has(o.name)).map((o) => o.page!);
    return [...new Set(accessed)].sort().map((page) => ({ thread: id, vma, page }));
  });
}
