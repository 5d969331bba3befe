/**
 * POSIX: st_mtime and st_ctime of a file mapped MAP_SHARED and writable are marked for update at some point between the
 * write reference and the next msync(). The kernel does it in the fault that makes the translation writable.
 */
import type { StepSeen } from '../explorer/property.ts';
import { violated } from '../explorer/property.ts';
import { pte } from '../model/entries/pte.ts';
import { kernelMarks } from '../model/marks.ts';
import { defineProperty } from './define.ts';
import { makeMonitor } from './monitor.ts';
import { sharedTranslations, type Translation } from './translations.ts';

interface Value {
  /** Accesses that trapped and are not over: whether file_update_time() ran since their first trap. */
  readonly open: Readonly<Record<string, boolean>>;
  /** Writable shared translations: the bit of the access that made them writable, or true since a later update. */
  readonly made: Readonly<Record<string, boolean>>;
}
type Fact =
  | { readonly type: 'trap' | 'over'; readonly who: string }
  | { readonly type: 'update' }
  | { readonly type: 'writable'; readonly pte: string; readonly who: string }
  | { readonly type: 'not-writable'; readonly pte: string };

const mapValues = (o: Readonly<Record<string, boolean>>, v: boolean) =>
  Object.fromEntries(Object.keys(o).map((k) => [k, v]));
const drop = (o: Readonly<Record<string, boolean>>, key: string) =>
  Object.fromEntries(Object.entries(o).filter(([k]) => k !== key));

function next(v: Value, f: Fact): Value {
  switch (f.type) {
    case 'trap':
      return f.who in v.open ? v : { ...v, open: { ...v.open, [f.who]: false } };
    case 'over':
      return { ...v, open: drop(v.open, f.who) };
    case 'update':
      return { open: mapValues(v.open, true), made: mapValues(v.made, true) };
    case 'writable':
      return { ...v, made: { ...v.made, [f.pte]: v.open[f.who] ?? false } };
    case 'not-writable':
      return { ...v, made: drop(v.made, f.pte) };
  }
}

function factsOf(step: StepSeen, translations: readonly Translation[]): Fact[] {
  const facts: Fact[] = [];
  const who = step.process;
  for (const m of kernelMarks(step.marks)) {
    if (m.type === 'trap') facts.push({ type: 'trap', who });
    if (m.type === 'file_update_time') facts.push({ type: 'update' });
    if (m.type === 'hw-store' || m.type === 'hw-load' || m.type === 'killed') facts.push({ type: 'over', who });
  }
  for (const t of translations) {
    if (!step.written.includes(t.ref.id)) continue;
    const before = step.before(t.ref);
    const after = step.after(t.ref);
    if (after?.w && !(before?.w && before.pfn === after.pfn)) facts.push({ type: 'writable', pte: t.ref.id, who });
    if (before?.w && !after?.w) facts.push({ type: 'not-writable', pte: t.ref.id });
  }
  return facts;
}

export default defineProperty({
  id: 'mtime-on-write',
  sentence:
    'A hw store through a shared translation happens only if file_update_time has run on the inode at some time since the access (the one store instruction with all its traps) whose fault step made that translation writable trapped first.',
  promisedBy: 'mmap(2), POSIX.1-2017 mmap(): "shall be marked for update"; xfstests generic/080',
  premise: 'a hw store through a shared translation',
  instance: (scene) => {
    const translations = sharedTranslations(scene);
    const { monitor, value } = makeMonitor<Value, Fact>(
      'mtime-on-write',
      { open: {}, made: {} },
      (step) => factsOf(step, translations),
      next,
    );
    return {
      monitor,
      step: (step) => {
        for (const m of kernelMarks(step.marks)) {
          if (m.type !== 'hw-store') continue;
          const id = pte(m.vma, m.page).id;
          if (!translations.some((t) => t.ref.id === id)) continue;
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
