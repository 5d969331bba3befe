/**
 * ->writepage of one locked page: allocate what it lacks, mark it under I/O, unlock it, and let the device read it. The
 * device reads memory as it is then; a store may come before or after. fs/buffer.c, mm/page-writeback.c
 */
import { type Act, chart, otherwise, type StateConfig, step, when } from '../../../explorer/chart.ts';
import { block } from '../../entries/block.ts';
import { contents } from '../../entries/content.ts';
import { entry } from '../../entries/entry.ts';
import { extent } from '../../entries/extent.ts';
import { inode, reaches } from '../../entries/inode.ts';
import { hasFlag, hasMapping, page } from '../../entries/page.ts';
import type { Here } from '../../here.ts';
import { startJournal } from '../../journal.ts';
import { mark } from '../../marks.ts';
import type { PageCacheParts, Returns } from '../../parts.ts';
import { mapping } from '../../registers.ts';
import { SLEEP, TL } from '../../sections.ts';
import { V40 } from '../../sources.ts';
import { allocate } from '../ext4_iomap_begin.ts';
import { unlockHeld } from './page_lock.ts';
import { held, indexOf, isDirty } from './set_page_dirty.ts';

export function writepage(_d: PageCacheParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const fn = '__block_write_full_page';
  const src = V40.buffer;
  return chart(here, {
    block_write_full_page: step(
      SLEEP,
      'block_write_full_page',
      src,
      when(isBehind(here), 'invalidate', 'outside i_size: do_invalidatepage()'),
      otherwise('get_block', 'inside i_size'),
    ),
    invalidate: unlockHeld(here, 'block_write_full_page', src, ret.RETURN),
    get_block: step(
      SLEEP,
      fn,
      src,
      otherwise('set_page_writeback', 'get_block(1)', (s) => mapBlock(s, here)),
    ),
    set_page_writeback: step(
      TL,
      '__test_set_page_writeback',
      V40.pageWriteback,
      otherwise('unlock_page', 'set_page_writeback()', setWriteback),
    ),
    unlock_page: unlockHeld(here, fn, src, 'dma'),
    dma: step(
      SLEEP,
      'submit_bh',
      src,
      otherwise('end_page_writeback', 'the device reads the page', (s) => {
        const b = s.get(mapping)!.block!;
        s.send(block(b), { type: 'DISK_WRITE', content: s.read(page(held(s)), contents) });
        s.mark(mark({ type: 'flush', block: b }));
        s.set(mapping, null);
      }),
    ),
    end_page_writeback: step(
      TL,
      'test_clear_page_writeback',
      V40.pageWriteback,
      otherwise(ret.RETURN, 'end_page_writeback()', (s) => {
        if (!s.read(page(held(s)), hasFlag('writeback')))
          s.mark(mark({ type: 'warn', site: 'end_page_writeback: BUG()' }));
        s.send(page(held(s)), { type: 'CLEAR_FLAG', flag: 'writeback' });
      }),
    ),
  });
}

const isBehind =
  (here: Here) =>
  (s: Pick<Act, 'read' | 'get'>): boolean =>
    !s.read(inode, reaches(here.scene.pages.find((p) => p.name === indexOf(held(s)))!.index));

/** Delayed allocation ends here. What was unwritten counts as written from the I/O on, which nobody reads past. */
function mapBlock(s: Act, here: Here): void {
  const name = indexOf(held(s));
  const e = s.read(extent(name));
  if (e.state === 'HOLE') {
    const b = allocate(s, here, name);
    s.send(extent(name), { type: 'MAP', block: b, state: 'WRITTEN' });
    startJournal(s, here);
  } else if (e.state === 'UNWRITTEN') {
    s.send(extent(name), { type: 'CONVERT' });
    startJournal(s, here);
  }
  s.set(mapping, { type: 'MAPPED', block: s.read(extent(name)).block, fresh: false });
}

/** The DIRTY tag goes if the page has stayed clean; TOWRITE goes in any case. */
function setWriteback(s: Act): void {
  const p = held(s);
  if (s.read(page(p), hasFlag('writeback')))
    s.mark(mark({ type: 'warn', site: '__block_write_full_page: BUG_ON(PageWriteback)' }));
  s.send(page(p), { type: 'SET_FLAG', flag: 'writeback' });
  if (!s.read(page(p), hasMapping)) return;
  const slot = entry(indexOf(p));
  if (!isDirty(s, p)) s.send(slot, { type: 'UNTAG', tag: 'dirty' });
  s.send(slot, { type: 'UNTAG', tag: 'towrite' });
}
