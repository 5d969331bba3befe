/** An error of fsync makes databases panic: it must mean that something was lost. */
import { violated } from '../explorer/property.ts';
import { ERRORS_PER_RUN, errors } from '../model/entries/errors.ts';
import { kernelMarks } from '../model/marks.ts';
import { defineProperty } from './define.ts';

const CALLS = new Set(['fsync', 'msync', 'punch']);

export default defineProperty({
  id: 'fsync-no-spurious-error',
  sentence:
    'fsync and msync (and the writeback that punch begins with) return -EIO only if an injected error happened.',
  promisedBy: 'fsync(2)',
  premise: 'such a call returned',
  instance: (scene) => ({
    step: (step) => {
      const injected = scene.config.errors === 'on' && step.after(errors).left < ERRORS_PER_RUN;
      for (const m of kernelMarks(step.marks)) {
        if (m.type !== 'end' || !CALLS.has(m.name)) continue;
        return (
          m.error === undefined ||
          injected ||
          violated(`${step.process}'s ${m.name} returns -${m.error}, and no error was injected`)
        );
      }
      return undefined;
    },
  }),
});
