/**
 * System calls on a DAX file in 4.9: fsync flushes by tag but never clears DIRTY nor write-protects; write(2) and read(2)
 * write the range back first, and write(2) deletes entries, dirty or not, while their PTEs stay.
 * fs/dax.c dax_writeback_one(), mm/filemap.c generic_file_direct_write(), mm/truncate.c
 */
import {
  chart,
  dispatch,
  type Look,
  otherwise,
  type StateConfig,
  step,
  unreachedIf,
  when,
} from '../../../explorer/chart.ts';
import type { Selector } from '../../../explorer/component.ts';
import { block } from '../../entries/block.ts';
import { type Entry, entry, inSlot, isLocked, isPresent, isTowrite, isValue } from '../../entries/entry.ts';
import { inodeLock } from '../../entries/rwsem.ts';
import type { Here } from '../../here.ts';
import { underHandle } from '../../journal.ts';
import { mark } from '../../marks.ts';
import type { IomapParts, MmParts, Range, Returns, TaggedParts } from '../../parts.ts';
import { ioError } from '../../registers.ts';
import { LOCAL, SLEEP, TL } from '../../sections.ts';
import { V49 } from '../../sources.ts';
import { extendISize, hasExceptional, invalidateIfPages, isBehindEof } from '../address_space.ts';
import { callOf } from '../call.ts';
import { copyFromIterPmem, copying, copySomePmem, endsShort, mayFailCopying, readCopy } from '../dax_copy.ts';
import { current, ONLY_BLOCKS } from '../dax_writeback.ts';
import { wakeAll, withUnlockedEntry } from '../entry_lock.ts';
import { fileUpdateTime } from '../ext4_dax_fault.ts';
import { truncateFailedWrite } from '../ext4_write.ts';
import { logInode } from '../free_blocks.ts';
import { removeHolePage } from '../hole_page.ts';
import { invalidateMappingPages } from '../invalidate_mapping_pages.ts';
import { down, up } from '../locks.ts';
import { inCall, mayFail } from '../may_fail.ts';

/** `*slot != entry` compares the word with its lock bit; TOWRITE goes after the flush, from whatever is there then. */
export function dax_writeback_one(d: TaggedParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const fn = 'dax_writeback_one';
  const now = <T>(s: Look, part: Selector<Entry, T>): T => s.read(entry(current(s).page), part) as T;
  const same = (s: Look): boolean => {
    const { slot, locked } = current(s);
    const { kind, pfn } = now(s, inSlot);
    return kind === slot.kind && pfn === slot.pfn && now(s, isLocked) === locked;
  };
  return chart(here, {
    check: step(
      TL,
      fn,
      V49.dax,
      when((s) => !now(s, isPresent), ret.RETURN, 'entry is gone: skip'),
      when((s) => !same(s), ret.RETURN, '*slot != entry: skip'),
      when((s) => !now(s, isTowrite), ret.RETURN, 'TOWRITE is clear: skip'),
      unreachedIf(
        d.only_block_entries,
        ONLY_BLOCKS,
        when(
          (s) => current(s).slot.kind !== 'blk',
          ret.RETURN,
          'WARN_ON_ONCE(type): -EIO',
          (s) => {
            s.mark(mark({ type: 'warn', site: 'dax_writeback_one: neither PTE nor PMD entry' }));
            s.set(ioError, true);
          },
        ),
      ),
      otherwise('wb_cache_pmem', 'tagged TOWRITE'),
    ),
    wb_cache_pmem: step(
      SLEEP,
      fn,
      V49.dax,
      ...mayFail(here, 'dax_map_atomic()', { EIO: true }, { to: ret.RETURN, leave: (s) => s.set(ioError, true) }),
      otherwise('clear_towrite', 'flush the CPU cache', (s) => {
        const b = current(s).slot.pfn!;
        s.send(block(b), { type: 'FLUSH' });
        s.mark(mark({ type: 'flush', block: b }));
      }),
    ),
    clear_towrite: step(
      TL,
      fn,
      V49.dax,
      otherwise(ret.RETURN, 'clear TOWRITE; DIRTY stays', (s) =>
        s.send(entry(current(s).page), { type: 'UNTAG', tag: 'towrite' }),
      ),
    ),
  });
}

/** filemap_write_and_wait_range() of the operation's page: states `name` and `name`_range, then `to`; an error returns at once. */
export function writeBack(
  d: TaggedParts,
  here: Here,
  name: string,
  to: string,
  failed = 'eio',
): Record<string, StateConfig> {
  return {
    [name]: step(
      LOCAL,
      'filemap_write_and_wait_range',
      V49.filemap,
      when(hasExceptional(here), `${name}_range`, 'nrexceptional > 0'),
      otherwise(to, 'nrexceptional == 0'),
    ),
    [`${name}_range`]: d.dax_writeback_mapping_range(
      d,
      here.at(`${name}_range`),
      { RETURN: here.to(`${name}_done`) },
      {
        pages: [here.page],
      },
    ),
    [`${name}_done`]: dispatch(
      'filemap_write_and_wait_range',
      V49.filemap,
      when((s) => s.get(ioError), failed, ''),
      otherwise(to, ''),
    ),
  };
}

export function write(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const dax = d as IomapParts;
  const fn = 'ext4_file_write_iter';
  const src = V49.ext4File;
  const behindSize = isBehindEof(here);
  const invalidate = (name: string, to: string): Record<string, StateConfig> =>
    invalidateIfPages(d, here, name, { fn: 'generic_file_direct_write', src: V49.filemap, to });
  return chart(here, {
    ...down(here, 'i_rwsem', {
      lock: inodeLock,
      mode: 'write',
      fn,
      src,
      to: 'file_update_time',
      begin: callOf(here).begin,
    }),
    file_update_time: fileUpdateTime(here, '__generic_file_write_iter', V49.filemap, 'write_back'),
    ...writeBack(d as TaggedParts, here, 'write_back', 'invalidate_nrpages'),
    ...invalidate('invalidate', 'get_block'),
    get_block: dax.iomap_begin(
      dax,
      here.at('get_block'),
      { MAPPED: here.to('copy'), HOLE: here.to('copy') },
      { write: true, fn: 'dax_io', src: V49.dax, failed: inCall(here.to('failed')) },
    ),
    ...copying(
      d,
      here,
      'copy',
      step(
        SLEEP,
        'dax_io',
        V49.dax,
        ...mayFail(here, 'dax_map_atomic()', { EIO: true }, inCall('failed')),
        ...endsShort(here, { to: 'i_size', copy: (s) => copySomePmem(s, here), none: inCall('failed') }),
        otherwise('i_size', 'copy_from_iter_pmem()', (s) => copyFromIterPmem(s, here)),
      ),
    ),
    i_size: underHandle(
      here,
      step(
        SLEEP,
        'ext4_ext_direct_IO',
        V49.ext4Inode,
        // "This is really bad luck. We've written the data but cannot extend i_size."
        ...mayFail(here, 'ext4_journal_start()', { EIO: behindSize }, inCall('invalidate_again_nrpages')),
        when(behindSize, 'invalidate_again_nrpages', 'i_size_write()', (s) => {
          extendISize(s, here);
          logInode(s, here);
        }),
        otherwise('invalidate_again_nrpages', 'i_size stays'),
      ),
      behindSize,
    ),
    ...(mayFailCopying(here) && {
      failed: step(
        SLEEP,
        'ext4_direct_IO_write',
        V49.ext4Inode,
        when(behindSize, 'ext4_truncate_failed_write', 'final_size > i_size'),
        otherwise('invalidate_again_nrpages', 'inside i_size'),
      ),
      ...truncateFailedWrite(d, here, 'ext4_truncate_failed_write', 'invalidate_again_nrpages', V49),
    }),
    ...invalidate('invalidate_again', 'up_write'),
    up_write: up(here, inodeLock, fn, src, ret.RETURN, callOf(here).endWithError),
    eio: dispatch(fn, src, otherwise('up_write', 'returns -EIO')),
  });
}

export function read(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const dax = d as IomapParts;
  const fn = 'generic_file_read_iter';
  const src = V49.filemap;
  return chart(here, {
    enter: step(LOCAL, fn, src, otherwise('write_back', 'IOCB_DIRECT', callOf(here).begin)),
    ...writeBack(d as TaggedParts, here, 'write_back', 'i_rwsem'),
    ...down(here, 'i_rwsem', { lock: inodeLock, mode: 'read', fn, src, to: 'check_size' }),
    get_block: dax.iomap_begin(
      dax,
      here.at('get_block'),
      { MAPPED: here.to('copy'), HOLE: here.to('zero') },
      { write: false, fn: 'dax_io', src: V49.dax, failed: inCall(here.to('up_read')) },
    ),
    ...readCopy(d, here, {
      fn: 'dax_io',
      src: V49.dax,
      lookup: 'get_block',
      out: 'up_read',
      fails: 'dax_map_atomic()',
    }),
    up_read: up(here, inodeLock, fn, src, ret.RETURN, callOf(here).endWithError),
    eio: step(LOCAL, fn, src, otherwise(ret.RETURN, 'returns -EIO', callOf(here).endWithError)),
  });
}

/** Entries are deleted whatever their tags, and no PTE is touched unless a mapped hole page is met. */
export function invalidate_inode_pages2_range(
  d: MmParts,
  here: Here,
  ret: Returns<'RETURN'>,
  { pages }: Range,
): StateConfig {
  const [target] = pages;
  const slot = entry(target!);
  return chart(here, {
    find_get_entries: step(
      LOCAL,
      'find_get_entries',
      V49.filemap,
      when((s) => !s.read(slot, isPresent), ret.RETURN, 'no entry'),
      ...removeHolePage.lookup(d, slot, 'lock_page'),
      otherwise('dax_delete_mapping_entry', 'an exceptional entry'),
    ),
    ...removeHolePage.states(d, here, {
      page: target!,
      fn: 'invalidate_inode_pages2_range',
      src: V49.truncate,
      to: ret.RETURN,
    }),
    ...deleteMappingEntry(here, () => target!, ret.RETURN),
  });
}

/** States `dax_delete_mapping_entry` and `wake`: the entry goes, dirty or not, and all waiters are woken after. */
export const deleteMappingEntry = (here: Here, page: (s: Look) => string, to: string): Record<string, StateConfig> => ({
  ...withUnlockedEntry(
    here,
    'dax_delete_mapping_entry',
    { fn: 'dax_delete_mapping_entry', src: V49.dax, page },
    when(
      (s) => !s.read(entry(page(s)), isValue),
      to,
      'WARN_ON_ONCE(no exceptional entry)',
      (s) => s.mark(mark({ type: 'warn', site: 'dax_delete_mapping_entry: no entry' })),
    ),
    otherwise('wake', 'delete entry, dirty or not', (s) => s.send(entry(page(s)), { type: 'DELETE' })),
  ),
  wake: step(
    LOCAL,
    'dax_wake_mapping_entry_waiter',
    V49.dax,
    otherwise(to, 'wake all waiters', (s) => wakeAll(s, page(s))),
  ),
});

/** drop_caches deletes entries as write(2) does. */
export const invalidate_mapping_pages = invalidateMappingPages({
  state: 'dax_delete_mapping_entry',
  states: deleteMappingEntry,
});
