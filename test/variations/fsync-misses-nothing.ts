/**
 * A fix of findings A and U: fsync waits for an entry that is locked, and TOWRITE is cleared with DIRTY, so that another fsync that looks
 * meanwhile waits as well.
 */
import { type Design, defineDesign } from '../../model/design.ts';
import v510 from '../../model/designs/v5.10.ts';
import v61 from '../../model/designs/v6.1.ts';
import v612 from '../../model/designs/v6.12.ts';
import v72 from '../../model/designs/v7.2.ts';
import type { IomapParts } from '../../model/parts.ts';
import { writebackOne, writebackRange } from '../../model/paths/v5/dax_writeback.ts';

export const fsyncMissesNothing = (base: Design<IomapParts>): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...base,
    id: `${base.id}-fsync-misses-nothing`,
    title: `${base.id}, fsync waits for locked entries, and clears TOWRITE late`,
    source: 'the xas reset before get_unlocked_entry(); xas_clear_mark(TOWRITE) beside that of DIRTY',
    parts: {
      ...base.parts,
      dax_writeback_mapping_range: writebackRange({ waits: true, late: true }),
      dax_writeback_one: (d, here, ret) => writebackOne(d, here, ret, true),
    },
    expects: {},
  });

export const missesNothing = [v510, v61, v612, v72].map(fsyncMissesNothing);
