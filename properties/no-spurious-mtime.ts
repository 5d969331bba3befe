/** POSIX: what is not carried through to the file is no modification of it. */
import { violated } from '../explorer/property.ts';
import { kernelMarks } from '../model/marks.ts';
import { defineProperty } from './define.ts';

/** What changes the file, and may update its times. */
const CALLS = new Set(['write', 'truncate', 'punch', 'fallocate', 'zero']);
/** The same, through a shared mapping. */
const ACCESSES = new Set(['store', 'pin']);
const READS = new Set(['load', 'read', 'populate']);

export default defineProperty({
  id: 'no-spurious-mtime',
  sentence:
    'file_update_time runs on the inode only in `write`, truncate, punch, fallocate and zero, and in a `store` or `pin` through a shared mapping: never in a load or read, nor for a private mapping.',
  promisedBy:
    'POSIX.1-2017 mmap(): MAP_PRIVATE modifications "shall not change the underlying object"; b17164e258e3 "xfs: don\'t update mtime on COW faults"',
  premise: 'a load or read gets its bytes, or a store its private copy',
  needs: (_design, scene) =>
    scene.vmas.some((v) => !v.shared) || scene.threads.some((t) => t.operations.some((o) => READS.has(o.name)))
      ? undefined
      : 'a load, read or populate, or a private mapping, in the scenario',
  instance: (scene) => {
    const isPrivate = (vma: string): boolean => scene.vmas.some((v) => v.id === vma && !v.shared);
    const vmaOf = new Map(scene.threads.map((t) => [t.id, t.vma]));
    return {
      step: (step) => {
        const owned = isPrivate(vmaOf.get(step.process) ?? '');
        for (const m of kernelMarks(step.marks)) {
          if (m.type === 'hw-load' || m.type === 'read-copy' || (m.type === 'hw-store' && isPrivate(m.vma)))
            return true;
          if (m.type !== 'file_update_time' || m.by === undefined || CALLS.has(m.by)) continue;
          if (ACCESSES.has(m.by) && !owned) continue;
          return violated(`${step.process}'s ${owned ? 'private ' : ''}${m.by} updates the times of the file`);
        }
        return undefined;
      },
    };
  },
});
