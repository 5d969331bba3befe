/** v6.12, where munmap or mprotect does not lock the VMA that it changes: 60081bf19b7d "mm: lock vma explicitly before doing vm_flags_reset" (6.6) says why it has to. No kernel. */
import { defineDesign } from '../../model/design.ts';
import v612 from '../../model/designs/v6.12.ts';
import type { IomapParts } from '../../model/parts.ts';

export const munmapLocksNoVma = defineDesign<IomapParts>({
  ...v612,
  id: 'v6.12-munmap-locks-no-vma',
  title: 'v6.12, munmap without vma_start_write()',
  source: 'no kernel',
  parts: { ...v612.parts, munmap: (d, here, ret) => v612.parts.munmap({ ...d, per_vma_lock: false }, here, ret) },
  expects: {},
});
export const mprotectLocksNoVma = defineDesign<IomapParts>({
  ...v612,
  id: 'v6.12-mprotect-locks-no-vma',
  title: 'v6.12, mprotect without vma_start_write()',
  source: 'no kernel',
  parts: { ...v612.parts, mprotect: (d, here, ret) => v612.parts.mprotect({ ...d, per_vma_lock: false }, here, ret) },
  expects: {},
});
