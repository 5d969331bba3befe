/** Emptying a range of the tree: hole pages under their lock, entries each after waiting for its own. mm/truncate.c, fs/dax.c */
import {
  type Act,
  chart,
  dispatch,
  type Look,
  otherwise,
  type Source,
  type StateConfig,
  step,
  unreachedIf,
  when,
} from '../../explorer/chart.ts';
import { entry, inSlot, isPage, isPresent, isValue, type Slot } from '../entries/entry.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import type { MmParts, Range, Returns } from '../parts.ts';
import { isBusy, pinsOn } from '../pins.ts';
import { foundAny, pageIndex } from '../registers.ts';
import { dropsUnlocked } from '../scene.ts';
import { LOCAL } from '../sections.ts';
import { V49, V413, V414 } from '../sources.ts';
import { indexOf, slotOf } from '../thp.ts';
import { wakeAll, wakeNext, withUnlockedEntry } from './entry_lock.ts';
import { removeHolePage } from './hole_page.ts';
import { clearExceptionalEntry, foundEntry } from './v45/clear_exceptional_entry.ts';

/** What deletes an entry, where it was read, and what else comes with it. */
export interface Deletion {
  readonly fn: string;
  readonly src: Source;
  /** Whether it looks at the pins of the block (4.18 and later). */
  readonly disassociates?: boolean;
  /** With each entry that a lookup finds. */
  readonly finds?: (s: Act) => void;
  /** With each entry that is deleted. */
  readonly put?: (s: Act, d: MmParts, here: Here, gone: Slot) => void;
}

const V414_DELETE: Deletion = { fn: '__dax_invalidate_mapping_entry', src: V414.dax };

/**
 * truncate_inode_pages_range(): a pass over what a lookup finds, then passes until one finds nothing. Entries are
 * deleted one by one, each after waiting for its lock.
 * @param wakes 4.5 has no entry lock, and nobody waits; up to 4.9 all waiters are woken, after TL is dropped (`all`); then the
 * next one, under it; since 5.13 all, under it
 */
export const truncatePages =
  (wakes: 'nobody' | 'next' | 'all' | 'all under TL', from: Deletion = V414_DELETE) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>, range: Range): StateConfig => {
    const { pages } = range;
    const found = (s: Look): string | undefined =>
      pages.slice(s.get(pageIndex)).find((p) => s.read(slotOf(s, here.scene, p), isPresent));
    const at = (s: Look): string => pages[s.get(pageIndex)]!;
    const goTo = (s: Act): void => {
      s.set(pageIndex, pages.indexOf(found(s)!));
      s.set(foundAny, true);
    };
    const again = (s: Look): boolean => s.get(foundAny);
    const perPage = (p: string): Record<string, StateConfig> =>
      d.hole_pages
        ? {
            [`truncate_inode_page_${p}`]: chart(
              here.at(`truncate_inode_page_${p}`),
              removeHolePage.states(d, here.at(`truncate_inode_page_${p}`), {
                page: p,
                fn: 'truncate_inode_page',
                src: V413.truncate,
                to: here.to('advance'),
                faultsExcluded: d.fault_lock.truncate && d.fault_lock.faults,
              }),
            ),
          }
        : {};
    const deleteLocked = (): Record<string, StateConfig> => ({
      ...withUnlockedEntry(
        here,
        'dax_delete_mapping_entry',
        {
          ...from,
          page: at,
        },
        unreachedIf(
          !dropsUnlocked(here.scene),
          'IR and the fault lock keep out everybody who could delete it',
          when(
            (s) => !s.read(slotOf(s, here.scene, at(s)), isValue),
            'advance',
            'WARN_ON_ONCE(!ret): entry is gone',
            (s) => s.mark(mark({ type: 'warn', site: 'dax_delete_mapping_entry: no entry' })),
          ),
        ),
        otherwise(
          wakes === 'all' ? 'wake' : 'advance',
          wakes === 'all' ? 'delete entry' : `delete entry; wake ${wakes === 'next' ? 'next' : 'all'}`,
          (s) => {
            // An entry of the whole range goes as a whole, also where the range that is emptied is a part of it.
            const index = indexOf(s, here.scene, at(s));
            const gone = s.read(entry(index), inSlot);
            const { pfn } = gone;
            if (from.disassociates && pinsOn(here.scene) && pfn !== null && isBusy(s, pfn)) {
              s.line('WARN_ON_ONCE(trunc && page_ref_count(page) > 1)');
              s.mark(mark({ type: 'warn', site: 'dax_disassociate_entry: page is pinned' }));
            }
            from.put?.(s, d, here, gone);
            const key = here.waitKey(s, at(s));
            s.send(entry(index), { type: 'DELETE' });
            if (wakes === 'next') wakeNext(s, key);
            if (wakes === 'all under TL') wakeAll(s, key);
          },
        ),
      ),
      ...(wakes === 'all' && {
        wake: step(
          LOCAL,
          'dax_wake_mapping_entry_waiter',
          V49.dax,
          otherwise('advance', 'wake all waiters', (s) => wakeAll(s, at(s))),
        ),
      }),
    });
    return chart(here, {
      find_get_entries: step(
        LOCAL,
        'find_get_entries',
        V414.filemap,
        when(
          (s) => found(s) === undefined && !again(s),
          ret.RETURN,
          'nothing in the tree',
          (s) => s.set(pageIndex, 0),
        ),
        when(
          (s) => found(s) === undefined,
          'find_get_entries',
          'end of the pass: look again',
          (s) => {
            s.set(pageIndex, 0);
            s.set(foundAny, false);
          },
        ),
        ...(d.hole_pages
          ? pages.map((p) =>
              when(
                (s) => found(s) === p && s.read(slotOf(s, here.scene, p), isPage),
                `truncate_inode_page_${p}`,
                `hole page of ${p}: get_page()`,
                (s) => {
                  goTo(s);
                  removeHolePage.hold(s, p);
                },
              ),
            )
          : []),
        wakes === 'nobody'
          ? otherwise('clear_exceptional_entry', 'an exceptional entry', (s) => {
              goTo(s);
              foundEntry(s, at(s));
            })
          : otherwise('dax_delete_mapping_entry', 'an exceptional entry', (s) => {
              goTo(s);
              from.finds?.(s);
            }),
      ),
      ...Object.assign({}, ...pages.map(perPage)),
      ...(wakes === 'nobody'
        ? { clear_exceptional_entry: clearExceptionalEntry(here, at, 'advance') }
        : deleteLocked()),
      advance: dispatch(
        'truncate_inode_pages_range',
        V414.truncate,
        otherwise('find_get_entries', '', (s) => s.set(pageIndex, s.get(pageIndex) + 1)),
      ),
    });
  };

export const truncate_inode_pages_range = truncatePages('next');
