/** v4.14 before fixes of PMD faults, one each (thp=on). */
import { chart, dispatch, otherwise, type StateConfig, step, when } from '../../explorer/chart.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import { entry, slotIn } from '../../model/entries/entry.ts';
import { peek } from '../../model/entries/pmd.ts';
import { mark } from '../../model/marks.ts';
import type { IomapParts } from '../../model/parts.ts';
import { iomapPteFault } from '../../model/paths/dax_iomap_pte_fault.ts';
import { mkclean } from '../../model/paths/dax_mapping_entry_mkclean.ts';
import { wakeNext, withUnlockedEntry } from '../../model/paths/entry_lock.ts';
import { iomapPmdFault } from '../../model/paths/thp/dax_iomap_pmd_fault.ts';
import { grabPmdEntry } from '../../model/paths/thp/grab_pmd_entry.ts';
import { grabbed, mapping, origPte } from '../../model/registers.ts';
import { LOCAL, PMDL } from '../../model/sections.ts';
import { V414 } from '../../model/sources.ts';
import { pmdHere, rangeStart, setHuge } from '../../model/thp.ts';

const variation = (id: string, title: string, parts: Partial<IomapParts>): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...v414,
    id,
    title: `v4.14, ${title}`,
    source: 'variation',
    parts: { ...v414.parts, ...parts },
    filesystems: undefined,
    expects: {},
  });

/** Before 01871e59af5c (C07): a PMD that is there is left as it is. */
export const neverWritable = variation(
  'pmd-insert-never-replaces',
  'insert_pfn_pmd() leaves a PMD that is there alone',
  {
    insert_pfn_pmd: (_d, here, ret) =>
      chart(here, {
        insert_pfn_pmd: step(
          PMDL,
          'insert_pfn_pmd',
          V414.hugeMemory,
          when(
            (s) => s.read(pmdHere(here), peek) !== 'none',
            ret.RETURN,
            '!pmd_none(): nothing',
            (s) => s.set(mapping, null),
          ),
          otherwise(ret.RETURN, here.write ? 'set_pmd_at(rw)' : 'set_pmd_at(ro)', (s) => {
            setHuge(s, here.thread.vma, { pfn: s.get(mapping)!.block!, w: here.write, d: here.write });
            s.set(mapping, null);
          }),
        ),
      }),
  },
);

/** Before f729c8c9b24f (C15): follow_pte() finds no PTE where there is a huge PMD. */
export const mkcleanSkipsPmds = variation('mkclean-skips-pmds', 'dax_mapping_entry_mkclean() passes over huge PMDs', {
  dax_mapping_entry_mkclean: mkclean({ fn: 'dax_mapping_entry_mkclean', src: V414.dax, cleansPmds: false }),
});

const NAMES = { src: V414.dax, unlock: 'put_locked_mapping_entry' };
const PMD_FAULT = { ...NAMES, entry: 'dax_insert_mapping_entry' };

/** Before 876f29460cbd (C10): the filesystem is asked before the entry is locked. */
export const pmdAsksBeforeLock = variation(
  'pmd-iomap-before-grab',
  'dax_iomap_pmd_fault() calls iomap_begin before grab_mapping_entry()',
  { dax_iomap_pmd_fault: iomapPmdFault({ ...PMD_FAULT, grabsFirst: false }) },
);

/** Before e2093926a098 (C18): nobody looks at the PMD again when the entry is locked. */
export const collide = variation('pmd-and-pte-faults-collide', 'no handler looks at the PMD once the entry is locked', {
  dax_iomap_pmd_fault: iomapPmdFault({ ...PMD_FAULT, looksAtPmd: false }),
  dax_iomap_pte_fault: iomapPteFault({
    ...NAMES,
    insert: 'dax_insert_mapping',
    copy: 'copy_user_dax',
    looksAtPmd: false,
  }),
});

/** Before e11f8b7b6c4e (C41), and so before e2093926a098 as well: who finds the slot taken when it inserts falls back. */
export const insertsUnchecked = defineDesign<IomapParts>({
  ...collide,
  id: 'pmd-grab-does-not-look-again',
  title: `${collide.title}, and grab_mapping_entry() does not look again before it inserts`,
  parts: { ...collide.parts, grab_pmd_entry: grabPmdEntry(V414.dax, { looksAgain: false }) },
});

/** Before 11cf9d863dcb (C25), on an architecture that deposits page tables. */
export const depositsForBlocks = variation(
  'pmd-deposits-for-blocks',
  'a page table is deposited for PMDs of storage alone',
  {
    pmd_deposit: 'blocks',
  },
);
export const depositsForAll = variation('pmd-deposits-for-all', 'a page table is deposited for every huge PMD', {
  pmd_deposit: 'all',
});

/** With 024eee0e83f0 (C36). */
export const neverNone = variation('pmd-never-none', 'fsync write-protects a huge PMD with pmdp_invalidate()', {
  mkclean_clears_pmd: false,
});

/** Before 63e95b5c4f16 (C46). */
export const exactWaitKey = variation(
  'wait-key-is-the-exact-index',
  'who waits for an entry waits under the index asked for',
  {
    dax_entry_waitqueue: 'exact',
  },
);

/** Before 6370740e5f8e (C30): no entry at all counts as one of 4 KiB. */
export const alwaysFallsBack = variation('pmd-always-falls-back', 'an empty range is taken for a conflict', {
  grab_pmd_entry: (_d, here, ret) => {
    const start = rangeStart(here.scene);
    const slot = entry(start);
    return chart(here, {
      ...withUnlockedEntry(
        here,
        'get_unlocked_mapping_entry',
        { fn: 'grab_mapping_entry', src: V414.dax, page: () => start },
        when(
          (s) => !s.read(slot).pmd,
          ret.FALLBACK,
          'the order is smaller: -EEXIST',
          (s) => wakeNext(s, start),
        ),
        otherwise(ret.RETURN, 'lock_slot()', (s) => {
          s.set(grabbed, slotIn(s.read(slot)));
          s.send(slot, { type: 'LOCK', by: here.me });
        }),
      ),
    });
  },
});

/** Before d0f0931de936 (C19): pmd_trans_unstable() is asked first, and takes a PMD of storage for a bad one. */
export const asksUnstableFirst = variation(
  'pmd-unstable-before-devmap',
  'handle_pte_fault() asks pmd_trans_unstable() first',
  {
    do_page_fault: (d, here, ret) => {
      const base = v414.parts.do_page_fault(d, here, ret);
      const states = base.states as Record<string, StateConfig> | undefined;
      if (!states || !('pmd_devmap' in states)) return base;
      const pmd_devmap = dispatch('handle_pte_fault', V414.memory, otherwise('pmd_trans_unstable', ''));
      return chart(here, { ...states, pmd_devmap });
    },
  },
);

/** Before ad33bb04b2a6 (C52): a PMD that is not huge at one look is taken for a page table, which it need not have been before. */
export const looksOnlyForHuge = variation(
  'pmd-looks-only-for-huge',
  'handle_pte_fault() asks whether the PMD is huge, and not whether it is a page table',
  {
    do_page_fault: (d, here, ret) => {
      const base = v414.parts.do_page_fault(d, here, ret);
      const states = base.states as Record<string, StateConfig> | undefined;
      if (!states || !('pmd_devmap' in states)) return base;
      const fn = 'handle_pte_fault';
      const pmd_devmap = step(
        LOCAL,
        fn,
        V414.memory,
        when((s) => s.read(pmdHere(here)).huge !== null, 'up_read', 'pmd_trans_huge() || pmd_devmap(): retry'),
        when(
          (s) => s.read(pmdHere(here), peek) === 'table',
          fn,
          'orig_pte = *pte',
          (s) => s.set(origPte, s.read(here.pte)),
        ),
        otherwise('up_read', 'pte_offset_map() of no page table', (s) =>
          s.mark(mark({ type: 'warn', site: `${fn}: pte_offset_map() where pmd_none()` })),
        ),
      );
      return chart(here, { ...states, pmd_devmap });
    },
  },
);
