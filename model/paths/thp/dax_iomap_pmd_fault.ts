/**
 * dax_iomap_pmd_fault(): the fault of a whole 2 MiB range. What it cannot do falls back to 4 KiB, with the entry left in the
 * tree as it is by then, and whatever huge PMD there is split. fs/dax.c, 4.12 to 7.1
 */
import {
  type Act,
  chart,
  dispatch,
  type Look,
  otherwise,
  type Source,
  type StateConfig,
  step,
  unreachedIf,
  when,
} from '../../../explorer/chart.ts';
import type { Slot } from '../../entries/entry.ts';
import { inode, iSize, reaches } from '../../entries/inode.ts';
import { HZP } from '../../entries/pfn.ts';
import { peek } from '../../entries/pmd.ts';
import { vma } from '../../entries/vma.ts';
import type { Here } from '../../here.ts';
import { mark } from '../../marks.ts';
import type { IomapParts, Returns } from '../../parts.ts';
import { grabbed, mapping } from '../../registers.ts';
import { LOCAL } from '../../sections.ts';
import { V413, V414, V510 } from '../../sources.ts';
import { pmdHere, rangeStart, setHuge } from '../../thp.ts';
import { isSync, SYNC, synchronous } from '../v5/dax_finish_sync_fault.ts';
import { deposit } from './deposit.ts';
import { pmdSection } from './pmd_lock.ts';
import { splitHugePmd } from './split_huge_pmd.ts';

/** How the functions called are named, and where the fault was read. */
interface Variant {
  readonly src: Source;
  readonly entry: string;
  readonly unlock: string;
  /** Whether the PMD is looked at when the entry is locked: e2093926a098. */
  readonly looksAtPmd?: boolean;
  /** Whether the entry is locked before the filesystem is asked: 876f29460cbd. */
  readonly grabsFirst?: boolean;
  /** Whether the file's size is looked at before anything that falls back, and read once (5.17 and later). */
  readonly sizeFirst?: boolean;
  /**
   * Whether the last page of the file is (i_size - 1) >> PAGE_SHIFT, in a pgoff_t: of an empty file the last that there can be, so that nothing
   * lies beyond it (up to 4.13; 957ac8c421ad, which 4.14.y has).
   */
  readonly emptyIsEndless?: boolean;
  /** What maps the blocks. */
  readonly insert?: string;
  /** Whether a load of a hole leaves a PMD that is there by then as it is, and does not fall back (6.15: vmf_insert_folio_pmd()). */
  readonly leavesPresent?: boolean;
}

const FN = 'dax_iomap_pmd_fault';

export const iomapPmdFault =
  ({
    src,
    entry,
    unlock,
    looksAtPmd = true,
    grabsFirst = true,
    sizeFirst = false,
    emptyIsEndless = false,
    insert = 'vmf_insert_pfn_pmd',
    leavesPresent = false,
  }: Variant): IomapParts['dax_iomap_pmd_fault'] =>
  (d, here, ret) => {
    const fallback = splitHugePmd(d, here, 'split_huge_pmd', ret.FALLBACK);
    const beyond = emptyIsEndless
      ? []
      : [when((s) => !s.read(inode, reaches(0)), ret.SIGBUS, 'pgoff >= max_pgoff: SIGBUS')];
    const isShort = (s: Look): boolean =>
      s.read(inode, iSize) < size && !(emptyIsEndless && s.read(inode, iSize) === 0);
    // Fall back to PTEs if it is going to be a copy. (What is beyond the file gets its SIGBUS there, if not here.)
    if (here.cow) return chart(here, fallback);
    const size = here.scene.pages.length;
    const sync = grabsFirst && isSync(d, here);
    const slot = (): Slot => ({ kind: 'blk', pfn: `blk.${rangeStart(here.scene)}`, pmd: true });
    const unlocked = (name: string, to: string): Record<string, StateConfig> => ({
      [name]: d.put_locked_mapping_entry(d, here.at(name), { RETURN: to }, () => rangeStart(here.scene)),
    });
    const falls = here.to(`${unlock}_fallback`);
    const locked = grabsFirst ? 'iomap_begin' : 'iomap_type';
    const misplaced = here.vma.unaligned
      ? [otherwise('split_huge_pmd', 'the addresses are not congruent to the file modulo 2 MiB')]
      : [];
    if (misplaced.length > 0) {
      return chart(here, {
        check_range: step(LOCAL, FN, src, ...(sizeFirst ? beyond : []), ...misplaced),
        ...fallback,
      });
    }
    return chart(here, {
      check_range: step(
        LOCAL,
        FN,
        src,
        ...(sizeFirst ? beyond : []),
        when(
          (s) => s.read(vma(here.thread.vma)).pages.length < size,
          'split_huge_pmd',
          'the PMD would extend outside the VMA',
        ),
        ...(sizeFirst ? [] : beyond),
        when(isShort, 'split_huge_pmd', 'the PMD would extend beyond the file size'),
        otherwise(grabsFirst ? 'grab_mapping_entry' : 'iomap_begin', 'VMA and file have all of the range'),
      ),
      grab_mapping_entry: d.grab_pmd_entry(d, here.at('grab_mapping_entry'), {
        RETURN: here.to(looksAtPmd ? 'pmd_is_table' : locked),
        FALLBACK: here.to('split_huge_pmd'),
      }),
      ...(looksAtPmd && {
        pmd_is_table: step(
          LOCAL,
          FN,
          src,
          when(
            (s) => s.read(pmdHere(here), peek) === 'table',
            `${unlock}_retry`,
            'a page table by now: retry',
            (s) => s.set(grabbed, null),
          ),
          otherwise(locked, 'none or huge'),
        ),
        ...unlocked(`${unlock}_retry`, ret.DONE),
      }),
      iomap_begin: d.iomap_begin_range(
        d,
        here.at('iomap_begin'),
        grabsFirst
          ? { MAPPED: here.to(sync ? SYNC : entry), HOLE: here.to('dax_pmd_load_hole'), SHORT: here.to('too_short') }
          : {
              MAPPED: here.to('grab_mapping_entry'),
              HOLE: here.to('grab_mapping_entry'),
              SHORT: here.to('split_huge_pmd'),
            },
        { write: here.write, fn: FN, src },
      ),
      ...(!grabsFirst && {
        iomap_type: dispatch(
          FN,
          src,
          when((s) => s.get(mapping) !== null, entry, ''),
          otherwise(here.write ? entry : 'dax_pmd_load_hole', ''),
        ),
      }),
      [entry]: d.dax_insert_mapping_entry(d, here.at(entry), { RETURN: here.to(insert), ENOMEM: falls }, slot, 'blk'),
      ...(sync && synchronous(d, here, { fn: FN, src, no: entry, to: unlock }, slot)),
      [insert]: d.insert_pfn_pmd(d, here.at(insert), { RETURN: here.to(unlock) }),
      ...unlocked(unlock, ret.DONE),
      // IOMAP_WRITE never answers HOLE.
      ...(!here.write && {
        dax_pmd_load_hole: loadHole(
          d,
          here.at('dax_pmd_load_hole'),
          { src, entry, leavesPresent },
          { DONE: here.to(unlock), FALLBACK: falls },
        ),
      }),
      ...(grabsFirst && {
        too_short: dispatch(
          FN,
          src,
          otherwise(falls, '', (s) => s.set(grabbed, null)),
        ),
      }),
      ...unlocked(`${unlock}_fallback`, here.to('split_huge_pmd')),
      ...fallback,
    });
  };

const V414_NAMES = { src: V414.dax, entry: 'dax_insert_mapping_entry', unlock: 'put_locked_mapping_entry' };
export const dax_iomap_pmd_fault = iomapPmdFault(V414_NAMES);
export const dax_iomap_pmd_fault_v413 = iomapPmdFault({ ...V414_NAMES, src: V413.dax, emptyIsEndless: true });

/** dax_pmd_load_hole(): a ZERO entry of the whole range, then the huge zero page, if the PMD is still none. */
const loadHole = (
  d: IomapParts,
  here: Here,
  { src, entry, leavesPresent }: Pick<Variant, 'src' | 'entry' | 'leavesPresent'>,
  ret: Returns<'DONE' | 'FALLBACK'>,
): StateConfig =>
  chart(here, {
    [entry]: d.dax_insert_mapping_entry(
      d,
      here.at(entry),
      { RETURN: here.to('set_pmd_at'), ENOMEM: ret.FALLBACK },
      () => ({ kind: 'zero', pfn: null, pmd: true }),
      'zero',
    ),
    set_pmd_at: pmdSection(
      'dax_pmd_load_hole',
      src,
      () => here.thread.vma,
      when(
        (s) => s.read(pmdHere(here), peek) !== 'none',
        leavesPresent ? ret.DONE : ret.FALLBACK,
        leavesPresent ? '!pmd_none(): nothing' : '!pmd_none(): fall back',
      ),
      otherwise(ret.DONE, 'set_pmd_at(huge zero page)', (s) => {
        deposit(s, d, here.thread.vma, 'zero');
        setHuge(s, here.thread.vma, { pfn: HZP, w: false, d: false });
      }),
    ),
  });

/** vmf_insert_pfn_pmd() up to 5.0: whatever PMD is there is overwritten. One section. */
export const insert_pfn_pmd: IomapParts['insert_pfn_pmd'] = (d, here, ret) =>
  chart(here, {
    insert_pfn_pmd: pmdSection(
      'insert_pfn_pmd',
      V414.hugeMemory,
      () => here.thread.vma,
      otherwise(ret.RETURN, here.write ? 'set_pmd_at(rw)' : 'set_pmd_at(ro)', (s) => {
        const { vma: area } = here.thread;
        if (s.read(pmdHere(here), peek) === 'table') lostTable(s);
        deposit(s, d, area, 'block');
        setHuge(s, area, { pfn: s.get(mapping)!.block!, w: here.write, d: here.write });
        s.set(mapping, null);
      }),
    ),
  });

/** Since 5.1 (c6f3c5ee40c1) a PMD that is there only gets young, dirty and write, by a store and for the same pfn. */
export const insertPfnPmd =
  ({ fn, src }: { fn: string; src: Source }): IomapParts['insert_pfn_pmd'] =>
  (d, here, ret) => {
    const ref = pmdHere(here);
    const { vma: area } = here.thread;
    const forget = (s: Act): void => s.set(mapping, null);
    const isSame = (s: Look): boolean => s.read(ref).huge?.pfn === s.get(mapping)!.block;
    const present = here.write
      ? [
          when((s) => s.read(ref, peek) === 'trans_huge', ret.RETURN, 'the huge zero page: left', forget),
          when(isSame, ret.RETURN, 'pmdp_set_access_flags(*pmd | rw)', (s) => {
            setHuge(s, area, { ...s.read(ref).huge!, w: true, d: true });
            forget(s);
          }),
          // A synchronous fault has dropped the entry lock since: a fault of 4 KiB can have put a page table there.
          unreachedIf(
            !isSync(d, here),
            'the PMD was looked at under the entry lock, and a range has no other blocks that are aligned',
            when(
              (s) => s.read(ref, peek) !== 'none',
              ret.RETURN,
              'WARN_ON_ONCE(other pfn): left',
              (s) => {
                s.mark(mark({ type: 'warn', site: `${fn}: pmd_pfn(*pmd) != pfn` }));
                forget(s);
              },
            ),
          ),
        ]
      : [when((s) => s.read(ref, peek) !== 'none', ret.RETURN, '!pmd_none(): nothing', forget)];
    return chart(here, {
      [fn]: pmdSection(
        fn,
        src,
        () => here.thread.vma,
        ...present,
        otherwise(ret.RETURN, here.write ? 'set_pmd_at(rw)' : 'set_pmd_at(ro)', (s) => {
          deposit(s, d, area, 'block');
          setHuge(s, area, { pfn: s.get(mapping)!.block!, w: here.write, d: here.write });
          forget(s);
        }),
      ),
    });
  };

export const insert_pfn_pmd_v51 = insertPfnPmd({ fn: 'insert_pfn_pmd', src: V510.hugeMemory });

/** Nobody finds the page table again: nr_ptes and, where it mapped struct pages, rss stay wrong. */
function lostTable(s: Act): void {
  s.line('the page table is lost');
  s.mark(mark({ type: 'warn', site: 'check_mm: non-zero nr_ptes on freeing mm' }));
}
