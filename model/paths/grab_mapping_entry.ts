/** grab_mapping_entry() for a 4 KiB fault: returns with the slot locked, in register `entry`. kernel.md 2.d step 2. */
import { type Act, chart, otherwise, type StateConfig, step, when } from '../../explorer/chart.ts';
import { entry, type Slot } from '../entries/entry.ts';
import { hasMapping, page } from '../entries/page.ts';
import type { Here } from '../here.ts';
import type { IomapParts, Returns } from '../parts.ts';
import { grabbed, vmFault } from '../registers.ts';
import { LOCAL, TL } from '../sections.ts';
import { V413, V414 } from '../sources.ts';
import { withUnlockedEntry } from './entry_lock.ts';
import { lockPage, unlockPage } from './locks.ts';
import { failingCall } from './may_fail.ts';

const EMPTY: Slot = { kind: 'empty', pfn: null };

const kindOf = (here: Here) => (s: Pick<Act, 'read'>) => s.read(entry(here.page)).kind;

const lockSlot =
  (here: Here) =>
  (s: Act): void => {
    const { kind, pfn } = s.read(here.entry);
    s.send(here.entry, { type: 'LOCK', by: here.me });
    s.set(grabbed, { kind, pfn });
  };

/** The slot was absent: TL was dropped for radix_tree_preload(), so look again. */
const insertEmpty = (here: Here, src: typeof V414.dax, done: string): StateConfig =>
  step(
    TL,
    'grab_mapping_entry',
    src,
    when((s) => kindOf(here)(s) !== 'nil', 'get_unlocked_mapping_entry', 'slot taken meanwhile: restart'),
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
export function grab_mapping_entry(_d: IomapParts, here: Here, ret: Returns<'RETURN' | 'ENOMEM'>): StateConfig {
  const kind = kindOf(here);
  const alloc = preload(here, V414.dax, ret.ENOMEM);
  return chart(here, {
    ...withUnlockedEntry(
      here,
      'get_unlocked_mapping_entry',
      { fn: 'grab_mapping_entry', src: V414.dax, page: () => here.page },
      when((s) => kind(s) === 'nil', alloc.first, 'no entry'),
      otherwise(ret.RETURN, 'lock_slot()', lockSlot(here)),
    ),
    ...alloc.states,
    insert: insertEmpty(here, V414.dax, ret.RETURN),
  });
}

/** v4.12/4.13: the slot may hold a hole page; then the page lock takes the place of the entry lock. */
export function grab_mapping_entry_v412(_d: IomapParts, here: Here, ret: Returns<'RETURN' | 'ENOMEM'>): StateConfig {
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
          const { pfn } = s.read(here.entry);
          s.send(page(pfn!), { type: 'GET' });
          s.set(grabbed, { kind: 'page', pfn });
        },
      ),
      otherwise(ret.RETURN, 'lock_slot()', lockSlot(here)),
    ),
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
