/** mmap(2): MAP_SYNC "provides the guarantee that while some file mapping is mapped writable …, it will be visible in the same file at the same offset even after the system crashes". */
import { violated } from '../explorer/property.ts';
import { extent } from '../model/entries/extent.ts';
import { inode } from '../model/entries/inode.ts';
import { kernelMarks } from '../model/marks.ts';
import { syncOn } from '../model/scene.ts';
import { defineProperty } from './define.ts';

export default defineProperty({
  id: 'map-sync-durable',
  sentence:
    'A store through a MAP_SYNC mapping, inside i_size, goes into the block that the committed metadata of the file has for its page: once flushed, it outlives a power cut without fsync.',
  promisedBy: 'mmap(2), MAP_SYNC',
  premise: 'a store through a MAP_SYNC mapping',
  needs: (_design, scene) => (syncOn(scene) ? undefined : 'a mapping with MAP_SYNC'),
  instance: (scene) => ({
    step: (step) => {
      for (const m of kernelMarks(step.marks)) {
        if (m.type !== 'hw-store' || scene.vmas.find((v) => v.id === m.vma)?.sync !== true) continue;
        if (scene.pages.find((p) => p.name === m.page)!.index >= step.before(inode).size) continue;
        const { block, uncommitted } = step.before(extent(m.page));
        if (block === m.pfn && !uncommitted) return true;
        return violated(
          `${step.process} stores to ${m.pfn} through MAP_SYNC, and ${
            block === m.pfn
              ? `page ${m.page} has it in no committed transaction`
              : `page ${m.page} has ${block ?? 'a hole'}`
          }: lost on power cut`,
        );
      }
      return undefined;
    },
  }),
});
