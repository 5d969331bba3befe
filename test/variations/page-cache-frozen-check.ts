/**
 * Freezing before 3.6 counted nobody: ->page_mkwrite looked whether the filesystem was frozen. wp-shared-merged with such a look, under the page
 * lock and after the page was dirtied, as ea13a86463fd (3.0) "vfs: Block mmapped writes while the fs is frozen" has it, or only at the begin.
 */
import { chart, otherwise, type StateConfig, step, waitForEnvironment, when } from '../../explorer/chart.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import merged from '../../model/designs/wp-shared-merged.ts';
import { freezeProtection } from '../../model/entries/freeze.ts';
import type { PageCacheParts } from '../../model/parts.ts';
import { fileUpdateTime } from '../../model/paths/ext4_dax_fault.ts';
import { lockHeld, unlockHeld } from '../../model/paths/page_cache/page_lock.ts';
import { held } from '../../model/paths/page_cache/set_page_dirty.ts';
import { LOCK } from '../../model/sections.ts';
import { V40 } from '../../model/sources.ts';

const fn = '__block_page_mkwrite';
const src = V40.buffer;

const looks =
  (under: boolean): PageCacheParts['page_mkwrite'] =>
  (d, here, ret) => {
    const { check } = merged.parts.page_mkwrite(d, here, ret).states as Record<string, StateConfig>;
    return chart(here, {
      vfs_check_frozen: waitForEnvironment(
        LOCK,
        'vfs_check_frozen',
        src,
        () => ({ what: 'the filesystem to thaw', owners: [] }),
        when((s) => !s.read(freezeProtection).frozen, 'file_update_time', 'not frozen'),
      ),
      file_update_time: fileUpdateTime(here, fn, src, 'lock_page'),
      ...lockHeld(here, 'lock_page', fn, src, 'check'),
      check: check!,
      set_page_dirty: d.set_page_dirty(
        d,
        here.at('set_page_dirty'),
        { RETURN: under ? here.to('s_frozen') : ret.LOCKED },
        held,
      ),
      ...(under && {
        s_frozen: step(
          LOCK,
          fn,
          src,
          when((s) => s.read(freezeProtection).frozen, 'unlock_nopage', 's_frozen: -EAGAIN'),
          otherwise(ret.LOCKED, 'SB_UNFROZEN'),
        ),
      }),
      unlock_nopage: unlockHeld(here, fn, src, ret.NOPAGE),
    });
  };

const variation = (id: string, title: string, page_mkwrite: PageCacheParts['page_mkwrite']): Design<PageCacheParts> =>
  defineDesign({ ...merged, id, title, source: 'variation', parts: { ...merged.parts, page_mkwrite }, expects: {} });

export const looksUnderLock = variation('frozen-check', 's_frozen is looked at under the page lock', looks(true));
export const looksFirst = variation('frozen-check-first', 's_frozen is looked at first', looks(false));
