/** A fix of findings M and N: write(2) invalidates its range also where the block is not new to it. */
import { type Design, defineDesign } from '../../model/design.ts';
import v510 from '../../model/designs/v5.10.ts';
import v61 from '../../model/designs/v6.1.ts';
import v612 from '../../model/designs/v6.12.ts';
import v72 from '../../model/designs/v7.2.ts';
import type { IomapParts } from '../../model/parts.ts';
import { leaveOut } from './edit.ts';

const always = (base: Design<IomapParts>): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...base,
    id: `${base.id}-write-invalidates`,
    title: `${base.id}, write(2) always invalidates its range`,
    source: 'dax_iomap_iter() without the test of IOMAP_F_NEW',
    parts: {
      ...base.parts,
      write: leaveOut(base.parts.write, { iomap_f_new: 'invalidate_inode_pages2_range' }),
    },
    expects: {},
  });

export const writesInvalidate = [v510, v61, v612, v72].map(always);
