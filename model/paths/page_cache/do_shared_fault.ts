/**
 * A store on an empty PTE of a shared mapping of the page cache: ->fault returns the page locked; the filesystem is asked;
 * the PTE is set writable and dirty; then the page is dirtied. mm/memory.c
 */
import { chart, otherwise, type StateConfig, when } from '../../../explorer/chart.ts';
import { page } from '../../entries/page.ts';
import { isNone } from '../../entries/pte.ts';
import type { Here } from '../../here.ts';
import type { PageCacheParts, Returns } from '../../parts.ts';
import { heldPage } from '../../registers.ts';
import { V40 } from '../../sources.ts';
import { dirtyShared } from './dirty_shared.ts';
import { putHeld, unlockAndPut, unlockHeld } from './page_lock.ts';
import { hasPageMkwrite } from './page_mkwrite.ts';
import { held } from './set_page_dirty.ts';
import { ptlSection } from './zap.ts';

export function do_shared_fault(d: PageCacheParts, here: Here, ret: Returns<'DONE' | 'SIGBUS'>): StateConfig {
  const fn = 'do_shared_fault';
  const src = V40.memory;
  const asks = hasPageMkwrite(here);
  return chart(here, {
    fault: d.fault(d, here.at('fault'), {
      NOPAGE: ret.DONE,
      LOCKED: here.to(asks ? 'unlock_page' : 'do_set_pte'),
      SIGBUS: ret.SIGBUS,
    }),
    ...(asks && {
      unlock_page: unlockHeld(here, fn, src, 'do_page_mkwrite'),
      do_page_mkwrite: d.do_page_mkwrite(d, here.at('do_page_mkwrite'), {
        LOCKED: here.to('do_set_pte'),
        RETRY: here.to('put_page'),
        NOPAGE: here.to('put_page'),
        SIGBUS: ret.SIGBUS,
      }),
      put_page: putHeld(fn, src, ret.DONE),
    }),
    do_set_pte: ptlSection(
      'do_set_pte',
      src,
      () => ({ vma: here.vma, page: here.page }),
      when(
        (s) => s.read(here.pte, isNone),
        'dirty',
        'set_pte_at(rw, dirty)',
        (s) => {
          s.send(here.pte, { type: 'SET', pte: { pfn: held(s), w: true, d: true } });
          s.send(page(held(s)), { type: 'ADD_RMAP' });
        },
      ),
      otherwise('unlock_put', '!pte_same(): someone else mapped it'),
    ),
    unlock_put: unlockAndPut(here, fn, src, ret.DONE),
    // The reference now belongs to the PTE.
    dirty: dirtyShared(
      d,
      here.at('dirty'),
      { RETURN: ret.DONE },
      { fn, src, asks, locked: true, after: (s) => s.set(heldPage, null) },
    ),
  });
}
