/** v4.14, where fork puts the child's VMA into the file's tree behind the copying of its PTEs, not before. No kernel. */
import { chart, otherwise, step } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import { vma } from '../../model/entries/vma.ts';
import type { IomapParts } from '../../model/parts.ts';
import { LOCAL } from '../../model/sections.ts';
import { V40 } from '../../model/sources.ts';
import { leaveOut } from './edit.ts';

/** Of one VMA in each address space. */
export default defineDesign<IomapParts>({
  ...v414,
  id: 'v4.14-fork-links-late',
  title: 'v4.14, dup_mmap() links the copy of a VMA behind copy_page_range()',
  source: 'no kernel',
  parts: {
    ...v414.parts,
    fork: leaveOut(v414.parts.fork, { insert_after: '' }),
    copy_page_range: (d, here, ret, areas) =>
      chart(here, {
        copy_page_range: v414.parts.copy_page_range(
          d,
          here.at('copy_page_range'),
          { RETURN: here.to('insert_after') },
          areas,
        ),
        insert_after: step(
          LOCAL,
          'dup_mmap',
          V40.fork,
          otherwise(ret.RETURN, 'vma_interval_tree_insert_after()', (s) =>
            s.send(vma(areas.to.id), { type: 'DUP', as: s.read(vma(areas.from.id)) }),
          ),
        ),
      }),
  },
  expects: {},
});
