/**
 * A block of DAX storage, or of the disk under the page cache (then only `media` counts): who owns it, what its memory holds, and what would survive a power cut (`media`: what was in
 * memory at the last cache flush, or written around the cache).
 */
import { defineComponent, type Ref, selector } from '../../explorer/component.ts';
import { HW, PTL, SLEEP } from '../sections.ts';
import { type Content, type ContentEvent, contentReactions, FOREIGN, showContent } from './content.ts';
import { recordOf, valueMachine, withMember } from './machine.ts';

/** `free`, `retired` (free, and never used again), `foreign` (another file's), or the page of this file that it stores. */
export type BlockOwner = 'free' | 'retired' | 'foreign' | string;
const OWNERLESS: readonly BlockOwner[] = ['free', 'retired', 'foreign'];
/** Whether the block stores a page of this file. */
export const isOwned = (owner: BlockOwner): boolean => !OWNERLESS.includes(owner);
export interface Block {
  readonly owner: BlockOwner;
  readonly mem: Content;
  readonly media: Content;
}
export type BlockEvent =
  | ContentEvent
  | { readonly type: 'OWN'; readonly page: string }
  | { readonly type: 'FREE'; readonly becomes: 'free' | 'retired' | 'foreign' }
  /** A byte of `op` is written around the CPU cache: in memory and on media. */
  | { readonly type: 'STORE_AROUND'; readonly op: string }
  /** Write back the cache lines of the block. */
  | { readonly type: 'FLUSH' }
  /** The device writes a page of the page cache: what it reads from memory then is on media. */
  | { readonly type: 'DISK_WRITE'; readonly content: Content };

const machine = valueMachine<Block, BlockEvent>(
  'block',
  { owner: 'free', mem: [], media: [] },
  {
    ...contentReactions,
    OWN: (b, { page }) => (b.owner === 'free' ? { ...b, owner: page } : undefined),
    FREE: (b, { becomes }) => {
      if (!isOwned(b.owner)) return undefined;
      // A free block keeps its bytes: who allocates it without zeroing it exposes them.
      return becomes === 'foreign' ? { owner: becomes, mem: [FOREIGN], media: [FOREIGN] } : { ...b, owner: becomes };
    },
    STORE_AROUND: (b, { op }) => ({ ...b, mem: withMember(b.mem, op), media: withMember(b.media, op) }),
    FLUSH: (b) => ({ ...b, media: b.mem }),
    DISK_WRITE: (b, { content }) => ({ ...b, mem: content, media: content }),
  },
);

const kind = defineComponent<Block, BlockEvent>({
  kind: 'block',
  machine,
  events: {
    STORE: { op: true },
    COPY: { op: true },
    ZERO: {},
    OWN: { page: true },
    FREE: { becomes: true },
    STORE_AROUND: { op: true },
    FLUSH: {},
    DISK_WRITE: { content: true },
  },
  writableIn: [SLEEP, HW],
  // Since 5.6 a private copy may be read under the PTL.
  readableIn: [SLEEP, HW, PTL],
  decode: recordOf<Block>,
  show: (b) =>
    `${isOwned(b.owner) ? `of ${b.owner}` : b.owner} mem ${showContent(b.mem)} media ${showContent(b.media)}`,
});

export const block = (id: string): Ref<Block, BlockEvent> => kind.ref(id);
export const isFree = selector('free', (b: Block) => b.owner === 'free');
