/** v5.3-rc1, before 61c30c98ef17 "dax: Fix missed wakeup in put_unlocked_entry()", in v5.10: the condition is the wrong way round. */
import { defineDesign } from '../../model/design.ts';
import v510 from '../../model/designs/v5.10.ts';
import type { IomapParts } from '../../model/parts.ts';
import { invalidatePages2 } from '../../model/paths/ext4_write.ts';
import { V510 } from '../../model/sources.ts';

export default defineDesign<IomapParts>({
  ...v510,
  id: 'v5.3-put-wakes-nobody',
  title: 'v5.10, but who has waited for a dirty entry, and leaves it, wakes nobody',
  source: 'before 61c30c98ef17 "dax: Fix missed wakeup in put_unlocked_entry()"',
  parts: {
    ...v510.parts,
    invalidate_inode_pages2_range: invalidatePages2({
      fn: '__dax_invalidate_entry',
      src: V510.dax,
      wakes: 'all',
      names: 'own',
      kept: () => {},
    }),
  },
  expects: {},
});
