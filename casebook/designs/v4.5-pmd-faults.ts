/**
 * v4.5 with its PMD faults (CONFIG_FS_DAX_PMD): __dax_pmd_fault() has no entry lock, so nothing keeps a fault of 4 KiB in the range
 * away. For the run of C03: what fsync, truncate and write(2) of 4.5 do with an entry of the whole range, and unwritten
 * extents, are left out. Read from 4.5.0.
 */
import { chart, dispatch, otherwise, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v45 from '../../model/designs/v4.5.ts';
import { entry } from '../../model/entries/entry.ts';
import { extent } from '../../model/entries/extent.ts';
import { inode, iSize } from '../../model/entries/inode.ts';
import { iMmapRwsem } from '../../model/entries/rwsem.ts';
import { vma } from '../../model/entries/vma.ts';
import { mark } from '../../model/marks.ts';
import type { IomapParts, RadixEntryParts } from '../../model/parts.ts';
import { hugeFaultHandler } from '../../model/paths/ext4_dax_fault.ts';
import { ext4_iomap_begin_range } from '../../model/paths/ext4_iomap_begin_range.ts';
import { down, up } from '../../model/paths/locks.ts';
import { insert_pfn_pmd } from '../../model/paths/thp/dax_iomap_pmd_fault.ts';
import { splitHugePmd } from '../../model/paths/thp/split_huge_pmd.ts';
import { truncatePagecacheRange } from '../../model/paths/truncate_pagecache.ts';
import { mapping } from '../../model/registers.ts';
import { LOCAL, TL } from '../../model/sections.ts';
import { V45 } from '../../model/sources.ts';
import { rangeStart } from '../../model/thp.ts';

const FN = '__dax_pmd_fault';
const src = V45.dax;

const dax_pmd_fault: IomapParts['dax_iomap_pmd_fault'] = (d, here, ret) => {
  if (here.cow) return chart(here, splitHugePmd(d, here, 'split_huge_pmd', ret.FALLBACK));
  const start = rangeStart(here.scene);
  const slot = entry(start);
  const size = here.scene.pages.length;
  const small = when(
    (s) => s.read(inode, iSize) < size,
    'up_read_fallback',
    'the PMD would extend beyond the file size',
  );
  const getBlock = (write: boolean) => ({ write, fn: 'ext4_dax_mmap_get_block', src: V45.ext4Inode });
  return chart(here, {
    check_range: step(
      LOCAL,
      FN,
      src,
      when(
        (s) => s.read(vma(here.thread.vma)).pages.length < size,
        ret.FALLBACK,
        'the PMD would extend outside the VMA',
      ),
      when((s) => s.read(inode, iSize) === 0, ret.SIGBUS, 'pgoff >= size: SIGBUS'),
      when((s) => s.read(inode, iSize) < size, ret.FALLBACK, 'the PMD would extend beyond the file size'),
      otherwise('get_block', 'VMA and file have all of the range'),
    ),
    get_block: ext4_iomap_begin_range(
      d,
      here.at('get_block'),
      { MAPPED: here.to('i_mmap_rwsem'), HOLE: here.to('hole'), SHORT: here.to('hole') },
      getBlock(false),
    ),
    // Of a hole ext4 says nothing: b_state stays 0, and a load falls back.
    hole: dispatch(
      FN,
      src,
      ...(here.write
        ? [when((s) => s.read(extent(start)).state === 'HOLE', 'get_block_create', '!buffer_mapped(): get_block(1)')]
        : []),
      otherwise(ret.FALLBACK, 'too small, or a hole'),
    ),
    ...(here.write && {
      get_block_create: ext4_iomap_begin_range(
        d,
        here.at('get_block_create'),
        { MAPPED: here.to('unmap_mapping_range'), HOLE: ret.FALLBACK, SHORT: ret.FALLBACK },
        getBlock(true),
      ),
      // "make sure no process has any zero pages covering this hole"
      ...truncatePagecacheRange(d, here, { RETURN: here.to('i_mmap_rwsem') }, { pages: here.allPages }),
    }),
    ...down(here, 'i_mmap_rwsem', { lock: iMmapRwsem, mode: 'read', fn: FN, src, to: 'check_size' }),
    check_size: step(
      LOCAL,
      FN,
      src,
      when((s) => s.read(inode, iSize) === 0, 'up_read_sigbus', 'pgoff >= size: SIGBUS'),
      small,
      otherwise(here.write ? 'dax_radix_entry' : 'insert_pfn_pmd', 'inside i_size'),
    ),
    // A load inserts no entry.
    ...(here.write && {
      dax_radix_entry: step(
        TL,
        'dax_radix_entry',
        src,
        when(
          (s) => s.read(slot).kind === 'page',
          'up_read_fallback',
          'WARN_ON_ONCE(type): -EIO',
          (s) => s.mark(mark({ type: 'warn', site: 'dax_radix_entry: a page in the slot' })),
        ),
        otherwise('insert_pfn_pmd', 'a PMD entry, DIRTY', (s) => {
          const { kind, pmd } = s.read(slot);
          if (kind !== 'nil' && !pmd) s.send(slot, { type: 'DELETE' });
          if (!pmd) {
            const block = s.get(mapping)!.block;
            s.send(slot, { type: 'INSERT', slot: { kind: 'blk', pfn: block, pmd: true }, lockedBy: null });
          }
          s.send(slot, { type: 'TAG', tag: 'dirty' });
        }),
      ),
    }),
    insert_pfn_pmd: insert_pfn_pmd(d, here.at('insert_pfn_pmd'), { RETURN: here.to('up_read') }),
    up_read: up(here, iMmapRwsem, FN, src, ret.DONE),
    up_read_sigbus: up(here, iMmapRwsem, FN, src, ret.SIGBUS, (s) => s.set(mapping, null)),
    up_read_fallback: up(here, iMmapRwsem, FN, src, ret.FALLBACK, (s) => s.set(mapping, null)),
  });
};

type Parts = RadixEntryParts & Pick<IomapParts, 'dax_iomap_pmd_fault'>;

export default defineDesign<Parts>({
  ...v45,
  id: 'v4.5-pmd-faults',
  title: 'v4.5, and PMD faults, which know of no lock',
  source: 'linux v4.5, read from 4.5.0',
  parts: {
    ...v45.parts,
    huge_fault: hugeFaultHandler({ fn: 'ext4_dax_pmd_fault', src: V45.ext4File }),
    dax_iomap_pmd_fault: dax_pmd_fault,
  },
  filesystems: undefined,
  expects: {},
});
