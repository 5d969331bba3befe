/**
 * POSIX: the times of a file that was written through a shared mapping are updated by the next msync(), if not before.
 * Kernels that never write-protect again after fsync (up to 4.9) update them once and never again.
 */
import type { Judgement, StepSeen } from '../explorer/property.ts';
import { violated } from '../explorer/property.ts';
import { pte } from '../model/entries/pte.ts';
import { kernelMarks } from '../model/marks.ts';
import { defineProperty } from './define.ts';
import { makeMonitor } from './monitor.ts';
import { sharedTranslations, type Translation } from './translations.ts';

type Bits = Readonly<Record<string, boolean>>;
interface Call {
  /** Stores that were over when the call began: whether the times were updated for them. */
  readonly owed: Bits;
  /** Translations that have been writable ever since the call began. */
  readonly writable: readonly string[];
}
interface Value {
  /** Accesses under way: whether file_update_time() ran since their first trap. */
  readonly open: Bits;
  /** Writable shared translations: whether it ran since the later of (a) and (b). */
  readonly made: Bits;
  /** Stores that no completed call has answered for. */
  readonly stores: Bits;
  readonly calls: Readonly<Record<string, Call>>;
}
type Fact =
  | { readonly type: 'trap' | 'over'; readonly who: string }
  | { readonly type: 'update' }
  | { readonly type: 'writable'; readonly pte: string; readonly who: string }
  | { readonly type: 'not-writable'; readonly pte: string }
  | { readonly type: 'store'; readonly pte: string; readonly op: string }
  | { readonly type: 'begin'; readonly op: string }
  | { readonly type: 'end'; readonly op: string; readonly protects: boolean };

const CALLS = new Set(['msync', 'fsync', 'munmap']);
const EMPTY: Value = { open: {}, made: {}, stores: {}, calls: {} };
const all = (b: Bits, bit: boolean): Bits => Object.fromEntries(Object.keys(b).map((k) => [k, bit]));
const without = <T>(o: Readonly<Record<string, T>>, keys: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(o).filter(([k]) => !keys.includes(k)));
const eachCall = (v: Value, f: (c: Call) => Call): Value['calls'] =>
  Object.fromEntries(Object.entries(v.calls).map(([op, c]) => [op, f(c)]));

function next(v: Value, f: Fact): Value {
  switch (f.type) {
    case 'trap':
      return f.who in v.open ? v : { ...v, open: { ...v.open, [f.who]: false } };
    case 'over':
      return { ...v, open: without(v.open, [f.who]) };
    case 'update':
      return {
        open: all(v.open, true),
        made: all(v.made, true),
        stores: all(v.stores, true),
        calls: eachCall(v, (c) => ({ ...c, owed: all(c.owed, true) })),
      };
    case 'writable':
      return { ...v, made: { ...v.made, [f.pte]: v.open[f.who] ?? false } };
    case 'not-writable':
      return {
        ...v,
        made: without(v.made, [f.pte]),
        calls: eachCall(v, (c) => ({ ...c, writable: c.writable.filter((p) => p !== f.pte) })),
      };
    case 'store':
      return { ...v, stores: { ...v.stores, [f.op]: v.made[f.pte] ?? false } };
    case 'begin':
      return { ...v, calls: { ...v.calls, [f.op]: { owed: v.stores, writable: Object.keys(v.made).sort() } } };
    case 'end': {
      const call = v.calls[f.op];
      if (!call) return v;
      const stayed = f.protects ? Object.fromEntries(call.writable.map((p) => [p, false])) : {};
      return {
        ...v,
        made: { ...v.made, ...stayed },
        stores: without(v.stores, Object.keys(call.owed)),
        calls: without(v.calls, [f.op]),
      };
    }
  }
}

function factsOf(step: StepSeen, translations: readonly Translation[]): Fact[] {
  const facts: Fact[] = [];
  const who = step.process;
  for (const m of kernelMarks(step.marks)) {
    if (m.type === 'trap') facts.push({ type: 'trap', who });
    if (m.type === 'file_update_time') facts.push({ type: 'update' });
    if (m.type === 'hw-store') {
      const ref = pte(m.vma, m.page).id;
      if (translations.some((t) => t.ref.id === ref)) facts.push({ type: 'store', pte: ref, op: m.op });
    }
    if (m.type === 'hw-store' || m.type === 'hw-load' || m.type === 'killed') facts.push({ type: 'over', who });
    if (m.type === 'begin' && CALLS.has(m.name)) facts.push({ type: 'begin', op: m.op });
    if (m.type === 'end' && CALLS.has(m.name)) facts.push({ type: 'end', op: m.op, protects: m.name !== 'munmap' });
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
  id: 'mtime-by-msync',
  sentence:
    'For every page and hw store through a shared translation that was over before this call began and after the previous completed such call began: file_update_time has run no earlier than the later of (a) the first trap of the access that made that translation writable and (b) the completion of the latest msync/fsync during all of which that translation stayed writable.',
  promisedBy: 'POSIX.1-2017 msync(), mmap(); the dirty tags cleared by fsync since 4.10',
  premise: 'such a store',
  instance: (scene) => {
    const translations = sharedTranslations(scene);
    const { monitor, value } = makeMonitor<Value, Fact>('mtime-by-msync', EMPTY, (s) => factsOf(s, translations), next);
    return {
      monitor,
      step: (step): Judgement => {
        for (const m of kernelMarks(step.marks)) {
          if (m.type !== 'end' || !CALLS.has(m.name)) continue;
          const owed = Object.entries(step.before(value).calls[m.op]?.owed ?? {});
          const late = owed.filter(([, stamped]) => !stamped).map(([op]) => op);
          if (late.length > 0)
            return violated(
              `${step.process}'s ${m.name} completes, and ${late.join(', ')} before it never updated the mtime`,
            );
          if (owed.length > 0) return true;
        }
        return undefined;
      },
    };
  },
});
