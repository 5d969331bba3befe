/**
 * wp-shared-merged, where `writeback` is a commit that may not allocate: it gives a page of delayed blocks back as dirty as it was
 * (ext4_writepage(), ext4_bio_write_page()). set_page_writeback() takes TOWRITE from who syncs; keepwrite: 1c8349a17137 (3.16).
 */
import { chart, otherwise, step } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import merged from '../../model/designs/wp-shared-merged.ts';
import { entry } from '../../model/entries/entry.ts';
import { page } from '../../model/entries/page.ts';
import type { PageCacheParts } from '../../model/parts.ts';
import { unlockHeld } from '../../model/paths/page_cache/page_lock.ts';
import { held, indexOf } from '../../model/paths/page_cache/set_page_dirty.ts';
import { TL } from '../../model/sections.ts';

const fn = 'ext4_bio_write_page';
const src = { tree: 'linux v3.15', file: 'fs/ext4/page-io.c' } as const;

const writepage =
  (keeps: boolean): PageCacheParts['writepage'] =>
  (d, here, ret) =>
    here.op.name !== 'writeback'
      ? merged.parts.writepage(d, here, ret)
      : chart(here, {
          redirty: d.set_page_dirty(d, here.at('redirty'), { RETURN: here.to('set_page_writeback') }, held),
          set_page_writeback: step(
            TL,
            fn,
            src,
            otherwise('end_page_writeback', keeps ? 'set_page_writeback_keepwrite()' : 'set_page_writeback()', (s) => {
              s.send(page(held(s)), { type: 'SET_FLAG', flag: 'writeback' });
              if (!keeps) s.send(entry(indexOf(held(s))), { type: 'UNTAG', tag: 'towrite' });
            }),
          ),
          end_page_writeback: step(
            TL,
            fn,
            src,
            otherwise('unlock_page', 'nothing was submitted: end_page_writeback()', (s) =>
              s.send(page(held(s)), { type: 'CLEAR_FLAG', flag: 'writeback' }),
            ),
          ),
          unlock_page: unlockHeld(here, 'ext4_writepage', src, ret.RETURN),
        });

export const commitWrites = (keeps: boolean) =>
  defineDesign<PageCacheParts>({
    id: keeps ? 'page-cache-keepwrite' : 'page-cache-commit-takes-towrite',
    title: `wp-shared-merged, where a commit redirties a page and ${keeps ? 'leaves' : 'takes'} TOWRITE`,
    source: '1c8349a17137 "ext4: fix data integrity sync in ordered mode" (3.16)',
    facts: merged.facts,
    parts: { ...merged.parts, writepage: writepage(keeps) },
    expects: {},
  });
