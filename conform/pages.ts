/** What is mapped at a page, and what the file's tree has of it, as text that both sides are put into. */
import { type GlobalState, stateView } from '../explorer/interpreter.ts';
import type { Entry } from '../model/entries/entry.ts';
import { HZP, isAnon, isBlock, type Pfn, ZERO } from '../model/entries/pfn.ts';
import { pmd } from '../model/entries/pmd.ts';
import { entryOf, thpOn, walk } from '../model/thp.ts';
import type { Prepared } from '../verify/verify.ts';
import type { PageState } from './table.ts';

export interface PageText {
  /** `rw block dirty`, `ro zero page`, `none` */
  readonly mapped: string;
  /** `block, DIRTY`, `zero page`, `none` */
  readonly entry: string;
  /** Whether the entry is tagged. */
  readonly dirty: boolean;
}

export const NOTHING: PageText = { mapped: 'none', entry: 'none', dirty: false };

const KINDS = { Z: 'zero page', D: 'block', A: 'private copy', E: 'empty' } as const;

/** What the kernel had. */
export function recordedText({ pte, entry: slot, page }: PageState): PageText {
  const mapped =
    pte === undefined
      ? NOTHING.mapped
      : words(pte.huge && '2 MiB', pte.writable ? 'rw' : 'ro', KINDS[pte.what], pte.dirty && 'dirty');
  if (slot === undefined) return { ...NOTHING, mapped };
  const first = slot.huge ? page & ~0x1ff : page;
  const another = pte?.frame !== undefined && slot.frame !== undefined && pte.frame !== slot.frame + page - first;
  return {
    mapped: another ? `${mapped}, not the entry's` : mapped,
    entry: [
      words(slot.huge && '2 MiB', KINDS[slot.what]),
      ...slot.tags.map((t) => t.toUpperCase()),
      slot.locked && 'locked',
    ]
      .filter(Boolean)
      .join(', '),
    dirty: slot.tags.includes('dirty'),
  };
}

const words = (...parts: readonly (string | false)[]): string => parts.filter(Boolean).join(' ');

/** What the model has. @param vma undefined: of the mapping nothing was ever used */
export function pageText(
  { system, scene }: Prepared,
  state: GlobalState,
  vma: string | undefined,
  page: string,
): PageText {
  const view = stateView(system, state);
  const slot = entryOf(view, scene, page);
  const tree = {
    entry: slotText(slot),
    dirty: slot.dirty,
  };
  if (vma === undefined) return { ...tree, mapped: NOTHING.mapped };
  const pte = walk(view, scene, vma, page);
  if (pte === null) return { ...tree, mapped: NOTHING.mapped };
  const huge = thpOn(scene) && view.after(pmd(vma)).is === 'huge';
  const own = slot.pmd ? `blk.${page}` : slot.pfn;
  const another = isBlock(pte.pfn) && slot.kind === 'blk' && pte.pfn !== own;
  const mapped = words(huge && '2 MiB', pte.w ? 'rw' : 'ro', targetOf(pte.pfn), pte.d && 'dirty');
  return { ...tree, mapped: another ? `${mapped}, not the entry's` : mapped };
}

function targetOf(pfn: Pfn): string {
  if (pfn === ZERO || pfn === HZP) return KINDS.Z;
  if (isAnon(pfn)) return KINDS.A;
  return isBlock(pfn) ? KINDS.D : 'page';
}

const SLOTS: Readonly<Record<Entry['kind'], string>> = {
  nil: 'none',
  page: 'page',
  empty: KINDS.E,
  zero: KINDS.Z,
  blk: KINDS.D,
};

const slotText = (e: Entry): string =>
  [words(e.pmd && '2 MiB', SLOTS[e.kind]), e.dirty && 'DIRTY', e.towrite && 'TOWRITE', e.lockedBy !== null && 'locked']
    .filter(Boolean)
    .join(', ');
