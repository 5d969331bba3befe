/**
 * dax_folio_put(): a page whose entry goes should have no reference left, be it of a PTE, of get_user_pages(), of a copy or of a gather. write(2)
 * unmaps after it has deleted entries; and a zap of a huge PMD has its reference for a while after the PMD is none. fs/dax.c; read from 7.1.3
 */
import type { Act } from '../../../explorer/chart.ts';
import type { Slot } from '../../entries/entry.ts';
import type { Here } from '../../here.ts';
import { mark } from '../../marks.ts';
import type { MmParts } from '../../parts.ts';
import { isBusy, isMappedBlock, refsOn } from '../../pins.ts';
import { blocksAt } from '../../thp.ts';

export function dax_folio_put(s: Act, d: Pick<MmParts, 'blocks_are_pages'>, here: Here, gone: Slot): void {
  const held = (b: string): boolean => refsOn(d, here.scene) && isBusy(s, b);
  if (!blocksAt(here.scene, gone).some((b) => isMappedBlock(s, here.scene, b) || held(b))) return;
  s.line('WARN_ON_ONCE(folio_ref_count(folio))');
  s.mark(mark({ type: 'warn', site: 'dax_folio_put: the page is mapped' }));
}
