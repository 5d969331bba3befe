/**
 * pfn_mkclean_range() with huge pages: each shared VMA that has a page of the entry, and there the whole range of it. A huge PMD is
 * cleaned under its lock, a page table PTE by PTE, by any pfn of the entry. mm/rmap.c, mm/page_vma_mapped.c, 5.19 and later
 */
import {
  type Act,
  type Look,
  otherwise,
  type Source,
  type StateConfig,
  step,
  type Target,
  unreached,
  when,
} from '../../../explorer/chart.ts';
import type { Pfn } from '../../entries/pfn.ts';
import { isHuge, type PmdPeek, peek, pmd } from '../../entries/pmd.ts';
import type { Here } from '../../here.ts';
import { zapIndex, zapPage } from '../../registers.ts';
import type { SceneVma } from '../../scene.ts';
import { LOCAL, PTL } from '../../sections.ts';
import { V61 } from '../../sources.ts';
import { coveredBy } from '../../thp.ts';
import { blocksOf, current } from '../dax_writeback.ts';
import { eachVma } from './each_vma.ts';
import { cleanHuge } from './follow_pte_pmd.ts';
import { pmdSection } from './pmd_lock.ts';

const NOT_MAPPED = 'an entry is dirtied by a store to a shared mapping, which has its page';

/** @param cleanPte cleans the PTE of a page in the `i`th VMA, if it maps one of the pfns */
export function pfnMkcleanRange(
  here: Here,
  vmas: readonly SceneVma[],
  { fn, src, privateDirties }: { fn: string; src: Source; privateDirties: boolean },
  cleanPte: (s: Act, i: number, page: string, pfns: readonly Pfn[]) => void,
  to: Target,
): Record<string, StateConfig> {
  const covered = (s: Pick<Look, 'get'>): readonly string[] => {
    const { page, slot } = current(s);
    return coveredBy(here.scene, page, slot.pmd === true);
  };
  const at = (s: Pick<Look, 'get'>): SceneVma => vmas[s.get(zapIndex)]!;
  const pages = (s: Pick<Look, 'get'>): readonly string[] => covered(s).filter((p) => at(s).pages.includes(p));
  const is = (s: Look): PmdPeek => s.read(pmd(at(s).id), peek);
  const pfns = (s: Look): readonly Pfn[] =>
    current(s).slot.kind === 'blk' ? blocksOf(s, here) : [current(s).slot.pfn!];
  return {
    ...eachVma(vmas, {
      fn,
      src,
      meets: (s, v) => covered(s).some((p) => v.pages.includes(p)),
      each: 'pmd_trans_huge',
      to,
      ...(!privateDirties && { noneIsUnreached: NOT_MAPPED }),
    }),
    pmd_trans_huge: step(
      LOCAL,
      'page_vma_mapped_walk',
      V61.rmap,
      when((s) => is(s) === 'table', 'pte_lock', 'a page table'),
      when((s) => is(s) === 'none', 'next_vma', '!pmd_present(): nothing to clean'),
      otherwise('pmd_lock', 'pmd_trans_huge() or pmd_devmap()'),
    ),
    pmd_lock: pmdSection(
      fn,
      src,
      (s) => at(s).id,
      when(
        (s) => s.read(pmd(at(s).id), isHuge),
        'next_vma',
        '',
        (s) => cleanHuge(s, at(s).id, pfns(s)),
      ),
      unreached(
        'a fault puts a page table there under the lock of the entry only, which this walk is done under',
        when((s) => is(s) === 'table', 'pte_lock', 'split under us: handle on pte level'),
      ),
      otherwise('next_vma', '!pmd_present(): not huge any more'),
    ),
    pte_lock: step(
      PTL,
      fn,
      src,
      when(
        (s) => s.get(zapPage) === pages(s).length - 1,
        'next_vma',
        '',
        (s) => {
          cleanPte(s, s.get(zapIndex), pages(s).at(-1)!, pfns(s));
          s.set(zapPage, 0);
        },
      ),
      otherwise('pte_lock', '', (s) => {
        const n = s.get(zapPage);
        cleanPte(s, s.get(zapIndex), pages(s)[n]!, pfns(s));
        s.set(zapPage, n + 1);
      }),
    ),
  };
}
