/** v6.4, before fb49c455323f "fork: lock VMAs of the parent process when forking", in v6.12. */
import { defineDesign } from '../../model/design.ts';
import v612 from '../../model/designs/v6.12.ts';
import type { IomapParts } from '../../model/parts.ts';

export default defineDesign<IomapParts>({
  ...v612,
  id: 'v6.4-fork-locks-no-vma',
  title: 'v6.12, but fork locks none of the VMAs that it copies',
  source: 'before fb49c455323f "fork: lock VMAs of the parent process when forking"',
  parts: {
    ...v612.parts,
    fork: (d, here, ret) => v612.parts.fork({ ...d, per_vma_lock: false }, here, ret),
  },
  expects: {},
});
