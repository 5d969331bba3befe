/** dax_unlock_mapping_entry(): the lock bit goes under TL, the next waiter is woken after TL is dropped. */
import {
  type Act,
  chart,
  dispatch,
  type Look,
  otherwise,
  type Source,
  type StateConfig,
  step,
  unreached,
  when,
} from '../../explorer/chart.ts';
import { isLocked } from '../entries/entry.ts';
import { page as pageOf } from '../entries/page.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import type { IomapParts, Returns } from '../parts.ts';
import { grabbed, wakeKey } from '../registers.ts';
import { LOCAL, TL } from '../sections.ts';
import { V413, V414 } from '../sources.ts';
import { slotOf, thpOn } from '../thp.ts';
import { wakeNext } from './entry_lock.ts';
import { unlockPage } from './locks.ts';
import { injects } from './may_fail.ts';

/** What the functions that unlock and wake are called, and where they were read. */
interface Variant {
  readonly fn: string;
  readonly wakes: string;
  readonly src: Source;
}

export const unlockEntry =
  ({ fn, wakes, src }: Variant): IomapParts['dax_unlock_mapping_entry'] =>
  (_d, here, ret, page = () => here.page) => {
    const slot = (s: Look) => slotOf(s, here.scene, page(s));
    return chart(here, {
      unlock_slot: step(
        TL,
        fn,
        src,
        unreached(
          'the entry is locked by the caller, and nobody changes a locked entry',
          when(
            (s) => !s.read(slot(s), isLocked),
            ret.RETURN,
            'WARN_ON_ONCE(!slot_locked())',
            (s) => s.mark(mark({ type: 'warn', site: `${fn}: entry not locked` })),
          ),
        ),
        otherwise('wake', 'unlock_slot()', (s) => {
          // The entry that is unlocked says whom to wake, whatever becomes of it when TL is dropped.
          if (thpOn(here.scene)) s.set(wakeKey, here.waitKey(s, page(s)));
          s.send(slot(s), { type: 'UNLOCK' });
        }),
      ),
      wake: step(
        LOCAL,
        wakes,
        src,
        otherwise(ret.RETURN, 'wake the next waiter', (s) => {
          wakeNext(s, s.get(wakeKey) ?? page(s));
          s.set(wakeKey, null);
        }),
      ),
    });
  };

export const dax_unlock_mapping_entry = unlockEntry({
  fn: 'dax_unlock_mapping_entry',
  wakes: 'dax_wake_mapping_entry_waiter',
  src: V414.dax,
});

export const put_locked_mapping_entry: IomapParts['put_locked_mapping_entry'] = (d, here, ret, page) =>
  d.dax_unlock_mapping_entry(d, here, ret, page);

/** v4.12/4.13: what was grabbed may be a hole page; its lock and reference go. */
export const put_locked_mapping_entry_v412: IomapParts['put_locked_mapping_entry'] = (d, here, ret, index) => {
  const unlock = otherwise('dax_unlock_mapping_entry', '', (s: Act) => s.set(grabbed, null));
  // A hole page that ->fault returns (4.9) is for the core to unlock, but not after an error.
  const page = !d.fault_returns_locked || injects(here);
  return chart(here, {
    radix_tree_exceptional_entry: dispatch(
      'put_locked_mapping_entry',
      V413.dax,
      ...(page ? [when((s) => s.get(grabbed)?.kind === 'page', 'unlock_page', '')] : []),
      unlock,
    ),
    dax_unlock_mapping_entry: d.dax_unlock_mapping_entry(d, here.at('dax_unlock_mapping_entry'), ret, index),
    ...(page && putHolePage(here, ret)),
  });
};

const putHolePage = (here: Here, ret: Returns<'RETURN'>): Record<string, StateConfig> => ({
  unlock_page: unlockPage(here, {
    page: (s) => s.get(grabbed)!.pfn!,
    fn: 'put_locked_mapping_entry',
    src: V413.dax,
    to: 'put_page',
  }),
  put_page: step(
    LOCAL,
    'put_locked_mapping_entry',
    V413.dax,
    otherwise(ret.RETURN, 'put_page()', (s) => {
      s.send(pageOf(s.get(grabbed)!.pfn!), { type: 'PUT' });
      s.set(grabbed, null);
    }),
  ),
});
