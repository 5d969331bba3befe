/**
 * What a store fault does once the PTE is writable: dirty the page, unlock it, throttle the process, and update the times
 * if the filesystem was not asked. The tail of do_shared_fault() and, from v4.0 on, of do_wp_page(). mm/memory.c
 */
import {
  type Act,
  chart,
  dispatch,
  otherwise,
  type Source,
  type StateConfig,
  step,
  unreachedIf,
  when,
} from '../../../explorer/chart.ts';
import { hasMapping, page } from '../../entries/page.ts';
import type { Here } from '../../here.ts';
import { mark } from '../../marks.ts';
import type { PageCacheParts, Returns } from '../../parts.ts';
import { dirtied, localMapping } from '../../registers.ts';
import { LOCAL, SLEEP } from '../../sections.ts';
import { V40 } from '../../sources.ts';
import { fileUpdateTime } from '../ext4_dax_fault.ts';
import { lockHeld, unlockHeld } from './page_lock.ts';
import { held } from './set_page_dirty.ts';

/** balance_dirty_pages_ratelimited(): may sleep for long, until the flusher has got ahead. */
export const balance = (to: string): StateConfig =>
  step(
    SLEEP,
    'balance_dirty_pages_ratelimited',
    V40.pageWriteback,
    otherwise(to, 'balance_dirty_pages()', (s) => s.mark(mark({ type: 'balance' }))),
  );

/** mapping = page->mapping */
export const sampleMapping = (fn: string, src: Source, to: string): StateConfig =>
  step(
    LOCAL,
    fn,
    src,
    otherwise(to, 'mapping = page->mapping', (s) => s.set(localMapping, s.read(page(held(s)), hasMapping))),
  );

export const forgetDirtied = (s: Act): void => {
  s.set(dirtied, false);
  s.set(localMapping, false);
};

export const LOCKED = 'the page has been locked ever since page->mapping was looked at';

/**
 * @param t.asks whether ->page_mkwrite was called: then it has updated the times
 * @param t.locked whether the page is locked already
 * @param t.after what else is done with the page when it is unlocked
 */
export function dirtyShared(
  d: PageCacheParts,
  here: Here,
  ret: Returns<'RETURN'>,
  t: { fn: string; src: Source; asks: boolean; locked: boolean; after: (s: Act) => void },
): StateConfig {
  const { fn, src, asks } = t;
  const times = asks ? ret.RETURN : here.to('file_update_time');
  return chart(here, {
    ...(!t.locked && lockHeld(here, 'lock_page', fn, src, 'set_page_dirty')),
    set_page_dirty: d.set_page_dirty(d, here.at('set_page_dirty'), { RETURN: here.to('sample') }, held),
    sample: sampleMapping(fn, src, 'unlock_page'),
    unlock_page: unlockHeld(here, fn, src, 'balance', t.after),
    balance: dispatch(
      fn,
      src,
      when((s) => (asks || s.get(dirtied)) && s.get(localMapping), 'balance_dirty_pages', '', forgetDirtied),
      unreachedIf(asks && t.locked, LOCKED, otherwise(times, '', forgetDirtied)),
    ),
    balance_dirty_pages: balance(times),
    ...(!asks && { file_update_time: fileUpdateTime(here, fn, src, ret.RETURN) }),
  });
}
