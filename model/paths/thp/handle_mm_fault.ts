/**
 * __handle_mm_fault() and the begin of handle_pte_fault() with huge pages: the PMD is read again and again without a lock,
 * each time a step of its own. 4.12 to 6.1 alike; from 6.5 on pte_offset_map() is one more such read, and may fail.
 */
import { type Alternative, type Look, otherwise, type StateConfig, step, when } from '../../../explorer/chart.ts';
import { type Pmd, type PmdPeek, peek } from '../../entries/pmd.ts';
import type { Here } from '../../here.ts';
import type { HugeFault, MmParts } from '../../parts.ts';
import { origPmd, origPte } from '../../registers.ts';
import { LOCAL } from '../../sections.ts';
import { V45, V414, V612 } from '../../sources.ts';
import { pmdHere } from '../../thp.ts';
import { pmdClearBad } from './pmd_clear_bad.ts';
import { pmdSection } from './pmd_lock.ts';
import { splitUnderLock } from './split_huge_pmd.ts';

interface PmdFault {
  /** What finding the VMA ends with. */
  readonly first: readonly Alternative[];
  /** Leave for `handle_pte_fault`, `up_read` and `sigbus`. */
  readonly states: Record<string, StateConfig>;
}

export function pmdFault(d: MmParts, here: Here, huge_fault: HugeFault): PmdFault {
  const ref = pmdHere(here);
  const is = (s: Look): PmdPeek => s.read(ref, peek);
  const src = V414.memory;
  // A private mapping's is split at once since aea06577a900.
  const asks = here.write && (d.wp_huge_pmd_private || here.shared);
  const splits = here.write && d.wp_huge_pmd_splits;
  const fault = (name: string, fallback = 'pmd_none'): StateConfig =>
    huge_fault(d, here.at(name), {
      DONE: here.to('up_read'),
      FALLBACK: here.to(fallback),
      SIGBUS: here.to('sigbus'),
    });
  return {
    first: [when((s) => is(s) === 'none', 'create_huge_pmd', 'pmd_none()'), otherwise('read_orig_pmd', '!pmd_none()')],
    states: {
      create_huge_pmd: fault('create_huge_pmd'),
      read_orig_pmd: step(
        LOCAL,
        '__handle_mm_fault',
        src,
        when((s) => s.read(ref).huge === null, 'pmd_none', 'orig_pmd = *pmd: not huge'),
        ...(here.write
          ? [
              when(
                (s) => !s.read(ref).huge!.w,
                asks ? 'wp_huge_pmd' : '__split_huge_pmd',
                'orig_pmd = *pmd: huge, read-only: wp_huge_pmd()',
              ),
            ]
          : []),
        otherwise('huge_pmd_set_accessed', 'orig_pmd = *pmd: huge', (s) => s.set(origPmd, s.read(ref))),
      ),
      ...(asks && { wp_huge_pmd: fault('wp_huge_pmd', splits ? '__split_huge_pmd' : 'pmd_none') }),
      ...(splits && splitUnderLock(d, here, '__split_huge_pmd', 'pmd_none')),
      huge_pmd_set_accessed: pmdSection(
        'huge_pmd_set_accessed',
        V414.hugeMemory,
        () => here.thread.vma,
        when(
          (s) => samePmd(s.read(ref), s.get(origPmd)!),
          'up_read',
          `pmd_same(): ${here.write ? 'pmd_mkdirty' : 'pmd_mkyoung'}`,
          (s) => {
            const { huge } = s.get(origPmd)!;
            if (here.write) s.send(ref, { type: 'SET', huge: { ...huge!, d: true } });
            s.set(origPmd, null);
          },
        ),
        otherwise('up_read', '!pmd_same(): retry', (s) => s.set(origPmd, null)),
      ),
      ...(d.pte_offset_map_fails ? mapsTable(here) : looksAtPmd(d, here)),
    },
  };
}

/** pmd_none(), then pmd_devmap_trans_unstable(): two reads. */
function looksAtPmd(d: MmParts, here: Here): Record<string, StateConfig> {
  const ref = pmdHere(here);
  const is = (s: Look): PmdPeek => s.read(ref, peek);
  const fn = 'handle_pte_fault';
  const src = V414.memory;
  return {
    ...(d.page_table_first
      ? tableFirst(here)
      : {
          pmd_none: step(
            LOCAL,
            fn,
            src,
            when((s) => is(s) === 'none', 'handle_pte_fault', 'pmd_none(): no PTE'),
            otherwise('pmd_devmap', '!pmd_none()'),
          ),
          pmd_devmap: step(
            LOCAL,
            fn,
            src,
            when((s) => is(s) === 'devmap', 'up_read', 'pmd_devmap(): retry'),
            otherwise('pmd_trans_unstable', '!pmd_devmap()'),
          ),
        }),
    pmd_trans_unstable: step(
      LOCAL,
      fn,
      src,
      when(
        (s) => is(s) === 'table',
        'handle_pte_fault',
        'orig_pte = *pte',
        (s) => s.set(origPte, s.read(here.pte)),
      ),
      when((s) => is(s) === 'devmap', 'pmd_clear_bad', 'pmd_trans_unstable(): pmd_bad()'),
      otherwise('up_read', 'pmd_trans_unstable(): retry'),
    ),
    pmd_clear_bad: pmdClearBad(() => here.thread.vma, 'up_read'),
  };
}

/**
 * 6.5 and later (0d940a9b270b): pmd_none(), then pte_offset_map_nolock(), which answers NULL where there is no page table. A page
 * table stays, so that the two reads and that of the PTE are one step; what is huge at the first is tried again.
 */
function mapsTable(here: Here): Record<string, StateConfig> {
  const ref = pmdHere(here);
  const is = (s: Look): PmdPeek => s.read(ref, peek);
  return {
    pmd_none: step(
      LOCAL,
      'handle_pte_fault',
      V612.memory,
      when((s) => is(s) === 'none', 'handle_pte_fault', 'pmd_none(): no PTE'),
      when(
        (s) => is(s) === 'table',
        'handle_pte_fault',
        'orig_pte = *pte',
        (s) => s.set(origPte, s.read(here.pte)),
      ),
      otherwise('up_read', '!pte_offset_map_nolock(): retry'),
    ),
  };
}

/** Up to 4.7 the page table is there before anything looks at a PTE; and pmd_devmap() is asked last (before d0f0931de936). */
function tableFirst(here: Here): Record<string, StateConfig> {
  const ref = pmdHere(here);
  const fn = '__handle_mm_fault';
  return {
    pmd_none: step(
      LOCAL,
      fn,
      V45.memory,
      when((s) => s.read(ref, peek) === 'none', '__pte_alloc', 'pmd_none()'),
      otherwise('pmd_trans_unstable', '!pmd_none()'),
    ),
    __pte_alloc: pmdSection(
      '__pte_alloc',
      V45.memory,
      () => here.thread.vma,
      when(
        (s) => s.read(ref, peek) === 'none',
        'pmd_trans_unstable',
        'pmd_populate()',
        (s) => s.send(ref, { type: 'POPULATE' }),
      ),
      otherwise('pmd_trans_unstable', '!pmd_none()'),
    ),
  };
}

const samePmd = (a: Pmd, b: Pmd): boolean =>
  a.is === b.is && a.huge?.pfn === b.huge?.pfn && a.huge?.w === b.huge?.w && a.huge?.d === b.huge?.d;
