/** Where the locks of VMAs are followed. */
import type { Here } from './here.ts';
import type { MmParts } from './parts.ts';
import type { Scene, SceneVma } from './scene.ts';
import { thpOn } from './thp.ts';

/** Operations that take mmap_sem for writing, and with it the locks of the VMAs that they change. */
const WRITES_VMAS = new Set(['munmap', 'mprotect', 'mremap', 'fork']);

/**
 * Whether a fault's pass under the lock of its VMA is built. Where nobody write-locks a VMA the lock is always had, and such a
 * pass ends a fault in the same steps as one under mmap_sem would, or looks at the VMA and its PTE and begins anew: it is left
 * out. Not so with huge pages: a fault that begins anew has called ->huge_fault.
 */
export const locksVmas = (d: Pick<MmParts, 'per_vma_lock'>, scene: Scene): boolean =>
  d.per_vma_lock && (thpOn(scene) || scene.threads.some((t) => t.operations.some((o) => WRITES_VMAS.has(o.name))));

/** The same of the VMA of a call. Where mremap has moved one to, nobody else has the address: its lock is always had as well. */
export const locksVma = (d: Pick<MmParts, 'per_vma_lock'>, { scene, vma }: Here): boolean =>
  locksVmas(d, scene) && vma.movedFrom === undefined;

/** The VMAs that have a lock in the system. */
export const lockedVmas = (d: Pick<MmParts, 'per_vma_lock'>, scene: Scene): readonly SceneVma[] =>
  locksVmas(d, scene) ? scene.vmas.filter((v) => v.movedFrom === undefined) : [];
