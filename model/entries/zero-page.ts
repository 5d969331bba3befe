/** The common 4 KiB zero page. Nothing should ever be in it; if something is, everybody reads it. */
import { defineComponent, type Ref } from '../../explorer/component.ts';
import { HW, LOCAL, PTL } from '../sections.ts';
import { type Content, type ContentEvent, contentReactions, showContent } from './content.ts';
import { recordOf, valueMachine } from './machine.ts';

export interface ZeroPage {
  readonly mem: Content;
}
const machine = valueMachine<ZeroPage, ContentEvent>('zero-page', { mem: [] }, contentReactions);

const kind = defineComponent<ZeroPage, ContentEvent>({
  kind: 'zero-page',
  machine,
  events: { STORE: { op: true }, COPY: { op: true }, ZERO: {} },
  writableIn: [HW],
  readableIn: [HW],
  decode: recordOf<ZeroPage>,
  show: ({ mem }) => (mem.length === 0 ? 'zeros' : `corrupted ${showContent(mem)}`),
});

export const zeroPage: Ref<ZeroPage, ContentEvent> = kind.ref('zero');
/** The huge zero page, with thp=on. Its references are counted per address space, not per PMD. */
export const hugeZeroPage: Ref<ZeroPage, ContentEvent> = kind.ref('hzp');

/**
 * Its struct page, where the mm counts it as any other (no PTE_SPECIAL): what was taken beyond the kernel's own reference.
 * Nothing is refused: a reference too many or too few shows up at the end.
 */
export interface ZeroCounts {
  readonly refs: number;
  readonly mapcount: number;
}
export type ZeroCountsEvent =
  | { readonly type: 'GET' }
  | { readonly type: 'PUT' }
  | { readonly type: 'ADD_RMAP' }
  | { readonly type: 'REMOVE_RMAP' };

const counts = valueMachine<ZeroCounts, ZeroCountsEvent>(
  'zero-page-counts',
  { refs: 0, mapcount: 0 },
  {
    GET: (c) => ({ ...c, refs: c.refs + 1 }),
    PUT: (c) => ({ ...c, refs: c.refs - 1 }),
    ADD_RMAP: (c) => ({ ...c, mapcount: c.mapcount + 1 }),
    REMOVE_RMAP: (c) => ({ ...c, mapcount: c.mapcount - 1 }),
  },
);

const countsKind = defineComponent<ZeroCounts, ZeroCountsEvent>({
  kind: 'zero-page-counts',
  machine: counts,
  events: { GET: {}, PUT: {}, ADD_RMAP: {}, REMOVE_RMAP: {} },
  writableIn: [PTL, LOCAL],
  readableIn: [PTL, LOCAL],
  decode: recordOf<ZeroCounts>,
  show: ({ refs, mapcount }) => `refs ${refs}, mapped ${mapcount}`,
});

export const zeroCounts: Ref<ZeroCounts, ZeroCountsEvent> = countsKind.ref('page.zero');
