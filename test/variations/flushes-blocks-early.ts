/** A fix of finding AB: a zap flushes the TLBs of a dirty PTE before it drops the PTL, also where the PTE is a block's. */
import { type Design, defineDesign } from '../../model/design.ts';
import type { IomapParts } from '../../model/parts.ts';

export const flushesBlocksEarly = (base: Design<IomapParts>): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...base,
    id: `${base.id}-flushes-blocks-early`,
    title: `${base.id}, zap_pte_range(): force_flush for a dirty PTE without a page as well`,
    source: '1cf35d47712d does so for pages',
    parts: { ...base.parts, zap_flushes_blocks: true },
    expects: {},
  });
