/** v4.1-pfn-mkwrite with "ext4: use ext4_get_block_write() for DAX" (4.3): a fault's new block is unwritten until the fault is over. */
import { defineDesign } from '../../model/design.ts';
import v41 from '../../model/designs/v4.1-pfn-mkwrite.ts';
import type { GetBlockParts } from '../../model/parts.ts';
import { daxFaultOf } from '../../model/paths/get_block/do_dax_fault.ts';
import { getBlock, getBlockWrite } from '../../model/paths/get_block/ext4_get_block.ts';

export default defineDesign<GetBlockParts>({
  id: 'v4.1-get-block-write',
  title: 'v4.1-pfn-mkwrite, whose faults allocate unwritten blocks',
  source: '"ext4: use ext4_get_block_write() for DAX" (4.3)',
  facts: v41.facts,
  parts: {
    ...v41.parts,
    do_dax_fault: daxFaultOf('do_dax_fault', {
      lookup: getBlock,
      create: (here, fn, to, options) => getBlockWrite(here, fn, to, options?.failed),
    }),
  },
  expects: {},
});
