/**
 * grab_mapping_entry() of the XArray (4.20 and later): looking the slot up and locking it, or inserting a locked EMPTY
 * entry, are one section of the lock. Read from 5.10; the same in 6.1.
 */
import { type Act, chart, type Look, otherwise, type StateConfig, when } from '../../../explorer/chart.ts';
import type { Slot } from '../../entries/entry.ts';
import type { Here } from '../../here.ts';
import type { IomapParts, Returns } from '../../parts.ts';
import { grabbed, vmFault } from '../../registers.ts';
import { V510 } from '../../sources.ts';
import { withUnlockedEntry } from '../entry_lock.ts';
import { mayFail } from '../may_fail.ts';

const EMPTY: Slot = { kind: 'empty', pfn: null };

export function grab_mapping_entry(_d: IomapParts, here: Here, ret: Returns<'RETURN' | 'ENOMEM'>): StateConfig {
  const isNil = (s: Look): boolean => s.read(here.entry).kind === 'nil';
  const insert = (s: Act): void => {
    s.send(here.entry, { type: 'INSERT', slot: EMPTY, lockedBy: here.me });
    s.set(grabbed, EMPTY);
  };
  const lock = (s: Act): void => {
    const { kind, pfn } = s.read(here.entry);
    s.send(here.entry, { type: 'LOCK', by: here.me });
    s.set(grabbed, { kind, pfn });
  };
  return chart(
    here,
    withUnlockedEntry(
      here,
      'get_unlocked_entry',
      { fn: 'grab_mapping_entry', src: V510.dax, page: () => here.page },
      // No node to be had under the lock, and none by xas_nomem() after it.
      ...mayFail(here, 'xas_nomem()', { ENOMEM: isNil }, { to: ret.ENOMEM, leave: (s) => s.set(vmFault, 'OOM') }),
      when(isNil, ret.RETURN, 'no entry: insert EMPTY, locked', insert),
      otherwise(ret.RETURN, 'dax_lock_entry()', lock),
    ),
  );
}
