/**
 * POSIX: st_mtime and st_ctime of a file mapped MAP_SHARED and writable are marked for update at some point between the
 * write reference and the next msync(). The kernel does it in the fault that makes the translation writable.
 */
import { violated } from '../explorer/property.ts';
import { pte } from '../model/entries/pte.ts';
import { kernelMarks } from '../model/marks.ts';
import { defineProperty } from './define.ts';
import { makeMonitor } from './monitor.ts';
import { NO_STAMPS, nextStamps, type StampFact, type Stamps, stampFacts } from './mtime-stamps.ts';
import { distinct, sharedTranslations } from './translations.ts';

export default defineProperty({
  id: 'mtime-on-write',
  sentence:
    'A hw store through a shared translation happens only if file_update_time has run on the inode at some time since the access (the one store instruction with all its traps) whose fault step made that translation writable trapped first.',
  promisedBy: 'mmap(2), POSIX.1-2017 mmap(): "shall be marked for update"; xfstests generic/080',
  premise: 'a hw store through a shared translation',
  instance: (scene) => {
    const translations = distinct(sharedTranslations(scene));
    const { monitor, value } = makeMonitor<Stamps, StampFact>(
      'mtime-on-write',
      NO_STAMPS,
      (step) => stampFacts(step, translations),
      nextStamps,
    );
    return {
      monitor,
      step: (step) => {
        for (const m of kernelMarks(step.marks)) {
          if (m.type !== 'hw-store') continue;
          const id = m.via ?? pte(m.vma, m.page).id;
          if (!translations.some((t) => t.id === id)) continue;
          if (step.before(value).made[id] !== true) {
            return violated(
              `${step.process} stores to ${m.page}, and the mtime was not updated since it first trapped`,
            );
          }
          return true;
        }
        return undefined;
      },
    };
  },
});
