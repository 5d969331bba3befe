/** TLB slots of a scene: one per thread and page that it loads or stores. A thread is a CPU; none with tlb=off. */
import type { Scene, SceneOperation } from './scene.ts';

export interface SceneSlot {
  readonly thread: string;
  readonly vma: string;
  readonly page: string;
}

/** Whether each thread has a TLB: the config tlb=on. */
export const tlbOn = (scene: Scene): boolean => scene.config.tlb === 'on';

/** How a thread's slots are named: after its mremap an access is to other addresses. */
export const slotOwner = (thread: string, moved: string | undefined): string =>
  moved === undefined ? thread : `${thread}:moved`;

const movedOf = (operations: readonly SceneOperation[]): string | undefined =>
  operations.find((o) => o.vma !== undefined)?.vma;

const ACCESSES = new Set(['load', 'store', 'pin']);

/** The slots that the threads' accesses can fill; none with tlb=off. */
export function tlbSlots(scene: Scene): SceneSlot[] {
  if (!tlbOn(scene)) return [];
  return scene.threads.flatMap(({ id, vma, operations }) => {
    const accesses = operations.filter((o) => ACCESSES.has(o.name));
    return [undefined, movedOf(operations)].flatMap((moved, i) => {
      if (i > 0 && moved === undefined) return [];
      const pages = accesses.filter((o) => o.vma === moved).map((o) => o.page!);
      return [...new Set(pages)].sort().map((page) => ({ thread: slotOwner(id, moved), vma: moved ?? vma, page }));
    });
  });
}
