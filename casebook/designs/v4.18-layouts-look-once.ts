/** v4.18, before b1f382178d15 "ext4: close race between direct IO and ext4_break_layouts()", in v5.10. */
import { type Act, chart, type Look, otherwise, type StateConfig, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v510 from '../../model/designs/v5.10.ts';
import { faultLock } from '../../model/entries/rwsem.ts';
import type { BreakLayouts, IomapParts } from '../../model/parts.ts';
import { down } from '../../model/paths/locks.ts';
import { busyBlock, ext4_break_layouts } from '../../model/paths/v5/ext4_truncate.ts';
import { isBusy, pinsOn } from '../../model/pins.ts';
import { LOCAL } from '../../model/sections.ts';
import { V510 } from '../../model/sources.ts';

/** `retry` is set by ext4_wait_dax_page() alone: a page that is idle before anybody waits ends the loop. */
const looksOnce: BreakLayouts = (d, here, ret) => {
  const base = ext4_break_layouts(d, here, ret);
  if (!pinsOn(here.scene)) return base;
  const src = V510.ext4Inode;
  const idle = (s: Look): boolean => !isBusy(s, s.get(busyBlock)!);
  const done = (s: Act): void => s.set(busyBlock, null);
  const look = (to: string, text: string): StateConfig =>
    step(LOCAL, 'ext4_break_layouts', src, when(idle, to, text, done), otherwise('up_write', 'page_ref_count() > 1'));
  return chart(here, {
    ...(base.states as Record<string, StateConfig>),
    page_refcount: look(ret.RETURN, 'page_ref_count() == 1, !retry: done'),
    ...down(here, 'down_write', { lock: faultLock, mode: 'write', fn: 'ext4_wait_dax_page', src, to: 'waited' }),
    waited: look('mapping_mapped', 'page_ref_count() == 1, retry'),
  });
};

export default defineDesign<IomapParts>({
  ...v510,
  id: 'v4.18-layouts-look-once',
  title: 'v5.10, but a page that is idle by then ends the search for busy ones',
  source: 'before b1f382178d15 "ext4: close race between direct IO and ext4_break_layouts()"',
  parts: { ...v510.parts, break_layouts: looksOnce },
  expects: {},
});
