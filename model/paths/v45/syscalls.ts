/**
 * System calls on a DAX file in 4.5: those of 4.0 with the fault lock in truncate and punch; read(2) and write(2) write
 * the range back first, and whoever empties the tree deletes entries, dirty or not. fs/dax.c, fs/ext4, mm/filemap.c, mm/truncate.c
 */
import { chart, otherwise, type StateConfig, step, when } from '../../../explorer/chart.ts';
import { entry, isPresent } from '../../entries/entry.ts';
import type { Here } from '../../here.ts';
import type { MmParts, Range, Returns, TaggedParts } from '../../parts.ts';
import { LOCAL } from '../../sections.ts';
import { V45 } from '../../sources.ts';
import { callOf } from '../call.ts';
import { copyAroundCache, copySomeAround } from '../dax_copy.ts';
import { readUnderMutex, takeMutex, writeOf } from '../get_block/syscalls.ts';
import { removeHolePage } from '../hole_page.ts';
import { invalidateMappingPages } from '../invalidate_mapping_pages.ts';
import { writeBack } from '../v49/syscalls.ts';
import { clearExceptionalEntry, foundEntry } from './clear_exceptional_entry.ts';

export const write = writeOf({
  writeBack: (d, here, name, to) => writeBack(d as TaggedParts, here, name, to),
  copy: copyAroundCache,
  copySome: copySomeAround,
  copies: 'copy_from_iter_pmem()',
  efault: true,
});

/** generic_file_read_iter() writes the range back, and dax_do_io() does it again under i_mutex. */
export function read(d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  const fn = 'generic_file_read_iter';
  const dax = d as TaggedParts;
  return chart(here, {
    enter: step(LOCAL, fn, V45.filemap, otherwise('write_back', 'IOCB_DIRECT', callOf(here).begin)),
    ...writeBack(dax, here, 'write_back', 'i_mutex'),
    ...takeMutex(here, 'dax_do_io', 'write_back_again', true),
    ...writeBack(dax, here, 'write_back_again', 'check_size', 'mutex_unlock'),
    ...readUnderMutex(d, here, ret.RETURN),
    eio: step(LOCAL, fn, V45.filemap, otherwise(ret.RETURN, 'returns -EIO', callOf(here).endWithError)),
  });
}

/** invalidate_inode_pages2_range() of one page; the caller has tested nrpages. */
export function invalidate_inode_pages2_range(
  d: MmParts,
  here: Here,
  ret: Returns<'RETURN'>,
  { pages }: Range,
): StateConfig {
  const [target] = pages;
  return chart(here, {
    find_get_entries: step(
      LOCAL,
      'find_get_entries',
      V45.filemap,
      when((s) => !s.read(entry(target!), isPresent), ret.RETURN, 'no entry'),
      ...removeHolePage.lookup(d, entry(target!), 'lock_page'),
      otherwise('clear_exceptional_entry', 'an exceptional entry', (s) => foundEntry(s, target!)),
    ),
    ...removeHolePage.states(d, here, {
      page: target!,
      fn: 'invalidate_inode_pages2_range',
      src: V45.truncate,
      to: ret.RETURN,
    }),
    clear_exceptional_entry: clearExceptionalEntry(here, () => target!, ret.RETURN),
  });
}

/** drop_caches deletes entries as write(2) does, if they are still what the lookup saw. */
export const invalidate_mapping_pages = invalidateMappingPages({
  state: 'clear_exceptional_entry',
  found: foundEntry,
  states: (here, page, to) => ({ clear_exceptional_entry: clearExceptionalEntry(here, page, to) }),
});
