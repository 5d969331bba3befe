/** What was written is what is read: POSIX read/write ordering, and coherence of mappings with the file. */
import type { Judgement, StepSeen } from '../explorer/property.ts';
import { violated } from '../explorer/property.ts';
import { block } from '../model/entries/block.ts';
import { type Content, FOREIGN, showContent } from '../model/entries/content.ts';
import { extent } from '../model/entries/extent.ts';
import { inode } from '../model/entries/inode.ts';
import { type KernelMark, kernelMarks } from '../model/marks.ts';
import { defineProperty } from './define.ts';
import { makeMonitor } from './monitor.ts';
import { cached } from './page-cache.ts';
import { now, sharedTranslations } from './translations.ts';

/** An overwriting call (write, punch, truncate) under way. */
interface Active {
  /** What it will have removed when it completes: what was completed before it began, and before its effect. */
  readonly removes: Content;
  /** For `write`: its copy is done, and no other overwriting call has begun or taken effect since. */
  readonly intact: boolean;
}

/** What is known of one page's bytes. */
interface PageFacts {
  /** Completed stores and writes that no completed write, punch or truncate removed. */
  readonly done: Content;
  /** Those of them that no overwriting call has removed or begun after: every read must return them. */
  readonly must: Content;
  /** What a completed overwriting call removed: no read may return it. */
  readonly gone: Content;
  readonly active: Readonly<Record<string, Active>>;
}
type Value = Readonly<Record<string, PageFacts>>;

const OVERWRITES = new Set(['write', 'punch', 'truncate', 'zero']);
const CLEAN: PageFacts = { done: [], must: [], gone: [], active: {} };
const union = (a: Content, b: Content): Content => [...new Set([...a, ...b])].sort();
const minus = (a: Content, b: Content): Content => a.filter((x) => !b.includes(x));

const completed = (f: PageFacts, token: string): PageFacts => ({
  ...f,
  done: union(f.done, [token]),
  must: union(f.must, [token]),
});

const others = (f: PageFacts, op: string): Record<string, Active> =>
  Object.fromEntries(Object.entries(f.active).map(([o, a]) => [o, o === op ? a : { ...a, intact: false }]));

/** From here on the call may remove what was completed before. */
const begun = (f: PageFacts, op: string): PageFacts => ({
  ...f,
  must: [],
  active: { ...others(f, op), [op]: { removes: f.done, intact: false } },
});

/** The call's effect on the page: what was completed by now is removed, if the call completes. */
function effect(f: PageFacts, op: string, copies: boolean): PageFacts {
  const own = f.active[op];
  if (!own) return f;
  return {
    ...f,
    must: [],
    active: { ...others(f, op), [op]: { removes: union(own.removes, f.done), intact: copies } },
  };
}

/** A copy that ends short: the call's bytes are there, and those of others were overwritten or not. */
function someCopied(f: PageFacts, op: string): PageFacts {
  const own = f.active[op];
  return own ? { ...f, must: [], active: { ...others(f, op), [op]: { removes: [], intact: true } } } : f;
}

/** What was completed while the call runs may be gone, and may be there. */
function perhaps(f: PageFacts, op: string): PageFacts {
  const own = f.active[op];
  return own ? { ...f, must: [], active: { ...others(f, op), [op]: { ...own, intact: false } } } : f;
}

function ended(f: PageFacts, op: string, failed: boolean): PageFacts {
  const { [op]: own, ...active } = f.active;
  if (!own || failed) return { ...f, active };
  const after = { ...f, active, done: minus(f.done, own.removes), gone: union(f.gone, own.removes) };
  return own.intact ? completed(after, op) : { ...after, done: union(after.done, op.includes('.write') ? [op] : []) };
}

function next(v: Value, m: Fact): Value {
  const change = (pages: readonly string[], f: (facts: PageFacts) => PageFacts): Value => ({
    ...v,
    ...Object.fromEntries(pages.map((p) => [p, f(v[p]!)])),
  });
  switch (m.type) {
    case 'hw-store':
      return change([m.page], (f) => completed(f, m.op));
    case 'begin':
      return change(m.pages, (f) => begun(f, m.op));
    case 'copy':
      return change([m.page], (f) => (m.some ? someCopied(f, m.op) : effect(f, m.op, true)));
    case 'removed':
      return change(m.pages, (f) => (m.perhaps ? perhaps(f, m.op) : effect(f, m.op, false)));
    case 'end':
      return change(m.pages, (f) => ended(f, m.op, m.error !== undefined));
    default:
      return v;
  }
}

type Fact = Extract<KernelMark, { type: 'hw-store' | 'begin' | 'end' | 'copy' | 'removed' }>;
const isFact = (m: KernelMark): m is Fact =>
  m.type === 'hw-store' || m.type === 'begin' || m.type === 'end' || m.type === 'copy' || m.type === 'removed';

const factsOf = (step: StepSeen, shared: (vma: string) => boolean): Fact[] =>
  kernelMarks(step.marks)
    .filter(isFact)
    .filter((m) => {
      if (m.type === 'hw-store') return shared(m.vma);
      return (m.type !== 'begin' && m.type !== 'end') || OVERWRITES.has(m.name);
    });

function judge(what: string, content: Content, f: PageFacts): Judgement {
  if (content.includes(FOREIGN)) return violated(`${what} returns another file's data`);
  const lost = minus(f.must, content);
  if (lost.length > 0)
    return violated(`${what} returns ${showContent(content)}: ${lost.join(', ')} was completed before and is lost`);
  const back = f.gone.filter((x) => content.includes(x));
  if (back.length > 0)
    return violated(`${what} returns ${showContent(content)}: ${back.join(', ')} was removed before`);
  return true;
}

export default defineProperty({
  id: 'no-stale-read',
  sentence:
    "(i) The content returned contains the byte of every store and every `write` completed before this step and not followed by a (later) `write`, punch or truncate that had begun by then; nothing that a completed punch/truncate/`write` removed; never `foreign`. (ii) At quiescence the file's content does so, and every shared translation of an index whose block is WRITTEN maps that block. Loads through private VMAs are judged for `foreign` only.",
  promisedBy: 'POSIX.1-2017 read(), write(), mmap(); cd656375f946 "mm: fix data corruption due to stale mmap reads"',
  premise: 'a load or read, or at quiescence a completed store or write',
  instance: (scene, design) => {
    const shared = (vma: string): boolean => scene.vmas.find((v) => v.id === vma)?.shared ?? true;
    const initial: Value = Object.fromEntries(scene.pages.map((p) => [p.name, CLEAN]));
    const { monitor, value } = makeMonitor<Value, Fact>('no-stale-read', initial, (s) => factsOf(s, shared), next);
    return {
      monitor,
      step: (step) => {
        for (const m of kernelMarks(step.marks)) {
          if (m.type === 'hw-load') {
            const what = `${step.process}'s load of ${m.page}`;
            return judge(what, m.content, shared(m.vma) ? step.before(value)[m.page]! : CLEAN);
          }
          if (m.type === 'read-copy') {
            return judge(`${step.process}'s read(2) of ${m.page}`, m.content, step.before(value)[m.page]!);
          }
        }
        return undefined;
      },
      quiescence: scene.pages.map(({ name, index }) => ({
        name: `file.${name}`,
        judge: (s) => {
          const facts = s.read(value)[name]!;
          const e = s.read(extent(name));
          // The page cache is the file, where there is a page in it; what is mapped then is that page.
          const page = design.parts.page_cache ? cached(s, name) : undefined;
          const inside = index < s.read(inode).size;
          if (inside) {
            const content = page?.mem ?? (e.state === 'WRITTEN' ? s.read(block(e.block!)).mem : []);
            const verdict = judge(`in the end the file's page ${name}`, content, facts);
            if (verdict !== true) return verdict;
          }
          for (const t of sharedTranslations(scene).filter((x) => x.page === name)) {
            const pfn = now(s, t)?.pfn;
            const home = design.parts.page_cache ? page?.pfn : e.block;
            if (e.state === 'WRITTEN' && pfn !== undefined && pfn !== home) {
              return violated(
                `in the end ${t.id} maps ${pfn}, and the file's page ${name} is ${home ?? 'not in the page cache'}`,
              );
            }
          }
          return facts.done.length > 0 || facts.gone.length > 0 || undefined;
        },
      })),
    };
  },
});
