/** v4.14 with fork's copy of a VMA before its original in the interval tree: walks meet the child's PTE first. */
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import { Here } from '../../model/here.ts';
import type { IomapParts } from '../../model/parts.ts';

export default defineDesign<IomapParts>({
  id: 'v4.14-child-before-parent',
  title: 'v4.14, dup_mmap() inserts the copy before the original',
  source: 'variation',
  facts: v414.facts,
  parts: {
    ...v414.parts,
    unmap_mapping_range: (d, { id, scene, thread, op }, ret, range) => {
      const reversed = { ...scene, vmas: [...scene.vmas].reverse() };
      return v414.parts.unmap_mapping_range(d, new Here(id, reversed, thread, op), ret, range);
    },
  },
  expects: {},
});
