/**
 * A fix of findings M and N: write(2) invalidates its range also where the block is not new to it. An entry of a block is kept, as in the fix
 * of AM: were it deleted while the block is pinned, truncate and punch would not see the pin.
 */
import { type Design, defineDesign } from '../../model/design.ts';
import v510 from '../../model/designs/v5.10.ts';
import v61 from '../../model/designs/v6.1.ts';
import v612 from '../../model/designs/v6.12.ts';
import v72 from '../../model/designs/v7.2.ts';
import type { IomapParts } from '../../model/parts.ts';
import { leaveOut } from './edit.ts';
import { invalidatesHoles } from './v7.2-keeps-blocks.ts';

const invalidates = (write: IomapParts['write']): IomapParts['write'] =>
  leaveOut(write, { iomap_f_new: 'invalidate_inode_pages2_range' });

export const writeInvalidates = (base: Design<IomapParts>): Design<IomapParts> => {
  const { ext2, xfs } = base.filesystems!;
  const there = (layer: Partial<IomapParts>): Partial<IomapParts> => ({
    ...layer,
    write: invalidates(layer.write!),
    write_pages: null,
  });
  return defineDesign<IomapParts>({
    ...base,
    id: `${base.id}-write-invalidates`,
    title: `${base.id}, write(2) always invalidates its range`,
    source: 'dax_iomap_iter() without the test of IOMAP_F_NEW',
    // Those are of one page.
    parts: {
      ...base.parts,
      write: invalidates(base.parts.write),
      write_pages: null,
      invalidate_inode_pages2_range: invalidatesHoles,
    },
    filesystems: { ...(ext2 && { ext2: there(ext2) }), xfs: there(xfs!) },
    expects: {},
  });
};

export const writesInvalidate = [v510, v61, v612, v72].map(writeInvalidates);
