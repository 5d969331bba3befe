/**
 * POSIX: the times of a file that was written through a shared mapping are updated by the next msync(), if not before.
 * Kernels that never write-protect again after fsync (up to 4.9) update them once and never again.
 */
import type { Judgement } from '../explorer/property.ts';
import { violated } from '../explorer/property.ts';
import { pte } from '../model/entries/pte.ts';
import { type KernelMark, kernelMarks } from '../model/marks.ts';
import type { Scene } from '../model/scene.ts';
import { defineProperty } from './define.ts';
import { makeMonitor } from './monitor.ts';
import {
  all,
  type Bits,
  NO_STAMPS,
  nextStamps,
  type StampFact,
  type Stamps,
  stampFacts,
  without,
} from './mtime-stamps.ts';
import { distinct, sharedTranslations, type Translation } from './translations.ts';

/** Of the pages that a call leaves out: the stores, and the translations. */
interface Beyond {
  readonly stores: readonly string[];
  readonly translations: readonly string[];
}
interface Call {
  /** Stores that were over when the call began: whether the times were updated for them. Where something forks, those for which they were not. */
  readonly owed: Bits;
  /** Where something forks: whether any store was over. */
  readonly some?: true;
  /** Translations that have been writable ever since the call began. */
  readonly writable: readonly string[];
}
/** `made` is cleared again when a call ends during all of which the translation stayed writable: (b) of the sentence. */
interface Value extends Stamps {
  /** Stores that no completed call has answered for. */
  readonly stores: Bits;
  readonly calls: Readonly<Record<string, Call>>;
}
type Fact =
  | StampFact
  | { readonly type: 'store'; readonly pte: string; readonly op: string }
  /** `beyond`: what an msync of a part of the file is not about. */
  | { readonly type: 'begin'; readonly op: string; readonly beyond: Beyond; readonly protects?: false }
  | { readonly type: 'end'; readonly op: string; readonly protects: boolean };

const CALLS = new Set(['msync', 'fsync', 'munmap']);
const EMPTY: Value = { ...NO_STAMPS, stores: {}, calls: {} };
const eachCall = (v: Value, f: (c: Call) => Call): Value['calls'] =>
  Object.fromEntries(Object.entries(v.calls).map(([op, c]) => [op, f(c)]));

/**
 * Forks multiply calls and stores. There the times that were updated are forgotten: a store for which they were cannot be late any more. That a call
 * had such a store (the premise) is remembered until one has ended: from then on the premise is met. And munmap asks no translation whether it
 * stayed writable.
 */
const folded = (v: Value, f: Fact): Value => {
  const now = next(v, f);
  const late = (bits: Bits): Bits => Object.fromEntries(Object.entries(bits).filter(([, stamped]) => !stamped));
  const calls = Object.entries(now.calls).map(([op, c]): [string, Call] => {
    const some = c.some === true || Object.keys(c.owed).length > 0;
    return [op, { owed: late(c.owed), writable: c.writable, ...(some && { some }) }];
  });
  const ended = f.type === 'end' && v.calls[f.op]?.some;
  return { ...now, stores: ended ? late(now.stores) : now.stores, calls: Object.fromEntries(calls) };
};

function next(v: Value, f: Fact): Value {
  switch (f.type) {
    case 'trap':
    case 'over':
    case 'writable':
    case 'moved':
    case 'forgotten':
      return { ...v, ...nextStamps(v, f) };
    case 'update':
      return {
        ...nextStamps(v, f),
        stores: all(v.stores, true),
        calls: eachCall(v, (c) => ({ ...c, owed: all(c.owed, true) })),
      };
    case 'copied':
      return {
        ...v,
        ...nextStamps(v, f),
        calls: eachCall(v, (c) => {
          const others = c.writable.filter((p) => p !== f.pte);
          return { ...c, writable: c.writable.includes(f.from) ? [...others, f.pte].sort() : others };
        }),
      };
    case 'not-writable':
      return {
        ...v,
        ...nextStamps(v, f),
        calls: eachCall(v, (c) => ({ ...c, writable: c.writable.filter((p) => p !== f.pte) })),
      };
    case 'store':
      return { ...v, stores: { ...v.stores, [f.op]: v.made[f.pte] ?? false } };
    case 'begin':
      if (v.calls[f.op]) return v;
      return {
        ...v,
        calls: {
          ...v.calls,
          [f.op]: {
            owed: without(v.stores, f.beyond.stores),
            writable:
              f.protects === false
                ? []
                : Object.keys(v.made)
                    .filter((t) => !f.beyond.translations.includes(t))
                    .sort(),
          },
        },
      };
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

/** msync is about the pages of its VMA: "the next call to msync() … for that portion of the file". */
function beyond(
  { name, pages }: { name: string; pages: readonly string[] },
  scene: Scene,
  all: readonly Translation[],
): Beyond {
  if (name !== 'msync') return { stores: [], translations: [] };
  const isOut = (page: string | undefined): boolean => page !== undefined && !pages.includes(page);
  return {
    stores: scene.threads.flatMap((t) => t.operations.filter((o) => isOut(o.page)).map((o) => o.token)),
    // A huge PMD that has a page of the call is in it.
    translations: all
      .filter((t) => isOut(t.page) && !all.some((u) => u.id === t.id && !isOut(u.page)))
      .map((t) => t.id),
  };
}

/** Of the stores through `translations`, and of the calls. */
function factsOf(m: KernelMark, scene: Scene, translations: readonly Translation[]): Fact[] {
  if (m.type === 'hw-store') {
    const ref = m.via ?? pte(m.vma, m.page).id;
    return translations.some((t) => t.id === ref) ? [{ type: 'store', pte: ref, op: m.op }] : [];
  }
  if (m.type === 'begin' && CALLS.has(m.name))
    return [
      {
        type: 'begin',
        op: m.op,
        beyond: beyond(m, scene, translations),
        ...(scene.forks && m.name === 'munmap' && { protects: false }),
      },
    ];
  if (m.type === 'end' && CALLS.has(m.name)) return [{ type: 'end', op: m.op, protects: m.name !== 'munmap' }];
  return [];
}

export default defineProperty({
  id: 'mtime-by-msync',
  sentence:
    'For every page and hw store through a shared translation that was over before this call began and after the previous completed such call began: file_update_time has run no earlier than the later of (a) the first trap of the access that made that translation writable and (b) the completion of the latest msync/fsync during all of which that translation stayed writable.',
  promisedBy: 'POSIX.1-2017 msync(), mmap(); the dirty tags cleared by fsync since 4.10',
  premise: 'such a store',
  instance: (scene) => {
    const everywhere = sharedTranslations(scene);
    const translations = distinct(everywhere);
    const { monitor, value } = makeMonitor<Value, Fact>(
      'mtime-by-msync',
      EMPTY,
      (s) => stampFacts(s, translations, (m) => factsOf(m, scene, everywhere)),
      scene.forks ? folded : next,
    );
    return {
      monitor,
      step: (step): Judgement => {
        for (const m of kernelMarks(step.marks)) {
          if (m.type !== 'end' || !CALLS.has(m.name)) continue;
          const call = step.before(value).calls[m.op];
          const owed = Object.entries(call?.owed ?? {});
          const late = owed.filter(([, stamped]) => !stamped).map(([op]) => op);
          if (late.length > 0)
            return violated(
              `${step.process}'s ${m.name} completes, and ${late.join(', ')} before it never updated the mtime`,
            );
          if (owed.length > 0 || call?.some) return true;
        }
        return undefined;
      },
    };
  },
});
