/** v4.1 with 01a33b4ace68 (4.3) "ext4: start transaction before calling into DAX": a store has its handle before it locks a hole page. */
import { defineDesign } from '../../model/design.ts';
import v41 from '../../model/designs/v4.1-pfn-mkwrite.ts';
import type { GetBlockParts, IomapParts } from '../../model/parts.ts';
import { ext4_dax_fault } from '../../model/paths/ext4_dax_fault.ts';

type Parts = GetBlockParts & Pick<IomapParts, 'dax_iomap_pte_fault'>;

export default defineDesign<Parts>({
  ...v41,
  id: 'v4.1-handle-first',
  title: 'v4.1, ext4_dax_fault() starts the handle, and calls __dax_fault() with it',
  source: '01a33b4ace68 "ext4: start transaction before calling into DAX"',
  parts: {
    ...v41.parts,
    fault: (d, here, ret) => ext4_dax_fault(d as unknown as IomapParts, here, ret),
    page_mkwrite: (d, here, ret) => ext4_dax_fault(d as unknown as IomapParts, here, ret),
    dax_iomap_pte_fault: (d, here, ret) => v41.parts.do_dax_fault(d as unknown as GetBlockParts, here, ret),
  },
  filesystems: undefined,
  expects: {},
});
