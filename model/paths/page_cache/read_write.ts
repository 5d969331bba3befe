/** read(2) and write(2) through the page cache: read takes no lock of the file, write i_mutex and the page's lock. mm/filemap.c */
import { type Act, chart, otherwise, type StateConfig, step, when } from '../../../explorer/chart.ts';
import { contents, showContent } from '../../entries/content.ts';
import { hasFlag, hasMapping, page } from '../../entries/page.ts';
import type { Here } from '../../here.ts';
import { mark } from '../../marks.ts';
import type { MmParts, PageCacheParts, Returns } from '../../parts.ts';
import { dirtied } from '../../registers.ts';
import { LOCAL, SLEEP } from '../../sections.ts';
import { V40 } from '../../sources.ts';
import { extendISize, isBehindEof } from '../address_space.ts';
import { callOf } from '../call.ts';
import { copying, faultIn, faultsBuffer } from '../dax_copy.ts';
import { fileUpdateTime } from '../ext4_dax_fault.ts';
import { dropMutex, takeMutex } from '../get_block/syscalls.ts';
import { balance } from './dirty_shared.ts';
import { addToPageCache, findGetPage, pageCacheRead } from './filemap_fault.ts';
import { lockHeld, release, unlockAndPut, unlockHeld, waitOnWriteback } from './page_lock.ts';
import { held } from './set_page_dirty.ts';

export function read(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const fn = 'do_generic_file_read';
  const src = V40.filemap;
  const { begin, end } = callOf(here);
  const copy = (s: Act): void => {
    const content = s.read(page(held(s)), contents);
    s.line(`reads ${showContent(content)}`);
    s.mark(mark({ type: 'read-copy', op: here.op.token, page: here.page, content }));
  };
  return chart(here, {
    generic_file_read_iter: step(LOCAL, 'generic_file_read_iter', src, otherwise('find_get_page', '', begin)),
    find_get_page: findGetPage(here, fn, { found: 'uptodate', none: 'alloc' }),
    ...pageCacheRead(here, 'find_get_page'),
    uptodate: step(
      LOCAL,
      fn,
      src,
      when((s) => s.read(page(held(s)), hasFlag('uptodate')), 'check_size', 'PageUptodate'),
      otherwise('lock_page', '!PageUptodate'),
    ),
    ...lockHeld(here, 'lock_page', fn, src, 'truncated'),
    truncated: step(
      LOCAL,
      fn,
      src,
      when((s) => !s.read(page(held(s)), hasMapping), 'unlock_retry', '!page->mapping: look again'),
      otherwise('unlock', 'PageUptodate by now'),
    ),
    unlock_retry: unlockAndPut(here, fn, src, 'find_get_page'),
    unlock: unlockHeld(here, fn, src, 'check_size'),
    // i_size is looked at after the page is known to be up to date.
    check_size: step(
      LOCAL,
      fn,
      src,
      when(isBehindEof(here), 'put_page', 'at EOF: returns 0'),
      otherwise('copy_page_to_iter', 'index <= end_index'),
    ),
    ...copying(
      d,
      here,
      'copy_page_to_iter',
      step(SLEEP, fn, src, otherwise('put_page', 'copy_page_to_iter()', copy)),
      true,
    ),
    put_page: step(
      LOCAL,
      fn,
      src,
      otherwise(ret.RETURN, 'page_cache_release()', (s) => {
        release(s);
        end(s);
      }),
    ),
  });
}

/**
 * generic_perform_write() of one whole page: nothing has to be read in before. The user's buffer is faulted in before the page is locked
 * (iov_iter_fault_in_readable()), and copied with page faults disabled; a copy that finds it gone again, and begins anew, is not modelled.
 * @param faultsLocked whether the buffer is faulted in under the page lock, as no kernel of 4.0 does
 */
export const writeOf =
  (faultsLocked: boolean) =>
  (d: PageCacheParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const begins = 'grab_cache_page_write_begin';
    const ends = 'generic_write_end';
    const src = V40.filemap;
    const copy = (s: Act): void => {
      s.send(page(held(s)), { type: 'COPY', op: here.op.token });
      s.send(page(held(s)), { type: 'SET_FLAG', flag: 'uptodate' });
      s.mark(mark({ type: 'copy', op: here.op.token, page: here.page }));
    };
    const faults = 'iov_iter_fault_in_readable';
    const first = faultsBuffer(here) && !faultsLocked ? faults : 'find_get_page';
    const locked = faultsBuffer(here) && faultsLocked ? faults : 'copy';
    const stable = d.stable_pages ? 'wait_for_stable_page' : locked;
    return chart(here, {
      ...takeMutex(here, 'ext4_file_write_iter', 'file_update_time'),
      file_update_time: fileUpdateTime(here, '__generic_file_write_iter', src, first),
      ...(faultsBuffer(here) && {
        [faults]: faultIn(d, here.at(faults), here.to(faultsLocked ? 'copy' : 'find_get_page')),
      }),
      find_get_page: findGetPage(here, begins, { found: 'lock_page', none: 'alloc' }),
      ...addToPageCache(here, begins, { added: stable, exists: 'find_get_page' }),
      ...lockHeld(here, 'lock_page', begins, src, 'truncated'),
      truncated: step(
        LOCAL,
        begins,
        src,
        when((s) => !s.read(page(held(s)), hasMapping), 'unlock_retry', 'page->mapping changed: look again'),
        otherwise(stable, 'find_lock_page()'),
      ),
      unlock_retry: unlockAndPut(here, begins, src, 'find_get_page'),
      ...(d.stable_pages && { wait_for_stable_page: waitOnWriteback('wait_for_stable_page', locked) }),
      copy: step(SLEEP, 'generic_perform_write', src, otherwise('set_page_dirty', 'copy_from_user()', copy)),
      set_page_dirty: d.set_page_dirty(d, here.at('set_page_dirty'), { RETURN: here.to('i_size_write') }, held),
      i_size_write: step(
        SLEEP,
        ends,
        V40.buffer,
        when(isBehindEof(here), 'unlock_page', 'i_size_write()', (s) => {
          extendISize(s, here);
          s.set(dirtied, false);
        }),
        otherwise('unlock_page', 'inside i_size', (s) => s.set(dirtied, false)),
      ),
      unlock_page: unlockAndPut(here, ends, V40.buffer, 'balance_dirty_pages'),
      balance_dirty_pages: balance('mutex_unlock'),
      mutex_unlock: dropMutex(here, 'ext4_file_write_iter', ret.RETURN),
    });
  };

export const write = writeOf(false);
