/**
 * freeze_super(): new writers wait, those under way are waited for; the same of page faults; then the file is written back
 * (sync_filesystem). thaw lets them go. The level of writers is there where the scenario has some; the internal one has no state
 * here. fs/super.c, 4.0 to 7.1
 */
import {
  type Act,
  chart,
  type Effect,
  type Look,
  otherwise,
  type Source,
  type StateConfig,
  step,
  type Target,
  wait,
  waitForEnvironment,
  when,
} from '../../explorer/chart.ts';
import { selector } from '../../explorer/component.ts';
import { type Freeze, freezeProtection, writeProtection } from '../entries/freeze.ts';
import { freeToWrite, owners, sUmount } from '../entries/rwsem.ts';
import { freezes, freezesWriters } from '../freeze.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import type { MmParts, Returns } from '../parts.ts';
import { LOCK } from '../sections.ts';
import { V40 } from '../sources.ts';
import { down, up } from './locks.ts';
import { mayFail } from './may_fail.ts';

const held = selector('held', (f: Freeze) => f.holders.length > 0);

export const isFrozen = selector('frozen', (f: Freeze) => f.frozen);

/**
 * sb_start_pagefault(), sb_start_write(): who begins waits while the filesystem is frozen. Until freeze_super() is over nobody can thaw it
 * (s_umount is held, and while writers are waited for thaw_super() returns -EINVAL): he waits for the one that freezes, which may wait for a
 * lock of his; after that for the administrator.
 */
export function sbStart(
  here: Here,
  t: { fn: string; src: Source; to: Target; frozen: (s: Look) => boolean; text: string; start: Effect },
): StateConfig {
  const started = (to: Target) => when((s) => !t.frozen(s), to, t.text, t.start);
  const thaws = (to: Target): StateConfig =>
    waitForEnvironment(LOCK, t.fn, t.src, () => ({ what: 'the filesystem to thaw', owners: [] }), started(to));
  if (!freezes(here.scene)) return thaws(t.to);
  // From inside of a chart of its own, what follows has to be named in full.
  const to = t.to.startsWith('#') ? t.to : here.to(t.to);
  const { threads } = here.scene;
  const freezers = threads.filter((f) => f.operations.some((o) => o.name === 'freeze')).map((f) => f.id);
  const complete = (s: Look): boolean => s.read(freezeProtection, isFrozen) && s.read(sUmount, freeToWrite);
  const id = `${here.id}/${t.text.replace('()', '')}/${to.slice(to.lastIndexOf('/') + 1)}`;
  return {
    initial: 'freezing',
    states: {
      freezing: {
        ...wait(
          LOCK,
          t.fn,
          t.src,
          (s) => {
            const by = owners(s.read(sUmount));
            return { what: 'the end of a freeze', owners: by.length > 0 ? by : freezers };
          },
          started(to),
          when(complete, 'frozen', ''),
        ),
        id: `${id}/freezing`,
      },
      frozen: { ...thaws(to), id: `${id}/frozen` },
    },
  };
}

/** What vfs_truncate(), vfs_fallocate() and vfs_write() do round `call`. */
export function underWrite(
  here: Here,
  ret: Returns<'NEXT'>,
  call: (here: Here, ret: Returns<'NEXT'>) => StateConfig,
): StateConfig {
  const src = V40.super;
  return chart(here, {
    sb_start_write: sbStart(here, {
      fn: '__sb_start_write',
      src,
      to: 'call',
      frozen: (s) => s.read(writeProtection, isFrozen),
      text: 'sb_start_write()',
      start: (s) => s.send(writeProtection, { type: 'START_WRITE', who: here.me }),
    }),
    call: call(here.at('call'), { NEXT: here.to('sb_end_write') }),
    sb_end_write: step(
      LOCK,
      '__sb_end_write',
      src,
      otherwise(ret.NEXT, 'sb_end_write()', (s) => s.send(writeProtection, { type: 'END_WRITE', who: here.me })),
    ),
  });
}

export function freeze(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const src = V40.super;
  const fn = 'freeze_super';
  const writers = freezesWriters(here.scene);
  const thawAll = (s: Parameters<Effect>[0]): void => {
    s.send(freezeProtection, { type: 'THAW' });
    if (writers) s.send(writeProtection, { type: 'THAW' });
  };
  const pagefault = (line: string) =>
    otherwise('sb_wait_write', line, (s) => {
      s.send(freezeProtection, { type: 'FREEZE' });
      // Up to 4.2 the level is one number: writers wait as well, whatever thaw_super() has done since they were waited for.
      if (writers && d.thaw_under_way === 'to no level') s.send(writeProtection, { type: 'FREEZE' });
    });
  return chart(here, {
    ...down(here, 's_umount', { lock: sUmount, mode: 'write', fn, src, to: 'frozen' }),
    frozen: step(
      LOCK,
      fn,
      src,
      when(
        (s) => s.read(freezeProtection, isFrozen) || (writers && s.read(writeProtection, isFrozen)),
        'up_write',
        'frozen already: -EBUSY',
      ),
      writers
        ? otherwise('up_write_writers', 's_writers.frozen = SB_FREEZE_WRITE', (s) =>
            s.send(writeProtection, { type: 'FREEZE' }),
          )
        : pagefault('s_writers.frozen = SB_FREEZE_PAGEFAULT'),
    ),
    // Where there are writers, s_umount is given back while they are waited for: a writer may want it.
    ...(writers && {
      up_write_writers: up(here, sUmount, fn, src, 'sb_wait_writers'),
      sb_wait_writers: wait(
        LOCK,
        'sb_wait_write',
        src,
        (s) => ({ what: 'writers under way', owners: s.read(writeProtection).holders }),
        when((s) => !s.read(writeProtection, held), 's_umount_again', 'no writer under way'),
      ),
      ...down(here, 's_umount_again', { lock: sUmount, mode: 'write', fn, src, to: 'freeze_pagefaults' }),
      freeze_pagefaults: step(LOCK, fn, src, pagefault('s_writers.frozen: SB_FREEZE_WRITE -> SB_FREEZE_PAGEFAULT')),
    }),
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
      ...mayFail(here, 'freeze_fs()', { EIO: true }, { to: 'up_write', leave: thawAll }),
      otherwise('up_write', 'SB_FREEZE_COMPLETE', (s) => {
        s.send(freezeProtection, { type: 'COMPLETE' });
        s.mark(mark({ type: 'frozen' }));
      }),
    ),
    up_write: up(here, sUmount, fn, src, ret.RETURN),
  });
}

/** sync_filesystem() of a filesystem whose fsync takes no lock of its own. */
export const sync_filesystem = (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => d.fsync(d, here, ret);

export function thaw(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const src = V40.super;
  const writers = freezesWriters(here.scene);
  const underWay = writers && d.thaw_under_way !== 'refused';
  const thawAll = (s: Act): void => {
    s.send(freezeProtection, { type: 'THAW' });
    if (writers) s.send(writeProtection, { type: 'THAW' });
    s.mark(mark({ type: 'thawed' }));
  };
  return chart(here, {
    ...down(here, 's_umount', { lock: sUmount, mode: 'write', fn: 'thaw_super', src, to: 'thaw' }),
    thaw: step(
      LOCK,
      'thaw_super',
      src,
      ...(underWay
        ? [
            when(
              (s) => !s.read(freezeProtection, isFrozen) && s.read(writeProtection, isFrozen),
              'up_write',
              'SB_FREEZE_WRITE -> SB_UNFROZEN',
              (s) => {
                // percpu_up_write() also of the levels that freeze_super() has not come to yet.
                if (d.thaw_under_way === 'gives rwsems')
                  s.mark(mark({ type: 'warn', site: 'sb_freeze_unlock: BUG_ON() of kernel/rcu/sync.c' }));
                thawAll(s);
              },
            ),
          ]
        : []),
      when((s) => !s.read(freezeProtection, isFrozen), 'up_write', 'not frozen: -EINVAL'),
      otherwise('up_write', 'SB_UNFROZEN', thawAll),
    ),
    up_write: up(here, sUmount, 'thaw_super', src, ret.RETURN),
  });
}
