/**
 * truncate_pagecache() and truncate_pagecache_range(): PTEs first, then the tree. A truncate unmaps again after that, for
 * private copies that were made meanwhile. mm/truncate.c
 */
import {
  type Act,
  type Alternative,
  dispatch,
  type Effect,
  otherwise,
  type Source,
  type StateConfig,
  type Target,
  when,
} from '../../explorer/chart.ts';
import { inode, iSize } from '../entries/inode.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import type { MmParts, Range, Returns } from '../parts.ts';
import { grows } from '../registers.ts';
import { V40 } from '../sources.ts';

/** Pages at and behind the new end of the file. */
export const behind = (here: Here): readonly string[] =>
  here.scene.pages.filter((p) => p.index >= here.pageFacts.index).map((p) => p.name);

/** truncate_pagecache(), states from `unmap_mapping_range` on; then `to`. */
export function truncatePagecache(d: MmParts, here: Here, range: Range, to: string): Record<string, StateConfig> {
  const unmap = (name: string, next: string) =>
    d.unmap_mapping_range(d, here.at(name), { RETURN: here.to(next) }, { ...range, even_cows: true });
  return {
    unmap_mapping_range: unmap('unmap_mapping_range', 'truncate_inode_pages'),
    truncate_inode_pages: d.truncate_inode_pages_range(
      d,
      here.at('truncate_inode_pages'),
      { RETURN: here.to('unmap_again') },
      range,
    ),
    unmap_again: unmap('unmap_again', to),
  };
}

/**
 * Of a truncate: i_size is written, and the file grows; `unlessGrown` says what comes of it. Nothing is shorter than an empty file.
 * @param size the new one, in pages @param then what else the function does there
 */
export const growing = (here: Here, size: number, to: Target, then?: Effect): Alternative[] =>
  size === 0
    ? []
    : [
        when(
          (s) => s.read(inode, iSize) < size,
          to,
          `i_size = ${size}: the file grows`,
          (s) => {
            s.send(inode, { type: 'I_SIZE_WRITE', size });
            s.mark(mark({ type: 'grown', op: here.op.token }));
            then?.(s);
            s.set(grows, true);
          },
        ),
      ];

/** After truncate_pagecache(): where the file has grown nothing is freed, though blocks may lie behind its new end (fallocate). */
export const unlessGrown = (fn: string, src: Source, frees: Target, grown: Target): StateConfig =>
  dispatch(
    fn,
    src,
    when(
      (s) => s.get(grows),
      grown,
      '',
      (s) => s.set(grows, false),
    ),
    otherwise(frees, ''),
  );

/** truncate_pagecache_range(), states from `unmap_mapping_range` on. Nothing is unmapped after. @param unmapped done when all is */
export const truncatePagecacheRange = (
  d: MmParts,
  here: Here,
  ret: Returns<'RETURN'>,
  range: Range,
  unmapped?: (s: Act) => void,
): Record<string, StateConfig> => ({
  unmap_mapping_range: d.unmap_mapping_range(
    d,
    here.at('unmap_mapping_range'),
    { RETURN: here.to(unmapped ? 'unmapped' : 'truncate_inode_pages_range') },
    range,
  ),
  ...(unmapped && {
    unmapped: dispatch('truncate_pagecache_range', V40.truncate, otherwise('truncate_inode_pages_range', '', unmapped)),
  }),
  truncate_inode_pages_range: d.truncate_inode_pages_range(d, here.at('truncate_inode_pages_range'), ret, range),
});
