/** dax_iomap_pte_fault() of 4.12 to 4.14: the fault of one 4 KiB page. kernel.md 2.d, 2.g. */
import { chart, dispatch, otherwise, type StateConfig, step, when } from '../../explorer/chart.ts';
import { anon } from '../entries/anon.ts';
import { block } from '../entries/block.ts';
import { inode, iSize } from '../entries/inode.ts';
import { ZERO } from '../entries/pfn.ts';
import { isNone } from '../entries/pte.ts';
import type { Here } from '../here.ts';
import type { IomapParts, Returns } from '../parts.ts';
import { cowPage, mapping } from '../registers.ts';
import { LOCAL, PTL, SLEEP } from '../sections.ts';
import { V414 } from '../sources.ts';
import { mapCopy } from './cow.ts';
import { iomapAllocate, iomapLookup } from './ext4_iomap_begin.ts';

export function dax_iomap_pte_fault(
  d: IomapParts,
  here: Here,
  ret: Returns<'NOPAGE' | 'LOCKED' | 'SIGBUS'>,
): StateConfig {
  return chart(here, {
    check_size: step(
      LOCAL,
      'dax_iomap_pte_fault',
      V414.dax,
      when((s) => here.pageFacts.index >= s.read(inode, iSize), ret.SIGBUS, 'pos >= i_size: SIGBUS'),
      otherwise('grab_mapping_entry', 'pos < i_size'),
    ),
    grab_mapping_entry: d.grab_mapping_entry(d, here.at('grab_mapping_entry'), { RETURN: here.to('iomap_begin') }),
    iomap_begin: here.sharedWrite
      ? iomapAllocate(here, 'dax_iomap_pte_fault', V414.dax, 'dax_insert_mapping')
      : iomapLookup(here, 'dax_iomap_pte_fault', V414.dax, {
          MAPPED: here.cow ? 'copy_user_dax' : 'dax_insert_mapping',
          HOLE: here.cow ? 'finish_fault' : 'dax_load_hole',
        }),
    ...(here.cow && copyStates(here)),
    ...(!here.cow && {
      dax_insert_mapping: d.dax_insert_mapping(d, here.at('dax_insert_mapping'), {
        RETURN: here.to('put_locked_mapping_entry'),
      }),
    }),
    // IOMAP_WRITE never answers HOLE, so only loads come here.
    ...(!here.write && {
      dax_load_hole: d.dax_load_hole(d, here.at('dax_load_hole'), {
        RETURN: here.to('put_locked_mapping_entry'),
        LOCKED: ret.LOCKED,
      }),
    }),
    put_locked_mapping_entry: d.put_locked_mapping_entry(d, here.at('put_locked_mapping_entry'), {
      RETURN: ret.NOPAGE,
    }),
  });
}

/** A private store: the contents are copied (a hole: zeros) and mapped while the entry is locked; the entry stays as it is. */
const copyStates = (here: Here): Record<string, StateConfig> => ({
  copy_user_dax: step(
    SLEEP,
    'dax_iomap_pte_fault',
    V414.dax,
    otherwise('finish_fault', 'copy_user_dax()', (s) => {
      s.send(anon(s.get(cowPage)!), { type: 'FILL', mem: s.read(block(s.get(mapping)!.block!)).mem });
      s.set(mapping, null);
    }),
  ),
  finish_fault: step(
    PTL,
    'finish_fault',
    V414.memory,
    when((s) => s.read(here.pte, isNone), 'put_locked_mapping_entry', 'set_pte_at(copy, rw)', mapCopy(here)),
    otherwise('put_locked_mapping_entry', '!pte_none(): nothing'),
  ),
});

/** dax_load_hole() with the common zero page: a ZERO entry, then a read-only PTE; its result is ignored. */
export function dax_load_hole(d: IomapParts, here: Here, ret: Returns<'RETURN'>): StateConfig {
  return chart(here, {
    dax_insert_mapping_entry: d.dax_insert_mapping_entry(
      d,
      here.at('dax_insert_mapping_entry'),
      { RETURN: here.to('vm_insert_mixed') },
      () => ({ kind: 'zero', pfn: null }),
      'zero',
    ),
    vm_insert_mixed: d.insert_pfn(
      d,
      here.at('vm_insert_mixed'),
      { OK: ret.RETURN, EBUSY: ret.RETURN },
      { pfn: () => ZERO, mkwrite: false },
    ),
  });
}

/** dax_insert_mapping(): the entry first, then the PTE. -EBUSY is fine: somebody else faulted on the same PTE. */
export const insertMapping =
  (mkwrite: (here: Here) => boolean) =>
  (d: IomapParts, here: Here, ret: Returns<'RETURN'>): StateConfig =>
    chart(here, {
      dax_insert_mapping_entry: d.dax_insert_mapping_entry(
        d,
        here.at('dax_insert_mapping_entry'),
        { RETURN: here.to('vm_insert_mixed') },
        (s) => ({ kind: 'blk', pfn: s.get(mapping)!.block }),
        'blk',
      ),
      vm_insert_mixed: d.insert_pfn(
        d,
        here.at('vm_insert_mixed'),
        { OK: here.to('out'), EBUSY: here.to('out') },
        { pfn: (s) => s.get(mapping)!.block!, mkwrite: mkwrite(here) },
      ),
      out: dispatch(
        'dax_insert_mapping',
        V414.dax,
        otherwise(ret.RETURN, '', (s) => s.set(mapping, null)),
      ),
    });

/** With vm_insert_mixed_mkwrite() for stores. */
export const dax_insert_mapping = insertMapping((here) => here.write);
/** Up to 4.13: the PTE is always inserted read-only. */
export const dax_insert_mapping_v412 = insertMapping(() => false);
