/**
 * The walk of dax_mapping_entry_mkclean() with huge pages: each shared VMA that has the entry's first index, and there what
 * follow_pte_pmd() finds at that one address. For an entry of the whole range the PTEs behind the first are not looked at,
 * and neither is a VMA that begins behind it. fs/dax.c, mm/memory.c, 4.12 to 5.18
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
import { isHuge, type Pmd, type PmdPeek, peek, pmd } from '../../entries/pmd.ts';
import { mark } from '../../marks.ts';
import { origPmd, zapIndex } from '../../registers.ts';
import type { SceneVma } from '../../scene.ts';
import { LOCAL, PMDL, PTL } from '../../sections.ts';
import { V414 } from '../../sources.ts';
import { current } from '../dax_writeback.ts';
import { eachVma } from './each_vma.ts';
import { pmdSection } from './pmd_lock.ts';

/** @param cleanPte of the `i`th VMA, under the PTL */
export function followPtePmd(
  vmas: readonly SceneVma[],
  { fn, src, cleansPmds, me }: { fn: string; src: Source; cleansPmds: boolean; me: string },
  clears: boolean,
  cleanPte: (s: Act, i: number) => void,
  to: Target,
): Record<string, StateConfig> {
  const at = (s: Pick<Look, 'get'>): SceneVma => vmas[s.get(zapIndex)]!;
  const is = (s: Look): PmdPeek => s.read(pmd(at(s).id), peek);
  return {
    // Those that have the index.
    ...eachVma(vmas, { fn, src, meets: (s, v) => v.pages.includes(current(s).page), each: 'pmd_huge', to }),
    pmd_huge: step(
      LOCAL,
      '__follow_pte_pmd',
      V414.memory,
      when((s) => is(s) === 'devmap', cleansPmds ? 'pmd_lock' : 'next_vma', 'pmd_huge()'),
      when(
        (s) => is(s) === 'trans_huge',
        'pmd_lock',
        'pmd_huge()',
        (s) => s.mark(mark({ type: 'warn', site: '__follow_pte_pmd: VM_BUG_ON(pmd_trans_huge(*pmd))' })),
      ),
      when((s) => is(s) === 'table', 'pte_lock', 'a page table'),
      otherwise('next_vma', 'pmd_none(): nothing to clean'),
    ),
    pmd_lock: pmdSection(
      fn,
      src,
      (s) => at(s).id,
      when((s) => s.read(pmd(at(s).id), isHuge) && !isToClean(at)(s), 'next_vma', 'nothing to clean'),
      clears
        ? when(
            (s) => s.read(pmd(at(s).id), isHuge),
            'set_pmd_at',
            'pmdp_huge_clear_flush()',
            (s) => {
              const ref = pmd(at(s).id);
              s.set(origPmd, s.read(ref));
              s.send(ref, { type: 'CLEAR_HELD', by: me });
              flushed(s, ref.id);
            },
          )
        : when(
            (s) => s.read(pmd(at(s).id), isHuge),
            'next_vma',
            'pmdp_invalidate()',
            (s) => {
              const ref = pmd(at(s).id);
              protect(s, at(s).id, s.read(ref));
              flushed(s, ref.id);
            },
          ),
      otherwise('pmd_none', 'not huge any more'),
    ),
    ...(clears && {
      set_pmd_at: step(
        PMDL,
        fn,
        src,
        otherwise('next_vma', 'set_pmd_at(); unlock', (s) => {
          protect(s, at(s).id, s.get(origPmd)!);
          s.set(origPmd, null);
        }),
      ),
    }),
    pmd_none: step(
      LOCAL,
      '__follow_pte_pmd',
      V414.memory,
      unreached(
        'a fault puts a page table there under the lock of the entry only, which this walk is done under',
        when((s) => is(s) === 'table', 'pte_lock', 'a page table'),
      ),
      otherwise('next_vma', 'pmd_none() or pmd_bad()'),
    ),
    pte_lock: step(
      PTL,
      fn,
      src,
      otherwise('next_vma', '', (s) => cleanPte(s, s.get(zapIndex))),
    ),
  };
}

/** The PMD maps the entry's pfn, and there is something to clean. */
const isToClean =
  (at: (s: Pick<Look, 'get'>) => SceneVma) =>
  (s: Look): boolean => {
    const { huge } = s.read(pmd(at(s).id));
    return huge?.pfn === current(s).slot.pfn && (huge!.w || huge!.d);
  };

/** pmd_wrprotect(), pmd_mkclean(), set_pmd_at() */
function protect(s: Act, vma: string, { huge }: Pmd): void {
  const ref = pmd(vma);
  s.send(ref, { type: 'SET', huge: { pfn: huge!.pfn, w: false, d: false } });
  s.line(`pmd_wrprotect(${ref.id})`);
}

const flushed = (s: Act, id: string): void => s.mark(mark({ type: 'tlb-flush', pte: id }));

/** pmdp_invalidate(), pmd_wrprotect(), pmd_mkclean(), set_pmd_at(), where it maps one of the pfns: one section. */
export function cleanHuge(s: Act, vma: string, pfns: readonly Pfn[]): void {
  const ref = pmd(vma);
  const { huge } = s.read(ref);
  if (!pfns.includes(huge!.pfn) || !(huge!.w || huge!.d)) {
    s.line(`${ref.id}: nothing to clean`);
    return;
  }
  protect(s, vma, s.read(ref));
  flushed(s, ref.id);
}
