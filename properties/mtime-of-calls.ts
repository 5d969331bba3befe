/** POSIX: write(), ftruncate() and the like "mark for update the last data modification … timestamps of the file". */
import { type StepSeen, violated } from '../explorer/property.ts';
import { inode } from '../model/entries/inode.ts';
import { kernelMarks } from '../model/marks.ts';
import { defineProperty } from './define.ts';
import { makeMonitor } from './monitor.ts';

interface Value {
  /** Calls under way that have changed what the file holds. */
  readonly changed: readonly string[];
  /** Truncates under way that have made the file longer, with no update of the times since. */
  readonly grown: readonly string[];
}
type Fact = { readonly type: 'changed' | 'grown' | 'over'; readonly op: string } | { readonly type: 'timed' };

const isTimed = (step: StepSeen): boolean => step.events(inode.id).includes('FILE_UPDATE_TIME');

const CALLS = new Set(['write', 'truncate', 'punch', 'zero']);

export default defineProperty({
  id: 'mtime-of-calls',
  sentence:
    'When a write(2), truncate, punch or zero that has put bytes into the file or removed pages from it returns 0, file_update_time has run on the inode, by whomever, since the run began; when a truncate that has made the file longer does, since it did.',
  promisedBy: 'POSIX.1-2017 write(), ftruncate(); fallocate(2) modifies the file, so do stat(2)’s times',
  premise: 'such a call returns 0',
  needs: (_design, scene) =>
    scene.threads.some((t) => t.operations.some((o) => CALLS.has(o.name)))
      ? undefined
      : 'a write, truncate, punch or zero in the scenario',
  instance: () => {
    const { monitor, value } = makeMonitor<Value, Fact>(
      'mtime-of-calls',
      { changed: [], grown: [] },
      (step) => [
        ...kernelMarks(step.marks).flatMap((m): Fact[] => {
          if (m.type === 'copy' || m.type === 'removed') return [{ type: 'changed', op: m.op }];
          if (m.type === 'grown') return [{ type: 'grown', op: m.op }];
          return m.type === 'end' && CALLS.has(m.name) ? [{ type: 'over', op: m.op }] : [];
        }),
        ...(isTimed(step) ? [{ type: 'timed' } as const] : []),
      ],
      ({ changed, grown }, fact) => {
        if (fact.type === 'timed') return { changed, grown: [] };
        const not = (ops: readonly string[]) => ops.filter((c) => c !== fact.op);
        if (fact.type === 'over') return { changed: not(changed), grown: not(grown) };
        return fact.type === 'grown'
          ? { changed, grown: [...not(grown), fact.op].sort() }
          : { changed: [...not(changed), fact.op].sort(), grown };
      },
    );
    return {
      monitor,
      step: (step) => {
        for (const m of kernelMarks(step.marks)) {
          if (m.type !== 'end' || m.error) continue;
          const { changed, grown } = step.before(value);
          const late = grown.includes(m.op) && !isTimed(step);
          if (!late && !changed.includes(m.op)) continue;
          return (
            (!late && step.after(inode).mtime === 'new') ||
            violated(`${step.process}'s ${m.name} of ${m.pages.join(' ')} returns 0, and the mtime was not updated`)
          );
        }
        return undefined;
      },
    };
  },
});
