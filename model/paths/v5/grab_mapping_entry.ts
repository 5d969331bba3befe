/**
 * grab_mapping_entry() of the XArray (4.20 and later): looking the slot up and locking it, or inserting a locked EMPTY
 * entry, are one section of the lock. Read from 5.10; the same in 6.1.
 */
import {
  type Act,
  type Alternative,
  chart,
  type Look,
  otherwise,
  type StateConfig,
  step,
  when,
} from '../../../explorer/chart.ts';
import { type EntryKind, entry, inSlot, isPmdEntry, isPresent, type Slot } from '../../entries/entry.ts';
import type { Here } from '../../here.ts';
import type { IomapParts, Returns } from '../../parts.ts';
import { grabbed, vmFault } from '../../registers.ts';
import { TL } from '../../sections.ts';
import { V510 } from '../../sources.ts';
import { rangeStart, thpOn } from '../../thp.ts';
import { wakeAll, withUnlockedEntry } from '../entry_lock.ts';
import { mayFail } from '../may_fail.ts';
import { EMPTY_PMD } from '../thp/grab_pmd_entry.ts';

const EMPTY: Slot = { kind: 'empty', pfn: null };

/** An entry of the whole range goes for an EMPTY one of the index. */
const undoTheJoin =
  (here: Here) =>
  (s: Act): void => {
    const key = here.waitKey(s);
    s.send(here.slot(s), { type: 'DELETE' });
    wakeAll(s, key);
    s.send(here.entry, { type: 'INSERT', slot: EMPTY, lockedBy: here.me });
    s.set(grabbed, EMPTY);
  };

/** A 4 KiB fault finds an EMPTY or ZERO entry of the whole range. The lock is dropped only to unmap the huge zero page. */
function downgraded(here: Here, done: string, lock: (s: Act) => void): Alternative[] {
  const is = (s: Look, kind: EntryKind): boolean => {
    const e = s.read(here.slot(s), inSlot);
    return e.pmd === true && e.kind === kind;
  };
  return [
    when((s) => is(s, 'empty'), done, 'a PMD entry, EMPTY: deleted; wake all; insert EMPTY, locked', undoTheJoin(here)),
    when((s) => is(s, 'zero'), 'unmap_mapping_pages', 'a PMD entry, ZERO: dax_lock_entry()', lock),
  ];
}

/**
 * The same for a whole range. Any 4 KiB entry in it, locked or not, makes the fault fall back at once; one who was woken for
 * that wakes nobody.
 */
export const grab_pmd_entry: IomapParts['grab_pmd_entry'] = (_d, here, ret) => {
  const start = rangeStart(here.scene);
  const slot = entry(start);
  const conflict = (s: Look): boolean =>
    here.allPages.some((p) => s.read(entry(p), isPresent) && !s.read(entry(p), isPmdEntry));
  return chart(
    here,
    withUnlockedEntry(
      here,
      'get_unlocked_entry',
      {
        fn: 'grab_mapping_entry',
        src: V510.dax,
        page: () => start,
        before: [when(conflict, ret.FALLBACK, 'a 4 KiB entry: dax_is_conflict()')],
      },
      when(
        (s) => !s.read(slot, isPresent),
        ret.RETURN,
        'no entry: insert EMPTY of the whole range, locked',
        (s) => {
          s.send(slot, { type: 'INSERT', slot: EMPTY_PMD, lockedBy: here.me });
          s.set(grabbed, EMPTY_PMD);
        },
      ),
      otherwise(ret.RETURN, 'dax_lock_entry()', (s) => {
        s.set(grabbed, s.read(slot, inSlot));
        s.send(slot, { type: 'LOCK', by: here.me });
      }),
    ),
  );
};

export function grab_mapping_entry(d: IomapParts, here: Here, ret: Returns<'RETURN' | 'ENOMEM'>): StateConfig {
  const isNil = (s: Look): boolean => !s.read(here.slot(s), isPresent);
  const insert = (s: Act): void => {
    s.send(here.entry, { type: 'INSERT', slot: EMPTY, lockedBy: here.me });
    s.set(grabbed, EMPTY);
  };
  const lock = (s: Act): void => {
    const slot = here.slot(s);
    s.set(grabbed, s.read(slot, inSlot));
    s.send(slot, { type: 'LOCK', by: here.me });
  };
  const huge = thpOn(here.scene);
  return chart(here, {
    ...withUnlockedEntry(
      here,
      'get_unlocked_entry',
      { fn: 'grab_mapping_entry', src: V510.dax, page: () => here.page },
      // No node to be had under the lock, and none by xas_nomem() after it.
      ...mayFail(here, 'xas_nomem()', { ENOMEM: isNil }, { to: ret.ENOMEM, leave: (s) => s.set(vmFault, 'OOM') }),
      when(isNil, ret.RETURN, 'no entry: insert EMPTY, locked', insert),
      ...(huge ? downgraded(here, ret.RETURN, lock) : []),
      otherwise(ret.RETURN, 'dax_lock_entry()', lock),
    ),
    ...(huge && {
      unmap_mapping_pages: d.unmap_mapping_range(
        d,
        here.at('unmap_mapping_pages'),
        { RETURN: here.to('undo_the_join') },
        { pages: here.allPages },
      ),
      undo_the_join: step(
        TL,
        'grab_mapping_entry',
        V510.dax,
        otherwise(ret.RETURN, 'delete the PMD entry; wake all; insert EMPTY, locked', undoTheJoin(here)),
      ),
    }),
  });
}
