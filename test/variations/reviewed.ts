/** Designs that a reviewer may propose: an order, a lock or a wait of the built-in ones changed. No kernel. */
import { chart, dispatch, otherwise, step, when } from '../../explorer/chart.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import v40 from '../../model/designs/v4.0.ts';
import v414 from '../../model/designs/v4.14.ts';
import v510 from '../../model/designs/v5.10.ts';
import { locked, type Slot, slotIn } from '../../model/entries/entry.ts';
import { faultLock, mmapLock } from '../../model/entries/rwsem.ts';
import type { GetBlockParts, IomapParts } from '../../model/parts.ts';
import { down, up } from '../../model/paths/locks.ts';
import { behind, truncatePagecache } from '../../model/paths/truncate_pagecache.ts';
import { grabbed, mapping } from '../../model/registers.ts';
import { TL } from '../../model/sections.ts';
import { V414, V510 } from '../../model/sources.ts';
import { leaveOut } from './edit.ts';

const EMPTY: Slot = { kind: 'empty', pfn: null };

/** The entry is unlocked before the PTE is set. */
export const unlocksFirst = (base: Design<IomapParts>): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...base,
    id: `${base.id}-unlocks-first`,
    title: `${base.id}, the entry is unlocked before the PTE is set`,
    source: 'no kernel',
    parts: {
      ...base.parts,
      dax_insert_mapping_entry: (d, here, ret, slot, kind) =>
        chart(here, {
          insert: base.parts.dax_insert_mapping_entry(
            d,
            here.at('insert'),
            { RETURN: here.to('unlock'), ENOMEM: ret.ENOMEM },
            slot,
            kind,
          ),
          unlock: base.parts.put_locked_mapping_entry(d, here.at('unlock'), { RETURN: ret.RETURN }),
        }),
      put_locked_mapping_entry: (d, here, ret, ...rest) =>
        here.cow
          ? base.parts.put_locked_mapping_entry(d, here, ret, ...rest)
          : chart(here, { unlocked: dispatch('dax_iomap_pte_fault', V414.dax, otherwise(ret.RETURN, '')) }),
    },
    expects: {},
  });

/** A fault that finds the entry locked does not wait: the access is tried again. */
export const triesLock = defineDesign<IomapParts>({
  ...v510,
  id: 'v5.10-tries-lock',
  title: 'v5.10, a fault tries for the entry and begins anew',
  source: 'no kernel',
  parts: {
    ...v510.parts,
    grab_mapping_entry: (_d, here, ret) =>
      chart(here, {
        trylock: step(
          TL,
          'grab_mapping_entry',
          V510.dax,
          when((s) => s.read(here.entry, locked) !== null, ret.ENOMEM, 'locked: VM_FAULT_NOPAGE'),
          when(
            (s) => s.read(here.entry).kind === 'nil',
            ret.RETURN,
            'insert EMPTY, locked',
            (s) => {
              s.send(here.entry, { type: 'INSERT', slot: EMPTY, lockedBy: here.me });
              s.set(grabbed, EMPTY);
            },
          ),
          otherwise(ret.RETURN, 'dax_lock_entry()', (s) => {
            s.set(grabbed, slotIn(s.read(here.entry)));
            s.send(here.entry, { type: 'LOCK', by: here.me });
          }),
        ),
      }),
  },
  expects: {},
});

/** ->pfn_mkwrite takes the lock of the address space for writing. */
export const mkwriteLocksMm = defineDesign<IomapParts>({
  ...v510,
  id: 'v5.10-mkwrite-locks-mm',
  title: 'v5.10, pfn_mkwrite under mmap_lock held for writing',
  source: 'no kernel',
  parts: {
    ...v510.parts,
    pfn_mkwrite: (d, here, ret) => {
      const lock = mmapLock(here.thread.mm);
      const fn = 'ext4_dax_huge_fault';
      const src = V510.ext4File;
      return chart(here, {
        ...down(here, 'mmap_write_lock', { lock, mode: 'write', fn, src, to: 'fault' }),
        fault: v510.parts.pfn_mkwrite!(d, here.at('fault'), {
          NOPAGE: here.to('mmap_write_unlock'),
          SIGBUS: here.to('unlock_sigbus'),
        }),
        mmap_write_unlock: up(here, lock, fn, src, ret.NOPAGE),
        unlock_sigbus: up(here, lock, fn, src, ret.SIGBUS),
      });
    },
  },
  expects: {},
});

/** write(2) invalidates before it asks the filesystem, not after. */
export const invalidatesFirst = defineDesign<IomapParts>({
  ...v414,
  id: 'v4.14-invalidates-first',
  title: 'v4.14, write(2) invalidates before ->iomap_begin()',
  source: 'no kernel',
  parts: {
    ...v414.parts,
    write_pages: null,
    iomap_begin: (d, here, ret, call) =>
      here.op.name === 'write'
        ? chart(here, {
            invalidate: d.invalidate_inode_pages2_range(
              d,
              here.at('invalidate'),
              { RETURN: here.to('iomap_begin') },
              { pages: [here.page] },
            ),
            iomap_begin: v414.parts.iomap_begin(
              d,
              here.at('iomap_begin'),
              { MAPPED: here.to('begun'), HOLE: ret.HOLE },
              call,
            ),
            begun: dispatch(
              'dax_iomap_actor',
              V414.dax,
              otherwise(ret.MAPPED, '', (s) => s.set(mapping, { ...s.get(mapping)!, fresh: false })),
            ),
          })
        : v414.parts.iomap_begin(d, here, ret, call),
  },
  expects: {},
});

/** fsync(2) holds the fault lock for writing. */
export const fsyncExcludesFaults = (base: Design<IomapParts>): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...base,
    id: `${base.id}-fsync-excludes-faults`,
    title: `${base.id}, fsync holds the fault lock for writing`,
    source: 'no kernel',
    parts: {
      ...base.parts,
      fsync: (d, here, ret, range) => {
        const fn = 'ext4_sync_file';
        const src = V510.ext4Fsync;
        return chart(here, {
          ...down(here, 'invalidate_lock', { lock: faultLock, mode: 'write', fn, src, to: 'fsync' }),
          fsync: base.parts.fsync(d, here.at('fsync'), { RETURN: here.to('invalidate_unlock') }, range),
          invalidate_unlock: up(here, faultLock, fn, src, ret.RETURN),
        });
      },
    },
    expects: {},
  });

/** truncate(2) of 4.0 unmaps and empties the cache first, and sets i_size then. */
const withoutPagecache = leaveOut(v40.parts.truncate, {
  unmap_mapping_range: 'truncate_inode_pages',
  truncate_inode_pages: 'unmap_again',
  unmap_again: 'ext4_truncate',
});
export const sizeLast = defineDesign<GetBlockParts>({
  ...v40,
  id: 'v4.0-size-last',
  title: 'v4.0, truncate sets i_size after it has emptied the cache',
  source: 'no kernel',
  parts: {
    ...v40.parts,
    truncate: (d, here, ret) =>
      chart(here, {
        ...truncatePagecache(d, here, { pages: behind(here) }, 'setattr'),
        setattr: withoutPagecache(d, here.at('setattr'), ret),
      }),
  },
  expects: {},
});

/** Nothing is unmapped before pages are looked at for pins: get_user_pages_fast() can take new ones behind the look. */
export const layoutsStayMapped = defineDesign<IomapParts>({
  ...v510,
  id: 'v5.10-layouts-stay-mapped',
  title: 'v5.10, layouts are broken without unmapping the file',
  source: 'no kernel',
  parts: {
    ...v510.parts,
    break_layouts: leaveOut(v510.parts.break_layouts!, { unmap_mapping_pages: 'dax_layout_busy_page' }),
  },
  expects: {},
});
