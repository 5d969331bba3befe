/**
 * The slot of one index in the mapping's tree: absent, a page-cache page (kernels up to 4.13), or a DAX entry with its
 * lock bit, and the tags of the index. `lockedBy` is who set the lock bit, for reports; the kernel has
 * only the bit.
 */
import { defineComponent, type Ref, selector } from '../../explorer/component.ts';
import { LOCAL, TL } from '../sections.ts';
import { recordOf, valueMachine } from './machine.ts';
import type { Pfn } from './pfn.ts';

export type EntryKind = 'nil' | 'page' | 'empty' | 'zero' | 'blk';

/** What a slot holds, without lock and tags: what `entry` variables in the kernel code hold. */
export interface Slot {
  readonly kind: EntryKind;
  /** The block of a `blk`, the page of a `page`. */
  readonly pfn: Pfn | null;
  /**
   * RADIX_DAX_PMD: one entry for the whole 2 MiB range, in the slot of its first index. With thp=on only. The `pfn` of a block
   * entry is the first block.
   */
  readonly pmd?: boolean;
}

const slotFields = { kind: true, pfn: true, pmd: 'optional' } as const;

export interface Entry extends Slot {
  readonly pmd: boolean;
  readonly lockedBy: string | null;
  readonly dirty: boolean;
  readonly towrite: boolean;
}

export type Tag = 'dirty' | 'towrite';

export type EntryEvent =
  /** radix_tree_insert into an absent slot. */
  | { readonly type: 'INSERT'; readonly slot: Slot; readonly lockedBy: string | null }
  /** radix_tree_replace_slot: the tags of the index stay. */
  | { readonly type: 'REPLACE'; readonly slot: Slot; readonly lockedBy: string | null }
  /** radix_tree_delete: the tags of the index go. */
  | { readonly type: 'DELETE' }
  | { readonly type: 'LOCK'; readonly by: string }
  | { readonly type: 'UNLOCK' }
  | { readonly type: 'TAG'; readonly tag: Tag }
  | { readonly type: 'UNTAG'; readonly tag: Tag };

const NIL: Entry = { kind: 'nil', pfn: null, pmd: false, lockedBy: null, dirty: false, towrite: false };
/** radix_tree_exceptional_entry and present: an entry with a lock bit. */
export const isValueEntry = (e: Slot): boolean => e.kind !== 'nil' && e.kind !== 'page';

/** What an `entry` variable holds of a slot. */
export const slotIn = ({ kind, pfn, pmd }: Entry): Slot => ({ kind, pfn, ...(pmd && { pmd }) });
export const sameSlot = (a: Slot, b: Slot): boolean =>
  a.kind === b.kind && a.pfn === b.pfn && (a.pmd === true) === (b.pmd === true);

const machine = valueMachine<Entry, EntryEvent>('entry', NIL, {
  INSERT: (e, { slot, lockedBy }) => (e.kind === 'nil' ? { ...e, ...slot, lockedBy } : undefined),
  REPLACE: (e, { slot, lockedBy }) => (e.kind !== 'nil' ? { ...e, pmd: false, ...slot, lockedBy } : undefined),
  DELETE: (e) => (e.kind !== 'nil' ? NIL : undefined),
  LOCK: (e, { by }) => (isValueEntry(e) && e.lockedBy === null ? { ...e, lockedBy: by } : undefined),
  UNLOCK: (e) => (isValueEntry(e) && e.lockedBy !== null ? { ...e, lockedBy: null } : undefined),
  TAG: (e, { tag }) => (e.kind !== 'nil' ? { ...e, [tag]: true } : undefined),
  UNTAG: (e, { tag }) => ({ ...e, [tag]: false }),
});

const kind = defineComponent<Entry, EntryEvent>({
  kind: 'entry',
  machine,
  events: {
    INSERT: { slot: slotFields, lockedBy: true },
    REPLACE: { slot: slotFields, lockedBy: true },
    DELETE: {},
    LOCK: { by: true },
    UNLOCK: {},
    TAG: { tag: true },
    UNTAG: { tag: true },
  },
  writableIn: [TL],
  readableIn: [TL, LOCAL],
  decode: recordOf<Entry>,
  show: showEntry,
});

export function showEntry(e: Entry): string {
  const name = e.pfn ?? e.kind;
  return [e.pmd && 'PMD', name, e.lockedBy && `locked by ${e.lockedBy}`, e.dirty && 'DIRTY', e.towrite && 'TOWRITE']
    .filter(Boolean)
    .join(' ');
}

export const entry = (page: string): Ref<Entry, EntryEvent> => kind.ref(`entry.${page}`);

/** What `entry` variables and tests in the kernel's code look at: parts, so that a step says no more than it reads. */
export const inSlot = selector('slot', slotIn);
export const isPresent = selector('present', (e: Entry) => e.kind !== 'nil');
export const isPage = selector('page', (e: Entry) => e.kind === 'page');
export const isValue = selector('exceptional', isValueEntry);
export const isLocked = selector('lock bit', (e: Entry) => e.lockedBy !== null);
export const isDirty = selector('DIRTY', (e: Entry) => e.dirty);
export const isTowrite = selector('TOWRITE', (e: Entry) => e.towrite);
/** Who has set the lock bit: for reports. */
export const locked = selector('locked', (e: Entry) => e.lockedBy);
/** Whether the slot holds an entry for the whole range. */
export const isPmdEntry = selector('PMD', (e: Entry) => e.pmd);
export const tagged = selector('tags', (e: Entry) => e.dirty || e.towrite);
