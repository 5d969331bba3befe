/** What the kernel asks of the mapping (struct address_space) and of i_size, as conditions of a step. */
import {
  type Act,
  type Guard,
  type Look,
  otherwise,
  type Source,
  type StateConfig,
  step,
  when,
} from '../../explorer/chart.ts';
import type { Selector } from '../../explorer/component.ts';
import { type Entry, entry, isDirty, isPage, isValue } from '../entries/entry.ts';
import { inode, reaches } from '../entries/inode.ts';
import type { Here } from '../here.ts';
import type { MmParts } from '../parts.ts';
import { LOCAL } from '../sections.ts';

const anySlot = (s: Look, here: Here, is: Selector<Entry, boolean>): boolean =>
  here.scene.pages.some((p) => s.read(entry(p.name), is));

/** mapping->nrpages > 0 */
export const hasPages =
  (here: Here): Guard =>
  (s) =>
    anySlot(s, here, isPage);

/** mapping->nrexceptional > 0 */
export const hasExceptional =
  (here: Here): Guard =>
  (s) =>
    anySlot(s, here, isValue);

/** mapping_tagged(mapping, PAGECACHE_TAG_DIRTY) */
export const hasDirty =
  (here: Here): Guard =>
  (s) =>
    anySlot(s, here, isDirty);

/** The operation's page lies at or behind i_size. */
export const isBehindEof =
  (here: Here): Guard =>
  (s) =>
    !s.read(inode, reaches(here.pageFacts.index));

/** i_size_write() with which the operation's page is the last one. */
export const extendISize = (s: Act, here: Here): void =>
  s.send(inode, { type: 'I_SIZE_WRITE', size: here.pageFacts.index + 1 });

/** States `name`_nrpages and `name`: invalidate_inode_pages2_range() of the operation's page if there is any page; then `to`. */
export const invalidateIfPages = (
  d: MmParts,
  here: Here,
  name: string,
  { fn, src, to }: { fn: string; src: Source; to: string },
): Record<string, StateConfig> => ({
  [`${name}_nrpages`]: step(LOCAL, fn, src, when(hasPages(here), name, 'nrpages > 0'), otherwise(to, 'nrpages == 0')),
  [name]: d.invalidate_inode_pages2_range(d, here.at(name), { RETURN: here.to(to) }, { pages: [here.page] }),
});
