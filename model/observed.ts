/**
 * What of a step counts outside a design: translations, storage and the file, and what a caller gets. Locks, tree
 * slots, tags, wait queues, and of which page a hole's zeros are, are a design's own business.
 */
import type { Mark } from '../explorer/chart.ts';
import type { Observed } from '../explorer/effect.ts';
import { type Block, isOwned } from './entries/block.ts';
import { showContent } from './entries/content.ts';
import type { Extent } from './entries/extent.ts';
import type { Inode } from './entries/inode.ts';
import { isAnon, isBlock, type Pfn } from './entries/pfn.ts';
import type { Pmd } from './entries/pmd.ts';
import type { PteValue } from './entries/pte.ts';
import type { Vma } from './entries/vma.ts';
import type { ZeroPage } from './entries/zero-page.ts';
import { kernelMarks } from './marks.ts';
import { resultText } from './results.ts';

/** Of which object a copy is, does not matter either. */
function memoryOf(pfn: Pfn): string {
  if (isAnon(pfn)) return 'a copy';
  return isBlock(pfn) ? pfn : 'zeros';
}

const VALUES: Readonly<Record<string, (value: never) => string>> = {
  pte: (p: PteValue) => (p === null ? 'none' : `${p.w ? 'rw' : 'ro'} ${memoryOf(p.pfn)}`),
  pmd: (p: Pmd) => (p.huge === null ? 'none' : `${p.huge.w ? 'rw' : 'ro'} ${memoryOf(p.huge.pfn)}`),
  block: (b: Block) =>
    isOwned(b.owner) ? `of ${b.owner} mem ${showContent(b.mem)} media ${showContent(b.media)}` : b.owner,
  extent: (e: Extent) => (e.block === null ? 'HOLE' : `${e.state} ${e.block}`),
  inode: (i: Inode) => `size ${i.size}, mtime ${i.mtime}`,
  vma: (v: Vma) => `maps ${v.pages.join(' ')}${v.writable ? '' : ' read-only'}`,
  'zero-page': (z: ZeroPage) => showContent(z.mem),
};

function markText(mark: Mark): string | undefined {
  const [m] = kernelMarks([mark]);
  return m?.type === 'warn' ? `warns: ${m.site}` : resultText(m);
}

export const OBSERVED: Observed = {
  // The operation.
  about: (stack) => stack[0] ?? '',
  value: (kind, value) => VALUES[kind]?.(value as never),
  mark: markText,
  last: (mark) => {
    const [m] = kernelMarks([mark]);
    return m?.type === 'alloc-page' ? `allocates a page for ${m.page}` : undefined;
  },
};
