/** What a program wrote into its private mapping is there until it, or a truncate, throws it away. */
import type { Judgement, StepSeen } from '../explorer/property.ts';
import { violated } from '../explorer/property.ts';
import { anon } from '../model/entries/anon.ts';
import { type Content, showContent } from '../model/entries/content.ts';
import { inode, iSize } from '../model/entries/inode.ts';
import { isAnon } from '../model/entries/pfn.ts';
import { pte } from '../model/entries/pte.ts';
import { vma } from '../model/entries/vma.ts';
import { kernelMarks } from '../model/marks.ts';
import type { Scene } from '../model/scene.ts';
import { defineProperty } from './define.ts';
import { makeMonitor } from './monitor.ts';
import { now, ptesOf } from './translations.ts';

/** Bytes by page of a private VMA: by the id of its PTE. */
type Bytes = Readonly<Record<string, Content>>;
interface Value {
  /** Every load must get them. */
  readonly must: Bytes;
  /** Stored, and not thrown away by a completed call. */
  readonly put: Bytes;
  /** Thrown away by a completed MADV_DONTNEED: no load may get them. */
  readonly gone: Bytes;
  /** Calls under way that throw away: what had been stored when they began. */
  readonly calls: Readonly<Record<string, Bytes>>;
}
type Fact =
  | { readonly type: 'store'; readonly at: string; readonly op: string }
  | { readonly type: 'fork'; readonly from: string; readonly to: string }
  | { readonly type: 'begin'; readonly op: string; readonly at: readonly string[] }
  | { readonly type: 'end'; readonly op: string; readonly returns: boolean };

const THROWS_AWAY = new Set(['dontneed', 'munmap', 'truncate']);
const NOTHING: Value = { must: {}, put: {}, gone: {}, calls: {} };

const at = (b: Bytes, key: string): Content => b[key] ?? [];
/** Without empty ones, so that equal values look equal. */
const set = (b: Bytes, key: string, content: Content): Bytes => {
  const { [key]: _, ...others } = b;
  return content.length === 0 ? others : { ...others, [key]: [...new Set(content)].sort() };
};
const minus = (a: Content, b: Content): Content => a.filter((x) => !b.includes(x));
const each = (keys: readonly string[], b: Bytes, f: (key: string) => Content): Bytes =>
  keys.reduce((all, key) => set(all, key, f(key)), b);

function next(v: Value, f: Fact): Value {
  switch (f.type) {
    case 'store': {
      const put = set(v.put, f.at, [...at(v.put, f.at), f.op]);
      // What is stored while a call throws away may stay or go.
      const contested = Object.values(v.calls).some((own) => f.at in own);
      return { ...v, put, must: contested ? v.must : set(v.must, f.at, [...at(v.must, f.at), f.op]) };
    }
    case 'fork':
      return { ...v, must: set(v.must, f.to, at(v.must, f.from)), put: set(v.put, f.to, at(v.put, f.from)) };
    case 'begin': {
      const calls = { ...v.calls, [f.op]: Object.fromEntries(f.at.map((key) => [key, at(v.put, key)])) };
      return { ...v, must: each(f.at, v.must, () => []), calls };
    }
    case 'end': {
      const { [f.op]: own = {}, ...calls } = v.calls;
      const keys = Object.keys(own);
      return {
        ...v,
        calls,
        put: each(keys, v.put, (key) => minus(at(v.put, key), at(own, key))),
        gone: f.returns ? each(keys, v.gone, (key) => [...at(v.gone, key), ...at(own, key)]) : v.gone,
      };
    }
  }
}

export default defineProperty({
  id: 'private-keeps-stores',
  sentence:
    'A load through a private VMA gets the byte of every store that was completed through it (before a fork: through the VMA that it is a copy of), unless a munmap, MADV_DONTNEED or truncate of the page began after it; and none that a completed MADV_DONTNEED threw away. At quiescence its pages inside i_size hold those bytes.',
  promisedBy:
    'POSIX.1-2017 mmap(): with MAP_PRIVATE "modifications to the mapped data by the calling process shall be visible only to the calling process"; madvise(2), MADV_DONTNEED: "repopulating the memory contents from the up-to-date contents of the underlying mapped file"',
  premise: 'a store through a private VMA was completed, and the page is loaded, or mapped at quiescence',
  needs: (_design, scene) => {
    const has = (name: string): boolean => scene.threads.some((t) => t.operations.some((o) => o.name === name));
    // A write to the process's memory by another is a store as well.
    const stores = has('store') || has('poke');
    return scene.vmas.some((v) => !v.shared) && stores ? undefined : 'a store, and a private mapping';
  },
  instance: (scene) => {
    const areas = scene.vmas.filter((v) => !v.shared);
    const isPrivate = (id: string): boolean => areas.some((v) => v.id === id);
    const { monitor, value } = makeMonitor<Value, Fact>(
      'private-keeps-stores',
      NOTHING,
      (step) => factsOf(step, scene, isPrivate),
      next,
    );
    return {
      monitor,
      step: (step) => {
        for (const m of kernelMarks(step.marks)) {
          if (m.type !== 'hw-load' || !isPrivate(m.vma)) continue;
          return judge(
            `${step.process}'s private load of ${m.page}`,
            m.content,
            step.before(value),
            pte(m.vma, m.page).id,
          );
        }
        return undefined;
      },
      quiescence: ptesOf(scene)
        .filter((t) => isPrivate(t.vma) && t.id === pte(t.vma, t.page).id)
        .map((t) => {
          const area = vma(t.vma);
          const { index } = scene.pages.find((p) => p.name === t.page)!;
          return {
            name: t.name,
            judge: (s) => {
              const inside = s.read(area).pages.includes(t.page) && index < s.read(inode, iSize);
              if (!inside || at(s.read(value).must, t.id).length === 0) return undefined;
              const pfn = now(s, t)?.pfn;
              const content = pfn !== undefined && isAnon(pfn) ? s.read(anon(pfn)).mem : [];
              return judge(`in the end the private ${t.page}`, content, s.read(value), t.id);
            },
          };
        }),
    };
  },
});

function factsOf(step: StepSeen, scene: Scene, isPrivate: (vma: string) => boolean): Fact[] {
  const ptes = scene.vmas
    .filter((v) => isPrivate(v.id))
    .flatMap((v) => v.pages.map((p) => ({ v, p, id: pte(v.id, p).id })));
  return kernelMarks(step.marks).flatMap((m): Fact[] => {
    switch (m.type) {
      case 'hw-store':
        return isPrivate(m.vma) ? [{ type: 'store', at: pte(m.vma, m.page).id, op: m.op }] : [];
      case 'copy-pte':
        return ptes.some((t) => t.id === m.from) ? [{ type: 'fork', from: m.from, to: m.to }] : [];
      case 'begin': {
        if (!THROWS_AWAY.has(m.name)) return [];
        // munmap and madvise are of the caller's VMA.
        const own = m.name === 'truncate' ? undefined : scene.threads.find((t) => t.id === step.process)!.vma;
        const hit = ptes.filter(({ v, p }) => m.pages.includes(p) && (own === undefined || v.id === own));
        return hit.length > 0 ? [{ type: 'begin', op: m.op, at: hit.map((t) => t.id) }] : [];
      }
      case 'end':
        return THROWS_AWAY.has(m.name) ? [{ type: 'end', op: m.op, returns: m.name === 'dontneed' && !m.error }] : [];
      default:
        return [];
    }
  });
}

function judge(what: string, content: Content, v: Value, key: string): Judgement {
  const lost = minus(at(v.must, key), content);
  if (lost.length > 0) return violated(`${what} gets ${showContent(content)}: ${lost.join(', ')} is lost`);
  const back = at(v.gone, key).filter((x) => content.includes(x));
  if (back.length > 0)
    return violated(`${what} gets ${showContent(content)}: ${back.join(', ')} was thrown away before`);
  return at(v.must, key).length > 0 || at(v.gone, key).length > 0 || undefined;
}
