/** v5.10.0, before 237388320def "dax: Wake up all waiters after invalidating dax entry". */
import { defineDesign } from '../../model/design.ts';
import v510 from '../../model/designs/v5.10.ts';
import type { IomapParts } from '../../model/parts.ts';
import { invalidatePages2 } from '../../model/paths/ext4_write.ts';
import { V510 } from '../../model/sources.ts';

export default defineDesign<IomapParts>({
  ...v510,
  id: 'v5.10-invalidate-wakes-next',
  title: 'v5.10, but who deletes an entry wakes one waiter',
  source: 'before 237388320def "dax: Wake up all waiters after invalidating dax entry"',
  parts: {
    ...v510.parts,
    invalidate_inode_pages2_range: invalidatePages2({
      fn: '__dax_invalidate_entry',
      src: V510.dax,
      wakes: 'next',
      names: 'own',
    }),
  },
  filesystems: undefined,
  expects: {},
});
