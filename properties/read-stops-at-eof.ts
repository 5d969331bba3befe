/** read(2) behind the end of the file returns nothing, not zeros: programs find the end of a file that way. */
import type { StepSeen } from '../explorer/property.ts';
import { violated } from '../explorer/property.ts';
import { inode } from '../model/entries/inode.ts';
import { kernelMarks } from '../model/marks.ts';
import { defineProperty } from './define.ts';
import { makeMonitor } from './monitor.ts';

/** By read(2) under way: it began behind the end of the file, and that was so ever since. */
interface Value {
  readonly outside: Readonly<Record<string, string>>;
}
type Fact =
  | { readonly type: 'outside'; readonly op: string; readonly page: string }
  | { readonly type: 'size'; readonly inside: readonly string[] }
  | { readonly type: 'over'; readonly op: string };

const NOTHING: Value = { outside: {} };
const kept = (v: Value, keep: (op: string, page: string) => boolean): Value => ({
  outside: Object.fromEntries(Object.entries(v.outside).filter(([op, page]) => keep(op, page))),
});

export default defineProperty({
  id: 'read-stops-at-eof',
  sentence:
    'read(2) copies a page to its caller only if that page was inside i_size at some time since the call began.',
  promisedBy:
    'POSIX.1-2017 read(): "No data transfer shall occur past the current end-of-file. If the starting position is at or after the end-of-file, 0 shall be returned"',
  premise: 'a read begins behind the end of the file',
  needs: (_design, scene) => {
    const has = (name: string): boolean => scene.threads.some((t) => t.operations.some((o) => o.name === name));
    return has('read') && has('truncate') ? undefined : 'a read and a truncate in the scenario';
  },
  instance: (scene) => {
    const inside = (size: number): string[] => scene.pages.filter((p) => p.index < size).map((p) => p.name);
    const facts = (step: StepSeen): Fact[] => {
      const now = inside(step.after(inode).size);
      return [
        ...(step.written.includes(inode.id) ? [{ type: 'size', inside: now } as const] : []),
        ...kernelMarks(step.marks).flatMap((m): Fact[] => {
          if (m.type === 'end' && m.name === 'read') return [{ type: 'over', op: m.op }];
          if (m.type !== 'begin' || m.name !== 'read') return [];
          return m.pages.filter((p) => !now.includes(p)).map((page) => ({ type: 'outside', op: m.op, page }));
        }),
      ];
    };
    const { monitor, value } = makeMonitor<Value, Fact>('read-stops-at-eof', NOTHING, facts, (v, f) => {
      if (f.type === 'outside') return { outside: { ...v.outside, [f.op]: f.page } };
      if (f.type === 'over') return kept(v, (op) => op !== f.op);
      return kept(v, (_, page) => !f.inside.includes(page));
    });
    return {
      monitor,
      step: (step) => {
        for (const m of kernelMarks(step.marks)) {
          if (m.type === 'read-copy' && m.op in step.before(value).outside) {
            return violated(`${step.process}'s read(2) of ${m.page} returns bytes from behind the end of the file`);
          }
          if (m.type === 'end' && m.op in step.before(value).outside) return true;
        }
        return undefined;
      },
    };
  },
});
