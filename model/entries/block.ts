/**
 * A block of DAX storage: who owns it, what its memory holds, and what would survive a power cut (`media`: what was in
 * memory at the last cache flush, or written around the cache).
 */
import { defineComponent, type Ref, selector } from '../../explorer/component.ts';
import { HW, SLEEP } from '../sections.ts';
import { type Content, type ContentEvent, contentReactions, FOREIGN, showContent } from './content.ts';
import { recordOf, valueMachine } from './machine.ts';

/** `free`, `foreign` (another file's), or the page of this file that it stores. */
export type BlockOwner = 'free' | 'foreign' | string;
export interface Block {
  readonly owner: BlockOwner;
  readonly mem: Content;
  readonly media: Content;
}
export type BlockEvent =
  | ContentEvent
  | { readonly type: 'OWN'; readonly page: string }
  | { readonly type: 'FREE'; readonly becomes: 'free' | 'foreign' }
  /** Write back the cache lines of the block. */
  | { readonly type: 'FLUSH' };

const machine = valueMachine<Block, BlockEvent>(
  'block',
  { owner: 'free', mem: [], media: [] },
  {
    ...contentReactions,
    OWN: (b, { page }) => (b.owner === 'free' ? { ...b, owner: page } : undefined),
    // A free block's old contents matter to no one: whoever allocates it zeroes it first.
    FREE: (b, { becomes }) => {
      if (b.owner === 'free' || b.owner === 'foreign') return undefined;
      const data = becomes === 'foreign' ? [FOREIGN] : [];
      return { owner: becomes, mem: data, media: data };
    },
    FLUSH: (b) => ({ ...b, media: b.mem }),
  },
);

const kind = defineComponent<Block, BlockEvent>({
  kind: 'block',
  machine,
  events: { STORE: true, COPY: true, ZERO: true, OWN: true, FREE: true, FLUSH: true },
  writableIn: [SLEEP, HW],
  readableIn: [SLEEP, HW],
  decode: recordOf<Block>,
  show: (b) =>
    `${b.owner === 'free' || b.owner === 'foreign' ? b.owner : `of ${b.owner}`} mem ${showContent(b.mem)} media ${showContent(b.media)}`,
});

export const block = (id: string): Ref<Block, BlockEvent> => kind.ref(id);
export const isFree = selector('free', (b: Block) => b.owner === 'free');
