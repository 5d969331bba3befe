/**
 * wp-shared-merged on a filesystem that keeps buffers and writes them on its own, as ext3 did for its journal: ->writepage writes
 * a buffer only if set_page_dirty() has said that it is dirty, and nobody has written it since. What 7658cc289288 (2006) is about.
 * The operation `writeback` is the journal's commit.
 */
import { chart, dispatch, otherwise, type StateConfig, step, when } from '../../explorer/chart.ts';
import { pagePool } from '../../model/build.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import merged from '../../model/designs/wp-shared-merged.ts';
import { block } from '../../model/entries/block.ts';
import { extent } from '../../model/entries/extent.ts';
import { hasFlag, page } from '../../model/entries/page.ts';
import { mark } from '../../model/marks.ts';
import type { PageCacheParts } from '../../model/parts.ts';
import { testClear } from '../../model/paths/page_cache/page_mkclean.ts';
import { held } from '../../model/paths/page_cache/set_page_dirty.ts';
import { cleaned, mapping } from '../../model/registers.ts';
import { LOCAL, SLEEP } from '../../model/sections.ts';
import { V40 } from '../../model/sources.ts';

const BUFFER = 'buffer-dirty';

const set_page_dirty: PageCacheParts['set_page_dirty'] = (d, here, ret, which) =>
  chart(here, {
    set_buffer_dirty: step(
      LOCAL,
      '__set_page_dirty_buffers',
      V40.buffer,
      otherwise('test_set', 'set_buffer_dirty()', (s) => s.send(page(which(s)), { type: 'SET_FLAG', flag: BUFFER })),
    ),
    test_set: merged.parts.set_page_dirty(d, here.at('test_set'), ret, which),
  });

/** A buffer that is clean is not written. */
const writepage: PageCacheParts['writepage'] = (d, here, ret) => {
  const whole = merged.parts.writepage(d, here, ret);
  const dma = step(
    SLEEP,
    '__block_write_full_page',
    V40.buffer,
    when(
      (s) => s.read(page(held(s)), hasFlag(BUFFER)),
      'end_page_writeback',
      'test_clear_buffer_dirty(); the device reads the page',
      (s) => {
        const b = s.get(mapping)!.block!;
        s.send(block(b), { type: 'DISK_WRITE', content: s.read(page(held(s))).mem });
        s.send(page(held(s)), { type: 'CLEAR_FLAG', flag: BUFFER });
        s.mark(mark({ type: 'flush', block: b }));
        s.set(mapping, null);
      },
    ),
    otherwise('end_page_writeback', 'no dirty buffer: nothing is written', (s) => s.set(mapping, null)),
  );
  return { ...whole, states: { ...whole.states, dma: { ...dma, id: `${here.id}/dma` } } } as StateConfig;
};

/** journal_submit_data_buffers(): the buffers, whatever the page and its PTEs say. */
const commit: PageCacheParts['writeback'] = (_d, here, ret) =>
  chart(here, {
    submit: step(
      SLEEP,
      'journal_submit_data_buffers',
      V40.buffer,
      otherwise(ret.RETURN, 'the device reads what has dirty buffers', (s) => {
        for (const { name } of here.scene.pages) {
          const id = pagePool(here.scene, name).find(
            (p) => s.read(page(p)).mapping && s.read(page(p), hasFlag(BUFFER)),
          );
          const { block: b } = s.read(extent(name));
          if (id === undefined || b === null) continue;
          s.send(block(b), { type: 'DISK_WRITE', content: s.read(page(id)).mem });
          s.send(page(id), { type: 'CLEAR_FLAG', flag: BUFFER });
          s.mark(mark({ type: 'flush', block: b }));
        }
      }),
    ),
  });

/** Before the fix: PG_dirty first; what page_mkclean() finds in the PTEs is told to nobody. */
const clear_page_dirty_for_io: PageCacheParts['clear_page_dirty_for_io'] = (d, here, ret) =>
  chart(here, {
    test_clear: testClear('clear_page_dirty_for_io', { DIRTY: here.to('page_mkclean'), CLEAN: ret.CLEAN }),
    page_mkclean: d.page_mkclean(d, here.at('page_mkclean'), { RETURN: here.to('cleaned') }),
    cleaned: dispatch(
      'clear_page_dirty_for_io',
      V40.pageWriteback,
      otherwise(ret.DIRTY, '', (s) => s.set(cleaned, false)),
    ),
  });

const variation = (id: string, title: string, parts: Partial<PageCacheParts>): Design<PageCacheParts> =>
  defineDesign<PageCacheParts>({
    ...merged,
    id,
    title: `page cache: ${title}`,
    source: 'variation',
    parts: { ...merged.parts, set_page_dirty, writepage, writeback: commit, ...parts },
    expects: {},
  });

export const withBuffers = variation('page-cache-buffers', 'the filesystem writes dirty buffers on its own', {});
export const clearsFirst = variation(
  'page-cache-buffers-cleared-first',
  'the same, and PG_dirty is cleared before the PTEs are cleaned',
  { clear_page_dirty_for_io },
);
