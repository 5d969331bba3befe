/** Small steps that page-cache paths share: giving a page back, and waiting for its I/O. mm/filemap.c */
import {
  type Act,
  otherwise,
  type Source,
  type StateConfig,
  step,
  type Target,
  wait,
  when,
} from '../../../explorer/chart.ts';
import { hasFlag, page } from '../../entries/page.ts';
import type { Here } from '../../here.ts';
import { heldPage } from '../../registers.ts';
import { LOCAL } from '../../sections.ts';
import { V40 } from '../../sources.ts';
import { lockPage, unlockPage } from '../locks.ts';
import { held } from './set_page_dirty.ts';

/** page_cache_release() of the page in `heldPage`. */
export const release = (s: Act): void => {
  s.send(page(s.get(heldPage)!), { type: 'PUT' });
  s.set(heldPage, null);
};

/** lock_page() of the page in `heldPage`: states `name` and `name_wait`. */
export const lockHeld = (here: Here, name: string, fn: string, src: Source, to: Target): Record<string, StateConfig> =>
  lockPage(here, name, { page: held, fn, src, to });

/** unlock_page() of the page in `heldPage`; the reference is kept. */
export const unlockHeld = (here: Here, fn: string, src: Source, to: Target, after?: (s: Act) => void): StateConfig =>
  unlockPage(here, { page: held, fn, src, to, ...(after && { after }) });

/** unlock_page() and page_cache_release(). */
export const unlockAndPut = (here: Here, fn: string, src: Source, to: Target, after?: (s: Act) => void): StateConfig =>
  unlockHeld(here, fn, src, to, (s) => {
    release(s);
    after?.(s);
  });

export const putHeld = (fn: string, src: Source, to: Target): StateConfig =>
  step(LOCAL, fn, src, otherwise(to, 'page_cache_release()', release));

/** wait_on_page_writeback() of the page in `heldPage`. Who waits, waits for a device, which always answers. */
export const waitOnWriteback = (fn: string, to: Target): StateConfig =>
  wait(
    LOCAL,
    fn,
    V40.filemap,
    (s) => ({ what: `I/O of ${held(s)}`, owners: [] }),
    when((s) => !s.read(page(held(s)), hasFlag('writeback')), to, '!PageWriteback'),
  );
