/**
 * Write-protecting and cleaning the PTEs of a page that fsync is about to flush: dax_mapping_entry_mkclean() of
 * 4.10, later dax_entry_mkclean(), then pfn_mkclean_range(). fs/dax.c, mm/rmap.c
 */
import {
  type Act,
  chart,
  dispatch,
  otherwise,
  type Source,
  type StateConfig,
  unreachedIf,
} from '../../explorer/chart.ts';
import type { Pfn } from '../entries/pfn.ts';
import { pte, uncleanPfn } from '../entries/pte.ts';
import { iMmapRwsem } from '../entries/rwsem.ts';
import { isMet } from '../entries/vma.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import type { IomapParts, Returns } from '../parts.ts';
import { zapIndex } from '../registers.ts';
import { V414 } from '../sources.ts';
import { thpOn } from '../thp.ts';
import { current } from './dax_writeback.ts';
import { down, up } from './locks.ts';
import { followPtePmd } from './thp/follow_pte_pmd.ts';
import { pfnMkcleanRange } from './thp/pfn_mkclean_range.ts';
import { flushTlbRange } from './tlb.ts';
import { iMmapCounts } from './unmap_mapping_range.ts';
import { walkPtes } from './walk_ptes.ts';

const NO_VMA = 'the file is mapped nowhere, and an entry is dirtied through a mapping';

/**
 * dax_mapping_entry_mkclean(): one PTL section per shared VMA; the TLB is flushed in it.
 * @param variant.ofRange whether the walk goes over all that the entry covers (5.19 and later), not to its first address
 * @param variant.cleansPmds whether a huge PMD is write-protected as well: f729c8c9b24f
 * @param variant.privateDirties whether a private mapping dirties an entry as well, by a load (6.1)
 */
export const mkclean =
  ({
    fn,
    src,
    privateDirties = false,
    cleansPmds = true,
    ofRange = false,
  }: {
    fn: string;
    src: Source;
    privateDirties?: boolean;
    cleansPmds?: boolean;
    ofRange?: boolean;
  }) =>
  (d: IomapParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const vmas = here.scene.vmas.filter((v) => v.shared);
    if (vmas.length === 0) {
      const dirtied = privateDirties && here.scene.vmas.length > 0;
      return chart(here, {
        none: dispatch(fn, src, unreachedIf(!dirtied, NO_VMA, otherwise(ret.RETURN, ''))),
      });
    }
    const clean = (s: Act, i: number): void => {
      const { page, slot } = current(s);
      // The walk over the tree of VMAs does not meet one that maps other pages.
      if (vmas[i]!.pages.includes(page) && isMet(s, vmas[i]!, page)) cleanPte(s, i, page, [slot.pfn!]);
    };
    const cleanPte = (s: Act, i: number, page: string, pfns: readonly Pfn[]): void => {
      const ref = pte(vmas[i]!.id, page);
      const pfn = s.read(ref, uncleanPfn);
      if (pfn === null || !pfns.includes(pfn)) {
        s.line(`${ref.id}: nothing to clean`);
        return;
      }
      s.send(ref, { type: 'SET', pte: { pfn, w: false, d: false } });
      s.line(`pte_wrprotect(${ref.id})`);
      s.mark(mark({ type: 'tlb-flush', pte: ref.id }));
      flushTlbRange(s, here, vmas[i]!.id, [page]);
    };
    const walk = (to: string): Record<string, StateConfig> =>
      thpOn(here.scene) && ofRange
        ? pfnMkcleanRange(here, vmas, { fn, src, privateDirties }, cleanPte, to)
        : thpOn(here.scene)
          ? followPtePmd(vmas, { fn, src, cleansPmds, me: here.me }, d.mkclean_clears_pmd, clean, to)
          : { mkclean: walkPtes('mkclean', { fn, src, index: zapIndex, count: vmas.length, to }, clean) };
    if (!iMmapCounts(here.scene, d)) return chart(here, walk(ret.RETURN));
    return chart(here, {
      ...down(here, 'i_mmap_rwsem', {
        lock: iMmapRwsem,
        mode: 'read',
        fn,
        src,
        to: thpOn(here.scene) ? 'first_vma' : 'mkclean',
      }),
      ...walk('i_mmap_up'),
      i_mmap_up: up(here, iMmapRwsem, fn, src, ret.RETURN),
    });
  };

export const dax_mapping_entry_mkclean = mkclean({ fn: 'dax_mapping_entry_mkclean', src: V414.dax });
