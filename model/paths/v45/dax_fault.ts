/**
 * DAX faults of 4.5: the faults of 4.0 under the fault lock, and entries in the tree that remember what to flush. An entry
 * has no lock: a hole page and an entry that race for the slot end in a WARN and an error. fs/dax.c, fs/ext4/file.c
 */
import { chart, otherwise, type StateConfig, step, when } from '../../../explorer/chart.ts';
import { isPage, isPresent } from '../../entries/entry.ts';
import { iMmapRwsem } from '../../entries/rwsem.ts';
import type { Here } from '../../here.ts';
import { mark } from '../../marks.ts';
import type { GetBlockParts, Returns } from '../../parts.ts';
import { mapping } from '../../registers.ts';
import { LOCAL, TL } from '../../sections.ts';
import { V45 } from '../../sources.ts';
import { isBehindEof } from '../address_space.ts';
import { mkwriteHandler } from '../ext4_dax_fault.ts';
import { loadHole } from '../get_block/dax_load_hole.ts';
import { daxFaultOf } from '../get_block/do_dax_fault.ts';
import { down, up } from '../locks.ts';
import { create, lookup } from './ext4_dax_mmap_get_block.ts';

export const __dax_fault = daxFaultOf('__dax_fault', { lookup, create });

export const dax_load_hole = loadHole({ entries: true });

const SITE = 'dax_radix_entry: a page in the slot';

/** dax_radix_entry(): a block's entry is kept as it is, its sector is not compared; a page is an error. */
const dax_radix_entry = (here: Here, to: { DONE: string; EIO: string }): StateConfig =>
  step(
    TL,
    'dax_radix_entry',
    V45.dax,
    when(
      (s) => s.read(here.entry, isPage),
      to.EIO,
      'WARN_ON_ONCE(type): -EIO',
      (s) => s.mark(mark({ type: 'warn', site: SITE })),
    ),
    otherwise(to.DONE, '', (s) => {
      const block = s.get(mapping)!.block!;
      if (!s.read(here.entry, isPresent)) {
        s.send(here.entry, { type: 'INSERT', slot: { kind: 'blk', pfn: block }, lockedBy: null });
        s.line(`insert ${block}`);
      } else {
        s.line('an entry is there: kept');
      }
      if (!here.write) return;
      s.send(here.entry, { type: 'TAG', tag: 'dirty' });
      s.line('set DIRTY');
    }),
  );

/**
 * dax_insert_mapping(): the entry, then the PTE, both under i_mmap_rwsem.
 * @param mkwrite whether the PTE is to be writable
 */
export const insertMapping =
  (mkwrite: (here: Here) => boolean) =>
  (d: GetBlockParts, here: Here, ret: Returns<'NOPAGE' | 'SIGBUS'>): StateConfig => {
    const fn = 'dax_insert_mapping';
    return chart(here, {
      ...down(here, 'i_mmap_rwsem', { lock: iMmapRwsem, mode: 'read', fn, src: V45.dax, to: 'check_size' }),
      check_size: step(
        LOCAL,
        fn,
        V45.dax,
        when(isBehindEof(here), 'up_read_eio', 'pgoff >= size: -EIO'),
        otherwise('dax_radix_entry', 'pgoff < size'),
      ),
      dax_radix_entry: dax_radix_entry(here, { DONE: 'vm_insert_mixed', EIO: 'up_read_eio' }),
      vm_insert_mixed: d.insert_pfn(
        d,
        here.at('vm_insert_mixed'),
        { OK: here.to('up_read'), EBUSY: here.to('up_read') },
        { pfn: (s) => s.get(mapping)!.block!, mkwrite: mkwrite(here) },
      ),
      up_read: up(here, iMmapRwsem, fn, V45.dax, ret.NOPAGE, (s) => s.set(mapping, null)),
      up_read_eio: up(here, iMmapRwsem, fn, V45.dax, ret.SIGBUS, (s) => s.set(mapping, null)),
    });
  };

/** vm_insert_mixed(): with the VMA's protection, so read-only. */
export const dax_insert_mapping = insertMapping(() => false);

/** dax_pfn_mkwrite() is dax_radix_entry(NO_SECTOR, dirty): without an entry there is nothing to tag. */
export const ext4_dax_pfn_mkwrite = mkwriteHandler(
  { fn: 'ext4_dax_pfn_mkwrite', src: V45.ext4File },
  {
    first: 'dax_pfn_mkwrite',
    states: (_d, here, { up, sigbus }) => ({
      dax_pfn_mkwrite: step(
        TL,
        'dax_pfn_mkwrite',
        V45.dax,
        when(
          (s) => s.read(here.entry, isPage),
          sigbus,
          'WARN_ON_ONCE(type): -EIO',
          (s) => s.mark(mark({ type: 'warn', site: SITE })),
        ),
        when((s) => !s.read(here.entry, isPresent), up, 'no entry: nothing to tag'),
        otherwise(up, 'set DIRTY', (s) => s.send(here.entry, { type: 'TAG', tag: 'dirty' })),
      ),
    }),
  },
);
