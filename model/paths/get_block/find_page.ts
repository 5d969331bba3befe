/** How a fault of 4.0 to 4.6 finds the hole page of its index, holds it in register `page`, and lets go of it. fs/dax.c, mm/filemap.c */
import { type Look, otherwise, type StateConfig, step, type Target, when } from '../../../explorer/chart.ts';
import { isPage } from '../../entries/entry.ts';
import { hasMapping, page } from '../../entries/page.ts';
import type { Here } from '../../here.ts';
import { heldPage } from '../../registers.ts';
import { LOCAL } from '../../sections.ts';
import { V40 } from '../../sources.ts';
import { removeHolePage } from '../hole_page.ts';
import { lockPage, unlockPage } from '../locks.ts';

export const held = (s: Pick<Look, 'get'>): string => s.get(heldPage)!;

/** Unlocks and drops the page in register `page`. */
export const releasePage = (here: Here, fn: string, to: Target): StateConfig =>
  unlockPage(here, {
    page: held,
    fn,
    src: V40.dax,
    to,
    after: (s) => {
      s.send(page(held(s)), { type: 'PUT' });
      s.set(heldPage, null);
    },
  });

/** States `name`, `name`_lock, `name`_mapping, `name`_again: find_get_page() or find_lock_page(), with its retry. */
export function findPage(
  here: Here,
  name: string,
  fn: string,
  to: { NONE: Target; PAGE: Target },
): Record<string, StateConfig> {
  return {
    [name]: step(
      LOCAL,
      fn,
      V40.filemap,
      when(
        (s) => s.read(here.entry, isPage),
        `${name}_lock`,
        'hole page in the cache: get it',
        (s) => removeHolePage.hold(s, here.page),
      ),
      otherwise(to.NONE, 'no page in the cache'),
    ),
    ...lockPage(here, `${name}_lock`, { page: held, fn, src: V40.dax, to: `${name}_mapping` }),
    [`${name}_mapping`]: step(
      LOCAL,
      fn,
      V40.dax,
      when((s) => s.read(page(held(s)), hasMapping), to.PAGE, 'page->mapping == mapping'),
      otherwise(`${name}_again`, 'page got truncated'),
    ),
    [`${name}_again`]: releasePage(here, fn, name),
  };
}
