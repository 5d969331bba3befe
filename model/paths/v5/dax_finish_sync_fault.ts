/**
 * MAP_SYNC: a store's fault whose block is not committed does not map it, but returns VM_FAULT_NEEDDSYNC with the entry in the
 * tree, clean. The handler then syncs the range as fdatasync(2) does, sets DIRTY and maps the block, writable, all under the fault
 * lock. fs/dax.c dax_fault_is_synchronous(), dax_finish_sync_fault(), dax_insert_pfn_mkwrite(); fs/ext4/inode.c; 5.10 to 7.1
 */
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
} from '../../../explorer/chart.ts';
import { entry, isPmdEntry, isValue, isValueEntry, type Slot } from '../../entries/entry.ts';
import { extent, isUncommitted } from '../../entries/extent.ts';
import type { Here } from '../../here.ts';
import type { FinishSyncFault, IomapParts } from '../../parts.ts';
import { mapping, needsDsync, vmFault } from '../../registers.ts';
import { SLEEP } from '../../sections.ts';
import { V510 } from '../../sources.ts';
import { rangeStart, thpOn } from '../../thp.ts';
import { wakeNext, withUnlockedEntry } from '../entry_lock.ts';
import { committedThen, completeTransaction } from '../jbd2_complete_transaction.ts';
import { failingCall, inFault, injects } from '../may_fail.ts';
import { withLockedPte } from '../vm_insert_mixed.ts';
import { filemap_write_and_wait_range, isPlainFsync } from './dax_writeback.ts';

/** Whether a fault may have to be synchronous: a store through VM_SYNC. */
export const isSync = (d: IomapParts, here: Here): boolean =>
  here.sharedWrite && here.vma.sync === true && d.dax_finish_sync_fault !== null;

/** The state that asks. */
export const SYNC = 'dax_fault_is_synchronous';

/**
 * States from `SYNC` on, after the filesystem has answered: IOMAP_F_DIRTY is the filesystem's word for anything of the inode's
 * mapping that is not committed. @param t.no where a fault goes on that is not synchronous @param t.to where the entry is unlocked
 */
export const synchronous = (
  d: IomapParts,
  here: Here,
  t: { fn: string; src: Source; no: string; to: string },
  slot: (s: Look) => Slot,
): Record<string, StateConfig> => {
  const error = inFault(here.to(t.to));
  const accessed = failingCall(here, 'dax_iomap_pfn_sync', {
    call: 'dax_direct_access()',
    fn: 'dax_iomap_pfn',
    src: t.src,
    to: here.to('insert_clean_entry'),
    errors: ['EIO'],
    on: {
      ...error,
      leave: (s, errno) => {
        error.leave?.(s, errno);
        s.set(needsDsync, false);
      },
    },
  });
  return {
    ...accessed.states,
    [SYNC]: step(
      SLEEP,
      SYNC,
      t.src,
      when(
        (s) => here.allPages.some((p) => isUncommitted(s.read(extent(p)))),
        accessed.first,
        'IOMAP_F_DIRTY: VM_FAULT_NEEDDSYNC',
        (s) => s.set(needsDsync, true),
      ),
      otherwise(t.no, 'all is committed'),
    ),
    insert_clean_entry: d.dax_insert_mapping_entry(
      d,
      here.at('insert_clean_entry'),
      { RETURN: here.to(t.to), ENOMEM: here.to(t.to) },
      slot,
      'blk',
    ),
  };
};

export const dax_finish_sync_fault: FinishSyncFault = (d, here, ret, { pmd }) => {
  const src = V510.dax;
  const fn = 'dax_insert_pfn_mkwrite';
  const { allPages } = here;
  const range = { pages: pmd ? allPages.slice(allPages.indexOf(here.page)) : [here.page] };
  const done = (s: Act): void => {
    s.set(mapping, null);
    s.set(needsDsync, false);
  };
  const index = pmd ? () => rangeStart(here.scene) : () => here.page;
  // An entry of less than what is asked for is not waited for.
  const conflict = (s: Look): boolean =>
    allPages.some((p) => {
      const e = s.read(entry(p));
      return isValueEntry(e) && !e.pmd;
    });
  // What the data's write-back cannot, the commit can.
  const synced = failingCall(here, 'vfs_fsync_range_result', {
    call: 'vfs_fsync_range()',
    fn: 'dax_finish_sync_fault',
    src,
    to: here.to(fn),
    errors: ['EIO'],
    on: { to: ret.SIGBUS, leave: done },
  });
  const then = injects(here) ? 'vfs_fsync_range_result' : fn;
  // ->fsync. Of a plain one the steps are here without the one in which a system call returns.
  const ofDesign = d.fsync(d, here.at('vfs_fsync_range'), { RETURN: here.to(then) }, { ...range, datasync: true });
  return chart(here, {
    ...(isPlainFsync(ofDesign)
      ? {
          vfs_fsync_range: filemap_write_and_wait_range(
            d,
            here.at('vfs_fsync_range'),
            { RETURN: here.to(committedThen(here, then)) },
            range,
          ),
          ...completeTransaction(here, then, { datasync: true }),
        }
      : { vfs_fsync_range: ofDesign }),
    ...synced.states,
    [fn]: chart(here.at(fn), {
      ...withUnlockedEntry(
        here.at(fn),
        'get_unlocked_entry',
        {
          fn,
          src,
          page: index,
          ...(pmd && { before: [when(conflict, ret.RETURN, 'a 4 KiB entry: dax_is_conflict(): retry', done)] }),
        },
        // write(2) has taken the clean entry away.
        when((s) => !s.read(here.slot(s), isValue), ret.RETURN, 'no entry: retry', done),
        ...(thpOn(here.scene) && !pmd
          ? [
              when(
                (s) => s.read(here.slot(s), isPmdEntry),
                ret.RETURN,
                'an entry of the whole range: wake next; retry',
                (s) => {
                  wakeNext(s, here.waitKey(s, index()));
                  done(s);
                },
              ),
            ]
          : []),
        otherwise(here.to('insert'), 'set DIRTY; dax_lock_entry()', (s) => {
          s.send(here.slot(s), { type: 'TAG', tag: 'dirty' });
          s.send(here.slot(s), { type: 'LOCK', by: here.me });
        }),
      ),
    }),
    insert: chart(here.at('insert'), inserted(d, here.at('insert'), here.to('dax_unlock_entry'), pmd)),
    dax_unlock_entry: d.put_locked_mapping_entry(
      d,
      here.at('dax_unlock_entry'),
      { RETURN: here.to('end') },
      ...(pmd ? [() => rangeStart(here.scene)] : []),
    ),
    end: dispatch(
      'dax_finish_sync_fault',
      src,
      unreachedIf(
        !d.blocks_are_pages,
        'up to 6.14 an insertion never fails',
        when(
          (s) => s.get(vmFault) === 'SIGBUS',
          ret.SIGBUS,
          '',
          (s) => {
            s.set(vmFault, null);
            done(s);
          },
        ),
      ),
      otherwise(ret.RETURN, '', done),
    ),
  });
};

/** vmf_insert_mixed_mkwrite() or vmf_insert_pfn_pmd(), and what they are called later. */
function inserted(d: IomapParts, here: Here, to: string, pmd: boolean): Record<string, StateConfig> {
  if (pmd) return { vmf_insert_pfn_pmd: d.insert_pfn_pmd(d, here.at('vmf_insert_pfn_pmd'), { RETURN: to }) };
  return {
    vmf_insert_mixed_mkwrite: withLockedPte(d, here.at('vmf_insert_mixed_mkwrite'), { to }, (at) =>
      d.insert_pfn(d, at, { OK: to, EBUSY: to }, { pfn: (s) => s.get(mapping)!.block!, mkwrite: true }),
    ),
  };
}
