/** grab_mapping_entry() for a 4 KiB fault: returns with the slot locked, in register `entry`. fs/dax.c */
import {
  type Act,
  type Alternative,
  chart,
  dispatch,
  type Look,
  otherwise,
  type StateConfig,
  step,
  when,
} from '../../explorer/chart.ts';
import { inSlot, isPresent, type Slot } from '../entries/entry.ts';
import { hasMapping, page } from '../entries/page.ts';
import type { Here } from '../here.ts';
import type { IomapParts, Returns } from '../parts.ts';
import { grabbed, vmFault } from '../registers.ts';
import { LOCAL, TL } from '../sections.ts';
import { V413, V414 } from '../sources.ts';
import { thpOn } from '../thp.ts';
import { wakeAll, withUnlockedEntry } from './entry_lock.ts';
import { lockPage, unlockPage } from './locks.ts';
import { failingCall } from './may_fail.ts';

const EMPTY: Slot = { kind: 'empty', pfn: null };

const kindOf = (here: Here) => (s: Pick<Act, 'read'>) => s.read(here.slot(s), inSlot).kind;

const lockSlot =
  (here: Here) =>
  (s: Act): void => {
    const slot = here.slot(s);
    s.set(grabbed, s.read(slot, inSlot));
    s.send(slot, { type: 'LOCK', by: here.me });
  };

/**
 * A 4 KiB fault finds an EMPTY or ZERO entry of the whole range: it is locked, the huge zero page unmapped everywhere, then
 * the entry is deleted, all its waiters are woken, and an EMPTY entry of the index is inserted, in one section.
 */
const downgrade = (d: IomapParts, here: Here, src: typeof V414.dax, done: string): Record<string, StateConfig> => {
  if (!thpOn(here.scene)) return {};
  return {
    pmd_downgrade: dispatch(
      'grab_mapping_entry',
      src,
      when((s) => s.get(grabbed)!.kind === 'zero', 'unmap_mapping_range', ''),
      otherwise('replace', ''),
    ),
    unmap_mapping_range: d.unmap_mapping_range(
      d,
      here.at('unmap_mapping_range'),
      { RETURN: here.to('replace') },
      { pages: here.allPages },
    ),
    replace: step(
      TL,
      'grab_mapping_entry',
      src,
      otherwise(done, 'delete the PMD entry; wake all; insert EMPTY, locked', (s) => {
        const key = here.waitKey(s);
        s.send(here.slot(s), { type: 'DELETE' });
        wakeAll(s, key);
        s.send(here.entry, { type: 'INSERT', slot: EMPTY, lockedBy: here.me });
        s.set(grabbed, EMPTY);
      }),
    ),
  };
};
/** In the lookup's section: such an entry is found and locked. */
const findsPmd = (here: Here): Alternative[] => {
  if (!thpOn(here.scene)) return [];
  const isDowngraded = (s: Look): boolean => {
    const { pmd, kind } = s.read(here.slot(s), inSlot);
    return pmd === true && (kind === 'empty' || kind === 'zero');
  };
  return [when(isDowngraded, 'pmd_downgrade', 'a PMD entry, EMPTY or ZERO: lock_slot()', lockSlot(here))];
};

/** The slot was absent: TL was dropped for radix_tree_preload(), so look again. */
const insertEmpty = (here: Here, src: typeof V414.dax, done: string): StateConfig =>
  step(
    TL,
    'grab_mapping_entry',
    src,
    when((s) => s.read(here.slot(s), isPresent), 'get_unlocked_mapping_entry', 'slot taken meanwhile: restart'),
    otherwise(done, 'insert EMPTY, locked', (s) => {
      s.send(here.entry, { type: 'INSERT', slot: EMPTY, lockedBy: here.me });
      s.set(grabbed, EMPTY);
    }),
  );

/** radix_tree_preload(): fails without waking anybody, also where this thread was the one woken. */
const preload = (here: Here, src: typeof V414.dax, failed: string) =>
  failingCall(here, 'radix_tree_preload', {
    call: 'radix_tree_preload()',
    fn: 'grab_mapping_entry',
    src,
    to: here.to('insert'),
    errors: ['ENOMEM'],
    on: { to: failed, leave: (s) => s.set(vmFault, 'OOM') },
    section: LOCAL,
  });

/** v4.14 (and the zero-page series): only DAX entries are in the tree. */
export function grab_mapping_entry(d: IomapParts, here: Here, ret: Returns<'RETURN' | 'ENOMEM'>): StateConfig {
  const kind = kindOf(here);
  const alloc = preload(here, V414.dax, ret.ENOMEM);
  return chart(here, {
    ...withUnlockedEntry(
      here,
      'get_unlocked_mapping_entry',
      { fn: 'grab_mapping_entry', src: V414.dax, page: () => here.page },
      when((s) => kind(s) === 'nil', alloc.first, 'no entry'),
      ...findsPmd(here),
      otherwise(ret.RETURN, 'lock_slot()', lockSlot(here)),
    ),
    ...downgrade(d, here, V414.dax, ret.RETURN),
    ...alloc.states,
    insert: insertEmpty(here, V414.dax, ret.RETURN),
  });
}

/** v4.12/4.13: the slot may hold a hole page; then the page lock takes the place of the entry lock. */
export function grab_mapping_entry_v412(d: IomapParts, here: Here, ret: Returns<'RETURN' | 'ENOMEM'>): StateConfig {
  const kind = kindOf(here);
  const alloc = preload(here, V413.dax, ret.ENOMEM);
  const held = (s: Pick<Act, 'get'>): string => s.get(grabbed)!.pfn!;
  return chart(here, {
    ...withUnlockedEntry(
      here,
      'get_unlocked_mapping_entry',
      { fn: 'grab_mapping_entry', src: V413.dax, page: () => here.page },
      when((s) => kind(s) === 'nil', alloc.first, 'no entry'),
      when(
        (s) => kind(s) === 'page',
        'lock_page',
        'hole page: get_page()',
        (s) => {
          const { pfn } = s.read(here.slot(s), inSlot);
          s.send(page(pfn!), { type: 'GET' });
          s.set(grabbed, { kind: 'page', pfn });
        },
      ),
      ...findsPmd(here),
      otherwise(ret.RETURN, 'lock_slot()', lockSlot(here)),
    ),
    ...downgrade(d, here, V413.dax, ret.RETURN),
    ...alloc.states,
    insert: insertEmpty(here, V413.dax, ret.RETURN),
    ...lockPage(here, 'lock_page', { page: held, fn: 'grab_mapping_entry', src: V413.dax, to: 'check_mapping' }),
    check_mapping: step(
      LOCAL,
      'grab_mapping_entry',
      V413.dax,
      when((s) => s.read(page(held(s)), hasMapping), ret.RETURN, 'page->mapping == mapping'),
      otherwise('unlock_page', 'page got truncated: retry'),
    ),
    unlock_page: unlockPage(here, {
      page: held,
      fn: 'grab_mapping_entry',
      src: V413.dax,
      to: 'get_unlocked_mapping_entry',
      after: (s) => {
        s.send(page(held(s)), { type: 'PUT' });
        s.set(grabbed, null);
      },
    }),
  });
}
