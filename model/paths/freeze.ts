/**
 * freeze_super() at the page-fault level: new faults wait, those under way are waited for, then the file is written back
 * (sync_filesystem). thaw lets them go. The other levels (write, internal) have no state here. fs/super.c
 */
import { chart, otherwise, type StateConfig, step, wait, when } from '../../explorer/chart.ts';
import { selector } from '../../explorer/component.ts';
import { type Freeze, freezeProtection } from '../entries/freeze.ts';
import { sUmount } from '../entries/rwsem.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import type { MmParts, Returns } from '../parts.ts';
import { LOCK } from '../sections.ts';
import { V40 } from '../sources.ts';
import { down, up } from './locks.ts';
import { mayFail } from './may_fail.ts';

const held = selector('held', (f: Freeze) => f.holders.length > 0);

const isFrozen = selector('frozen', (f: Freeze) => f.frozen);

export function freeze(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const src = V40.super;
  const fn = 'freeze_super';
  return chart(here, {
    ...down(here, 's_umount', { lock: sUmount, mode: 'write', fn, src, to: 'frozen' }),
    frozen: step(
      LOCK,
      fn,
      src,
      when((s) => s.read(freezeProtection, isFrozen), 'up_write', 'frozen already: -EBUSY'),
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
    sync_filesystem: d.sync_filesystem(d, here.at('sync_filesystem'), { RETURN: here.to('complete') }),
    complete: step(
      LOCK,
      fn,
      src,
      ...mayFail(
        here,
        'freeze_fs()',
        { EIO: true },
        { to: 'up_write', leave: (s) => s.send(freezeProtection, { type: 'THAW' }) },
      ),
      otherwise('up_write', 'SB_FREEZE_COMPLETE', (s) => s.mark(mark({ type: 'frozen' }))),
    ),
    up_write: up(here, sUmount, fn, src, ret.RETURN),
  });
}

/** sync_filesystem() of a filesystem whose fsync takes no lock of its own. */
export const sync_filesystem = (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => d.fsync(d, here, ret);

export function thaw(_d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const src = V40.super;
  return chart(here, {
    ...down(here, 's_umount', { lock: sUmount, mode: 'write', fn: 'thaw_super', src, to: 'thaw' }),
    thaw: step(
      LOCK,
      'thaw_super',
      src,
      when((s) => !s.read(freezeProtection, isFrozen), 'up_write', 'not frozen: -EINVAL'),
      otherwise('up_write', 'SB_UNFROZEN', (s) => {
        s.send(freezeProtection, { type: 'THAW' });
        s.mark(mark({ type: 'thawed' }));
      }),
    ),
    up_write: up(here, sUmount, 'thaw_super', src, ret.RETURN),
  });
}
