/** SIGBUS is for who reaches behind the end of the file, or for a device that fails: not for a fault that met another call. */
import { violated } from '../explorer/property.ts';
import { kernelMarks } from '../model/marks.ts';
import type { Scene } from '../model/scene.ts';
import { defineProperty } from './define.ts';

/** What makes an access of a page of the file rightly fail. */
function excuse(scene: Scene): string | undefined {
  if (scene.config.errors === 'on') return 'errors=off: an injected error is answered with SIGBUS';
  const shortens = scene.threads.some((t) => t.operations.some((o) => o.name === 'truncate'));
  return shortens ? 'a scenario without truncate: beyond the end of the file SIGBUS is right' : undefined;
}

export default defineProperty({
  id: 'no-spurious-sigbus',
  sentence:
    'While the file keeps its length and no device fails, no load or store of one of its pages is killed by SIGBUS.',
  promisedBy: 'mmap(2): SIGBUS is for an access beyond the end of the file',
  premise: 'a load or store traps',
  needs: (_design, scene) => excuse(scene),
  instance: () => ({
    step: (step) => {
      const marks = kernelMarks(step.marks);
      for (const m of marks)
        if (m.type === 'killed' && m.signal === 'SIGBUS') return violated(`${step.process} gets SIGBUS inside i_size`);
      return marks.some((m) => m.type === 'trap') || undefined;
    },
  }),
});
