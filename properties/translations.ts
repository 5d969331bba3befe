/**
 * Translations as properties speak of them: the PTEs of all VMAs, with thp=on their PMDs, and with tlb=on what the TLBs hold.
 * A huge PMD is one translation for each of its pages.
 */
import type { Look } from '../explorer/chart.ts';
import { type Readable, type Ref, type Selector, selector } from '../explorer/component.ts';
import type { StepSeen } from '../explorer/property.ts';
import { type Entry, type EntryEvent, entry } from '../model/entries/entry.ts';
import { type Pmd, pmd } from '../model/entries/pmd.ts';
import { type PteValue, pte } from '../model/entries/pte.ts';
import { tlbSlot } from '../model/entries/tlb.ts';
import type { Scene } from '../model/scene.ts';
import { hugeAt, rangeStart, thpOn } from '../model/thp.ts';
import { tlbSlots } from '../model/tlb-slots.ts';

export interface Translation {
  /** Of the component: a PMD's is that of all its pages. */
  readonly id: string;
  /** The id, and of a PMD the page. */
  readonly name: string;
  readonly vma: string;
  readonly page: string;
  readonly shared: boolean;
  /** Of a TLB slot: the PTE that it is filled from. */
  readonly from?: string;
  /** What it says of the page in a state. */
  read<T>(s: Pick<Look, 'read'>, part: Selector<PteValue, T>): T;
  /** The same before and after a step. */
  before(step: StepSeen): PteValue;
  after(step: StepSeen): PteValue;
}

/** All of it. */
const whole = selector('translation', (p: PteValue) => p);
/** What it says of its page. */
export const now = (s: Pick<Look, 'read'>, t: Translation): PteValue => t.read(s, whole);

type Facts = Pick<Translation, 'vma' | 'page' | 'shared' | 'from'>;

const plain = (ref: Readable<PteValue>, facts: Facts): Translation => ({
  ...facts,
  id: ref.id,
  name: ref.id,
  read: (s, part) => (part === (whole as unknown) ? (s.read(ref) as never) : s.read(ref, part)),
  before: (step) => step.before(ref),
  after: (step) => step.after(ref),
});

/** A part of what a huge PMD says of a page. The explorer knows selectors by identity: each is made once. */
const made = new WeakMap<object, Map<string, unknown>>();
function ofPage<T>(page: string, part: Selector<PteValue, T>): Selector<Pmd, T> {
  const pages = made.get(part) ?? new Map<string, unknown>();
  made.set(part, pages);
  const known = pages.get(page) as Selector<Pmd, T> | undefined;
  const one = known ?? selector(`${part.name} at ${page}`, (p: Pmd) => part.of(hugeAt(p, page)));
  pages.set(page, one);
  return one;
}

function huge(ref: Readable<Pmd>, facts: Facts): Translation {
  const { page } = facts;
  return {
    ...facts,
    id: ref.id,
    name: `${ref.id} at ${page}`,
    read: (s, part) => s.read(ref, ofPage(page, part)),
    before: (step) => hugeAt(step.before(ref), page),
    after: (step) => hugeAt(step.after(ref), page),
  };
}

/** The slot in which the tree has page `p` before a step. */
export function slotBefore(step: StepSeen, scene: Scene, p: string): Ref<Entry, EntryEvent> {
  const start = entry(rangeStart(scene));
  return thpOn(scene) && step.before(start).pmd ? start : entry(p);
}

/** The PTEs and PMDs alone: what the kernel writes and counts. */
export const ptesOf = (scene: Scene): Translation[] =>
  scene.vmas.flatMap(({ id, pages, shared }) => [
    ...pages.map((page) => plain(pte(id, page), { vma: id, page, shared })),
    ...(thpOn(scene) && pages.length === scene.pages.length
      ? pages.map((page) => huge(pmd(id), { vma: id, page, shared }))
      : []),
  ]);

const slotsOf = (scene: Scene): Translation[] =>
  tlbSlots(scene).map(({ thread, vma, page }) =>
    plain(tlbSlot(thread, page), {
      vma,
      page,
      shared: scene.vmas.find((v) => v.id === vma)!.shared,
      from: pte(vma, page).id,
    }),
  );

/** Everything that translates an address of the file: PTEs with the PMDs above them, and TLB slots. */
export const translationsOf = (scene: Scene): Translation[] => [...ptesOf(scene), ...slotsOf(scene)];
/** Those of shared mappings. */
export const sharedTranslations = (scene: Scene): Translation[] => translationsOf(scene).filter((t) => t.shared);
/** Each component once: a PMD's pages become writable and lose that together. */
export const distinct = (translations: readonly Translation[]): Translation[] =>
  translations.filter((t, i) => translations.findIndex((u) => u.id === t.id) === i);
