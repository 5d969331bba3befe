import type { Anon } from '../entries/anon.ts';
import { type Block, isOwned } from '../entries/block.ts';
import { showContent } from '../entries/content.ts';
import type { Page } from '../entries/page.ts';
import type { ZeroPage } from '../entries/zero-page.ts';
import { defineObservable } from '../observable.ts';

export default defineObservable({
  id: 'page',
  what: 'what holds the bytes: page-cache pages (dirty, under writeback), blocks (whose they are), private copies, the zero page; not the media',
  byDefault: true,
  values: {
    page: (p: Page) => {
      const flags = p.flags.filter((f) => f !== 'uptodate');
      if (p.refs === 0) return ['free', ...flags].join(' ');
      return [...flags, ...(p.mapping ? [] : ['not in mapping']), showContent(p.mem)].join(' ');
    },
    block: (b: Block) => (isOwned(b.owner) ? `of ${b.owner} ${showContent(b.mem)}` : b.owner),
    anon: (a: Anon) => (a.refs === 0 ? 'free' : showContent(a.mem)),
    'zero-page': (z: ZeroPage) => showContent(z.mem),
  },
});
