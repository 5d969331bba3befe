/** v5.10 and v6.1 with what dax_writeback_one() means to do: it waits for an entry that is locked. */
import { type Design, defineDesign } from '../../model/design.ts';
import v510 from '../../model/designs/v5.10.ts';
import v61 from '../../model/designs/v6.1.ts';
import type { IomapParts } from '../../model/parts.ts';
import { writebackRange } from '../../model/paths/v5/dax_writeback.ts';

const waiting = (base: Design<IomapParts>): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...base,
    id: `${base.id}-fsync-waits`,
    title: `${base.id}, fsync waits for an entry that is locked`,
    source: 'the xas reset before get_unlocked_entry()',
    parts: { ...base.parts, dax_writeback_mapping_range: writebackRange({ waits: true }) },
    expects: {},
  });

export const v510Waits = waiting(v510);
export const v61Waits = waiting(v61);
