/** fsync(2): "transfers all modified data so that it can be retrieved even if the system crashes". */
import type { StepSeen } from '../explorer/property.ts';
import { violated } from '../explorer/property.ts';
import { block } from '../model/entries/block.ts';
import type { Content } from '../model/entries/content.ts';
import { extent } from '../model/entries/extent.ts';
import { inode } from '../model/entries/inode.ts';
import { type KernelMark, kernelMarks } from '../model/marks.ts';
import type { Scene } from '../model/scene.ts';
import { defineProperty } from './define.ts';
import { makeMonitor } from './monitor.ts';

type Bytes = Readonly<Record<string, Content>>;
interface Value {
  /** By page: what stores and writes put there and nothing removed since. */
  readonly alive: Bytes;
  /** By call under way: what was alive at its first step and still is. */
  readonly owed: Readonly<Record<string, Bytes>>;
}

const SYNCS = new Set(['fsync', 'msync']);
const without = (b: Bytes, page: string): Bytes => Object.fromEntries(Object.entries(b).filter(([p]) => p !== page));
const clear = (v: Value, page: string): Value => ({
  alive: without(v.alive, page),
  owed: Object.fromEntries(Object.entries(v.owed).map(([call, b]) => [call, without(b, page)])),
});
const put = (v: Value, page: string, op: string): Value => ({
  ...v,
  alive: { ...v.alive, [page]: [...new Set([...(v.alive[page] ?? []), op])].sort() },
});

function next(v: Value, m: KernelMark): Value {
  switch (m.type) {
    case 'hw-store':
      return put(v, m.page, m.op);
    case 'copy':
      return put(m.some ? v : clear(v, m.page), m.page, m.op);
    case 'removed':
      return m.pages.reduce(clear, v);
    case 'begin': {
      // A function that the call comes to later may take its own first step for the begin.
      if (v.owed[m.op]) return v;
      const inRange = Object.fromEntries(Object.entries(v.alive).filter(([p]) => m.pages.includes(p)));
      return { ...v, owed: { ...v.owed, [m.op]: inRange } };
    }
    case 'end': {
      return { ...v, owed: Object.fromEntries(Object.entries(v.owed).filter(([call]) => call !== m.op)) };
    }
    default:
      return v;
  }
}

/** A store behind i_size (through a PTE that truncate has not zapped yet) puts nothing into the file. */
function factsOf(step: StepSeen, scene: Scene): KernelMark[] {
  const inFile = (page: string): boolean => scene.pages.find((p) => p.name === page)!.index < step.before(inode).size;
  const shared = (vma: string): boolean => scene.vmas.find((v) => v.id === vma)?.shared ?? true;
  return kernelMarks(step.marks).filter((m) => {
    if (m.type === 'hw-store') return shared(m.vma) && inFile(m.page);
    if (m.type === 'begin' || m.type === 'end') return SYNCS.has(m.name);
    return m.type === 'copy' || m.type === 'removed';
  });
}

export default defineProperty({
  id: 'fsync-durable',
  sentence:
    "Every byte that a store or `write` had put into a page (for msync: of the VMA) before the call's first step, and that no truncate/punch/`write` has removed since, is on media: a flush of its block (F8; the copy itself for `write`) happened after it. Allocation metadata is not judged.",
  promisedBy: 'fsync(2), msync(2)',
  premise: 'such a byte exists when 0 is returned',
  needs: (design) => (design.facts.cacheFlush ? undefined : 'a cache flush in fsync (4.5 and later)'),
  instance: (scene) => {
    const facts = (step: StepSeen): KernelMark[] => factsOf(step, scene);
    const { monitor, value } = makeMonitor<Value, KernelMark>('fsync-durable', { alive: {}, owed: {} }, facts, next);
    return {
      monitor,
      step: (step) => {
        for (const m of kernelMarks(step.marks)) {
          if (m.type !== 'end' || !SYNCS.has(m.name) || m.error) continue;
          const owed = Object.entries(step.before(value).owed[m.op] ?? {}).filter(([, bytes]) => bytes.length > 0);
          for (const [page, bytes] of owed) {
            const b = step.before(extent(page)).block;
            const media = b === null ? [] : step.before(block(b)).media;
            const lost = bytes.filter((x) => !media.includes(x));
            if (lost.length > 0) {
              return violated(
                `${step.process}'s ${m.name} returns 0, and ${lost.join(', ')} in page ${page} is not on media: lost on power cut`,
              );
            }
          }
          if (owed.length > 0) return true;
        }
        return undefined;
      },
    };
  },
});
