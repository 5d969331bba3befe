import { type Block, isOwned } from '../entries/block.ts';
import { showContent } from '../entries/content.ts';
import { defineObservable } from '../observable.ts';

export default defineObservable({
  id: 'media',
  what: 'what of every block of the file would survive a power cut',
  byDefault: false,
  values: { block: (b: Block) => (isOwned(b.owner) ? `on media ${showContent(b.media)}` : b.owner) },
});
