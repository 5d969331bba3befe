/** What finding M does not have: ext4 with extent_max_zeroout_kb 0, which splits an unwritten extent wherever it is written. */
import { type Design, defineDesign } from '../../model/design.ts';
import type { IomapParts } from '../../model/parts.ts';
import { iomapBegin } from '../../model/paths/ext4_iomap_begin.ts';

export const zeroesNoNeighbour = (base: Design<IomapParts>): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...base,
    id: `${base.id}-zeroes-no-neighbour`,
    title: `${base.id}, extent_max_zeroout_kb is 0`,
    source: 'ext4_ext_convert_to_initialized(): max_zeroout',
    parts: { ...base.parts, iomap_begin: iomapBegin({ neighbours: false }), extent_max_zeroout: false },
    expects: {},
  });
