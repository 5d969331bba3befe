/**
 * Transparent huge pages (thp=on). All pages of a scenario lie in one 2 MiB range, and are all of it that the model has: a
 * PMD of a VMA maps them all, and an entry of that size covers them all.
 */
import type { Act, Look } from '../explorer/chart.ts';
import type { Ref } from '../explorer/component.ts';
import { type Entry, type EntryEvent, entry, isPmdEntry, type Slot } from './entries/entry.ts';
import { HZP, type Pfn } from './entries/pfn.ts';
import { type Pmd, pmd } from './entries/pmd.ts';
import { type Pte, type PteValue, pte } from './entries/pte.ts';
import type { Scene, SceneThread, SceneVma } from './scene.ts';

/** Whether faults may map 2 MiB at once: the config thp=on. */
export const thpOn = (scene: Scene): boolean => scene.config.thp === 'on';

/** The first index of the range: `index & ~PG_PMD_COLOUR`. */
export const rangeStart = ({ pages }: Scene): string => pages[0]!.name;

/**
 * The index under which the tree has page `p`: that of the range if one entry covers it, else its own. Lookups of any index
 * in the range find that entry, and name its first index.
 */
export function indexOf(s: Pick<Look, 'read'>, scene: Scene, p: string): string {
  if (!thpOn(scene)) return p;
  const start = rangeStart(scene);
  return s.read(entry(start), isPmdEntry) ? start : p;
}

/**
 * Under which key one waits for, and wakes those who wait for, the entry that the tree has of an index: aligned down where the
 * entry that was seen covers the range (63e95b5c4f16), or exactly the index asked for.
 */
export type EntryWaitqueue = 'aligned' | 'exact';

/** dax_entry_waitqueue() */
export const waitKeyOf = (s: Pick<Look, 'read'>, scene: Scene, page: string, how: EntryWaitqueue): string =>
  how === 'aligned' ? indexOf(s, scene, page) : page;

/** The slot in which the tree has page `p`. */
export const slotOf = (s: Pick<Look, 'read'>, scene: Scene, p: string): Ref<Entry, EntryEvent> =>
  entry(indexOf(s, scene, p));

/** What the tree has of page `p`. */
export const entryOf = (s: Pick<Look, 'read'>, scene: Scene, p: string): Entry => s.read(slotOf(s, scene, p));

/** The indices that a lookup over `pages` finds, each once, in order. */
export const indicesOf = (s: Pick<Look, 'read'>, scene: Scene, pages: readonly string[]): readonly string[] =>
  thpOn(scene) ? [...new Set(pages.map((p) => indexOf(s, scene, p)))] : pages;

/** The pages that the entry at `index` covers. */
export const coveredBy = (scene: Scene, index: string, isPmd: boolean): readonly string[] =>
  isPmd ? scene.pages.map((p) => p.name) : [index];

/** The blocks whose pages an entry at `index` holds; where it covers the range they are one folio. */
export const blocksAt = (scene: Scene, { kind, pfn, pmd }: Slot): readonly string[] =>
  kind === 'blk' ? (pmd ? scene.pages.map((p) => `blk.${p.name}`) : [pfn!]) : [];

/** What a huge page maps at page `p`: its blocks follow each other, and are aligned. */
export const hugePfn = (huge: Pte, p: string): Pfn => (huge.pfn === HZP ? HZP : `blk.${p}`);

/** The PTE-sized view of a huge page at page `p`. */
export const hugeAt = ({ huge }: Pmd, p: string): PteValue => huge && { ...huge, pfn: hugePfn(huge, p) };

/** What the MMU's walk finds at a page of a VMA. */
export function walk(s: Pick<Look, 'read'>, scene: Scene, vma: string, p: string): PteValue {
  if (!thpOn(scene)) return s.read(pte(vma, p));
  const upper = s.read(pmd(vma));
  if (upper.is === 'huge') return hugeAt(upper, p);
  return upper.is === 'table' ? s.read(pte(vma, p)) : null;
}

/** Whether the pages are all that the VMA could have in a PMD: the range that is walked reaches over all of it. */
export const isWholeRange = (scene: Scene, vma: SceneVma, pages: readonly string[]): boolean =>
  scene.pages.every((p) => vma.pages.includes(p.name) && pages.includes(p.name));

/** The PMD that the access uses. */
export const pmdHere = ({ thread }: { readonly thread: SceneThread }) => pmd(thread.vma);

/** set_pmd_at() of what an address had none of. */
export const setHuge = (s: Act, vma: string, huge: Pte): void => s.send(pmd(vma), { type: 'SET', huge });
