/**
 * freeze_super() at the page-fault level: new faults wait, those under way are waited for, then the file is written back
 * (sync_filesystem). thaw lets them go. The other levels (write, internal) have no state here. fs/super.c
 */
import { chart, otherwise, type StateConfig, step, wait, when } from '../../explorer/chart.ts';
import { selector } from '../../explorer/component.ts';
import { type Freeze, freezeProtection } from '../entries/freeze.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import type { MmParts, Returns } from '../parts.ts';
import { LOCK } from '../sections.ts';
import { V40 } from '../sources.ts';

const held = selector('held', (f: Freeze) => f.holders.length > 0);

export function freeze(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const src = V40.super;
  return chart(here, {
    frozen: step(
      LOCK,
      'freeze_super',
      src,
      otherwise('sb_wait_write', 's_writers.frozen = SB_FREEZE_PAGEFAULT', (s) =>
        s.send(freezeProtection, { type: 'FREEZE' }),
      ),
    ),
    sb_wait_write: wait(
      LOCK,
      'sb_wait_write',
      src,
      (s) => ({ what: 'page faults under way', owners: s.read(freezeProtection).holders }),
      when((s) => !s.read(freezeProtection, held), 'sync_filesystem', 'no page fault under way'),
    ),
    sync_filesystem: d.fsync(d, here.at('sync_filesystem'), { RETURN: here.to('complete') }),
    complete: step(
      LOCK,
      'freeze_super',
      src,
      otherwise(ret.RETURN, 'SB_FREEZE_COMPLETE', (s) => s.mark(mark({ type: 'frozen' }))),
    ),
  });
}

export function thaw(_d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  return chart(here, {
    thaw: step(
      LOCK,
      'thaw_super',
      V40.super,
      otherwise(ret.RETURN, 'SB_UNFROZEN', (s) => {
        s.send(freezeProtection, { type: 'THAW' });
        s.mark(mark({ type: 'thawed' }));
      }),
    ),
  });
}
