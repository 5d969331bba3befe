/**
 * A struct page of the page cache, also as DAX uses it for holes up to 4.13: references, map count, whether it is in the
 * mapping, its flags (always clear for holes), and its contents. Objects are slots of a pool: `page.<index>.<n>`; with no reference left it is free again.
 */
import { defineComponent, type Ref, selector } from '../../explorer/component.ts';
import { HW, LOCAL, LOCK, PTL, SLEEP, TL } from '../sections.ts';
import { type Content, type ContentEvent, contentReactions, showContent } from './content.ts';
import { recordOf, valueMachine, withMember } from './machine.ts';

/** `buffer-dirty`: BH_Dirty of its buffers, where a design has them (casebook/designs/page-cache-buffers.ts). */
export type PageFlag = 'uptodate' | 'dirty' | 'writeback' | 'buffer-dirty';
export interface Page {
  readonly refs: number;
  readonly mapcount: number;
  /** page->mapping is set: the page is in the tree. */
  readonly mapping: boolean;
  readonly mem: Content;
  /** Sorted. */
  readonly flags: readonly PageFlag[];
}
export type PageEvent =
  | ContentEvent
  /** alloc_page: one reference, zeroed contents. */
  | { readonly type: 'ALLOC' }
  | { readonly type: 'GET' }
  | { readonly type: 'PUT' }
  | { readonly type: 'ADD_TO_MAPPING' }
  | { readonly type: 'REMOVE_FROM_MAPPING' }
  /** page_add_file_rmap / page_remove_rmap: the count of PTEs. */
  | { readonly type: 'ADD_RMAP' }
  | { readonly type: 'REMOVE_RMAP' }
  | { readonly type: 'SET_FLAG'; readonly flag: PageFlag }
  | { readonly type: 'CLEAR_FLAG'; readonly flag: PageFlag }
  /** The contents come from the disk. */
  | { readonly type: 'READ_IN'; readonly mem: Content };

const FREE: Page = { refs: 0, mapcount: 0, mapping: false, mem: [], flags: [] };
const live = (p: Page) => p.refs > 0;

const machine = valueMachine<Page, PageEvent>('page', FREE, {
  ...contentReactions,
  ALLOC: (p) => (live(p) ? undefined : { ...FREE, refs: 1 }),
  GET: (p) => (live(p) ? { ...p, refs: p.refs + 1 } : undefined),
  PUT: (p) => {
    if (!live(p)) return undefined;
    if (p.refs > 1) return { ...p, refs: p.refs - 1 };
    return p.mapping || p.mapcount > 0 ? undefined : FREE;
  },
  ADD_TO_MAPPING: (p) => (live(p) && !p.mapping ? { ...p, mapping: true } : undefined),
  REMOVE_FROM_MAPPING: (p) => (live(p) && p.mapping ? { ...p, mapping: false } : undefined),
  ADD_RMAP: (p) => (live(p) ? { ...p, mapcount: p.mapcount + 1 } : undefined),
  REMOVE_RMAP: (p) => (live(p) && p.mapcount > 0 ? { ...p, mapcount: p.mapcount - 1 } : undefined),
  // struct page is there also when the page is free.
  SET_FLAG: (p, { flag }) => ({ ...p, flags: withMember(p.flags, flag) as readonly PageFlag[] }),
  CLEAR_FLAG: (p, { flag }) => ({ ...p, flags: p.flags.filter((f) => f !== flag) }),
  READ_IN: (p, { mem }) => (live(p) ? { ...p, mem } : undefined),
});

const kind = defineComponent<Page, PageEvent>({
  kind: 'page',
  machine,
  events: {
    STORE: { op: true },
    COPY: { op: true },
    ZERO: {},
    ALLOC: {},
    GET: {},
    PUT: {},
    ADD_TO_MAPPING: {},
    REMOVE_FROM_MAPPING: {},
    ADD_RMAP: {},
    REMOVE_RMAP: {},
    SET_FLAG: { flag: true },
    CLEAR_FLAG: { flag: true },
    READ_IN: { mem: true },
  },
  // References are atomic counters, touched anywhere; the other fields change in steps whose section fits.
  writableIn: [TL, PTL, LOCK, SLEEP, LOCAL, HW],
  readableIn: [TL, PTL, LOCK, SLEEP, LOCAL, HW],
  decode: recordOf<Page>,
  show: (p) =>
    p.refs === 0
      ? 'free'
      : `refs ${p.refs}, mapped ${p.mapcount}${p.mapping ? '' : ', not in mapping'}${p.flags.map((f) => `, ${f}`).join('')}${p.mem.length > 0 ? ` ${showContent(p.mem)}` : ''}`,
});

/** @param id `page.<index>.<n>` */
export const page = (id: string): Ref<Page, PageEvent> => kind.ref(id);
export const hasMapping = selector('mapping', (p: Page) => p.mapping);
export const isFreePage = selector('free', (p: Page) => p.refs === 0);
export const isMapped = selector('mapped', (p: Page) => p.mapcount > 0);
const flagSelectors = {
  uptodate: selector('uptodate', (p: Page) => p.flags.includes('uptodate')),
  dirty: selector('dirty', (p: Page) => p.flags.includes('dirty')),
  writeback: selector('writeback', (p: Page) => p.flags.includes('writeback')),
  'buffer-dirty': selector('buffer-dirty', (p: Page) => p.flags.includes('buffer-dirty')),
} as const;
/** PageUptodate, PageDirty, PageWriteback. */
export const hasFlag = (flag: PageFlag) => flagSelectors[flag];
