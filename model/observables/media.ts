import type { Block } from '../entries/block.ts';
import { showContent } from '../entries/content.ts';
import { defineObservable } from '../observable.ts';

export default defineObservable({
  id: 'media',
  what: 'what of every block would survive a power cut',
  byDefault: false,
  values: { block: (b: Block) => `on media ${showContent(b.media)}` },
});
