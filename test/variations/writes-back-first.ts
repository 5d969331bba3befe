/**
 * A fix of findings O (the second way), AK and AJ (the truncated range): under i_rwsem and the fault lock, when no fault can dirty anything
 * any more, what is dirty is written back before its entry is deleted. XFS does so for punch (xfs_flush_unmap_range()).
 */
import { chart } from '../../explorer/chart.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import type { Here } from '../../model/here.ts';
import type { BreakLayouts, IomapParts } from '../../model/parts.ts';
import { behind } from '../../model/paths/truncate_pagecache.ts';
import { filemap_write_and_wait_range } from '../../model/paths/v5/dax_writeback.ts';
import { breakLayout } from '../../model/paths/v7/dax_break_layout.ts';
import { thpOn } from '../../model/thp.ts';

/** The last page that stays: an entry that reaches over the new end of the file covers it. */
const lastKept = (here: Here): readonly string[] =>
  here.scene.pages.filter((p) => p.index === here.pageFacts.index - 1).map((p) => p.name);

/** Up to 6.14: after layouts were broken. Of a truncation what goes with its block need not be written: i_size is small by then. */
const afterLayouts =
  (breaks: BreakLayouts): BreakLayouts =>
  (d: IomapParts, here, ret) => {
    const pages = { truncate: lastKept(here), punch: [here.page], zero: [here.page] }[here.op.name as string] ?? [];
    if (pages.length === 0) return breaks(d, here, ret);
    const flush = 'filemap_write_and_wait_range';
    return chart(here, {
      break_layouts: breaks(d, here.at('break_layouts'), { RETURN: here.to(flush) }),
      [flush]: filemap_write_and_wait_range(d, here.at(flush), ret, { pages }),
    });
  };

/** The range of the call, rounded out to 2 MiB where there are entries of that size. */
export const ownRange = (here: Here): readonly string[] => {
  if (thpOn(here.scene)) return here.allPages;
  return here.op.name === 'truncate' ? behind(here) : [here.page];
};

export const writesBackFirst = (base: Design<IomapParts>): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...base,
    id: `${base.id}-writes-back-first`,
    title: `${base.id}, truncate, punch and zero-range write back what they delete`,
    source: 'xfs_flush_unmap_range()',
    parts: {
      ...base.parts,
      break_layouts: base.parts.blocks_are_pages
        ? breakLayout({ pagesOf: ownRange, writesBack: true })
        : afterLayouts(base.parts.break_layouts!),
    },
    expects: {},
  });
