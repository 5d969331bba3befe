/**
 * dax_break_layout() of 6.15 and later, of the whole file: unmap it, wait until no page has a reference beyond those of its
 * PTEs, and delete every entry, dirty or not. Locked entries are waited for. fs/dax.c, fs/ext4/inode.c; read from 7.1.3
 */
import {
  type Act,
  type Alternative,
  chart,
  type Look,
  otherwise,
  type StateConfig,
  step,
  type Target,
  when,
} from '../../../explorer/chart.ts';
import { entry, inSlot, isLocked, isValue, tagged } from '../../entries/entry.ts';
import { waitQueue } from '../../entries/wait-queue.ts';
import type { Here } from '../../here.ts';
import type { IomapParts, MmParts, Returns } from '../../parts.ts';
import { isBusy, isMappedBlock, refsOn } from '../../pins.ts';
import { pageIndex } from '../../registers.ts';
import { TL } from '../../sections.ts';
import { V72 } from '../../sources.ts';
import { blocksAt } from '../../thp.ts';
import { wakeAll, wakeNext, withUnlockedEntry } from '../entry_lock.ts';
import { filemap_write_and_wait_range } from '../v5/dax_writeback.ts';
import { busyBlock, waitForPage } from '../v5/ext4_truncate.ts';
import { dax_folio_put } from './dax_folio_put.ts';

interface Layout {
  /** The range it is called for: 7.2 has all of the file. */
  readonly pagesOf?: (here: Here) => readonly string[];
  /** Whether dax_page_is_idle() counts PTEs: no reference at all may be left. */
  readonly waitsForPtes?: boolean;
  /** No kernel does this: what is dirty in the range is written back before its entry is deleted. */
  readonly writesBack?: boolean;
  /** Whether the entries of the range are deleted (6.15). */
  readonly deletes?: boolean;
  /** No kernel does this: PMDs that are none are looked at once more when their locks were free, as 22061a1ffabd does for the page cache. */
  readonly syncsWithZaps?: boolean;
}

/** Entered and left with i_rwsem and the fault lock held for writing. */
export const breakLayout =
  ({
    pagesOf = (here) => here.allPages,
    waitsForPtes = true,
    writesBack = false,
    deletes = true,
    syncsWithZaps = false,
  }: Layout) =>
  (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const pages = pagesOf(here);
    const refs = refsOn(d, here.scene);
    const busyIn = (s: Look, some: readonly string[]): string | undefined =>
      some.find((p) => {
        return busyBlockAt(s, p) !== undefined;
      });
    const busyBlockAt = (s: Look, p: string): string | undefined =>
      blocksAt(here.scene, s.read(entry(p), inSlot)).find((b) => isBusy(s, b));
    /** The blocks of the folio that a block is in. */
    const folio = (s: Look, block: string): readonly string[] =>
      [
        ...here.allPages
          .map((p) => blocksAt(here.scene, s.read(entry(p), inSlot)))
          .filter((all) => all.includes(block)),
        [block],
      ][0]!;
    const busy = when(
      (s) => busyIn(s, unlocked(s, pages)) !== undefined,
      'page_refcount',
      '',
      (s) => {
        const page = busyIn(s, unlocked(s, pages))!;
        const pfn = busyBlockAt(s, page)!;
        s.line(`${pfn} has a reference beyond those of PTEs`);
        for (const p of unlocked(s, pages)) if (p <= page) looked(s, p);
        s.set(busyBlock, pfn);
        s.set(pageIndex, 0);
      },
    );
    const deleting = deletes ? here.to('dax_delete_mapping_range') : ret.RETURN;
    const idle = writesBack ? here.to('filemap_write_and_wait_range') : deleting;
    return chart(here, {
      unmap_mapping_pages: d.unmap_mapping_range(
        d,
        here.at('unmap_mapping_pages'),
        { RETURN: here.to('dax_layout_busy_page_range') },
        { pages, ...(syncsWithZaps && { single_folio: true }) },
      ),
      ...walk(here, pages, 'dax_layout_busy_page_range', {
        first: refs ? [busy] : [],
        each: looked,
        done: 'no page is busy; wake next',
        to: idle,
      }),
      ...(writesBack && {
        filemap_write_and_wait_range: filemap_write_and_wait_range(
          d as IomapParts,
          here.at('filemap_write_and_wait_range'),
          { RETURN: deleting },
          { pages },
        ),
      }),
      ...(refs &&
        waitForPage(d, here, {
          again: here.to('unmap_mapping_pages'),
          waitsForPtes,
          // dax_page_is_idle(); a fault may have mapped the page again meanwhile.
          isIdle: (s, block) =>
            folio(s, block).every((b) => !isBusy(s, b) && !(waitsForPtes && isMappedBlock(s, here.scene, b))),
        })),
      ...(deletes &&
        walk(here, pages, 'dax_delete_mapping_range', {
          first: [],
          each: (s, p) => deleted(s, d, here, p),
          done: 'delete the entries; wake all',
          to: ret.RETURN,
        })),
    });
  };

/** dax_break_layout_inode(): 0 to LLONG_MAX, whatever is to be truncated. */
export const dax_break_layout = breakLayout({});

/** put_unlocked_entry(WAKE_NEXT) */
const looked = (s: Act, p: string): void => {
  if (s.read(entry(p), isValue)) wakeNext(s, p);
};
const deleted = (s: Act, d: MmParts, here: Here, p: string): void => {
  if (!s.read(entry(p), isValue)) return;
  s.line(`${p}: ${s.read(entry(p), tagged) ? 'a dirty entry is deleted' : 'deleted'}`);
  dax_folio_put(s, d, here, s.read(entry(p), inSlot));
  s.send(entry(p), { type: 'DELETE' });
  wakeAll(s, p);
};

const rest = (s: Look, pages: readonly string[]): readonly string[] => pages.slice(s.get(pageIndex));
/** What the walk comes to before it has to wait. */
const unlocked = (s: Look, pages: readonly string[]): readonly string[] => {
  const left = rest(s, pages);
  const stop = left.findIndex((p) => s.read(entry(p), isLocked));
  return stop < 0 ? left : left.slice(0, stop);
};

interface Walk {
  readonly first: readonly Alternative[];
  /** What is done with an entry that is not locked. */
  each(s: Act, page: string): void;
  readonly done: string;
  readonly to: Target;
}

/**
 * States `name` and `name_wait`: xas_for_each() under the tree lock, which is dropped only to wait for an entry that is locked:
 * wait_entry_unlocked_exclusive().
 */
function walk(
  here: Here,
  pages: readonly string[],
  name: string,
  { first, each, done, to }: Walk,
): Record<string, StateConfig> {
  const lockedPage = (s: Look): string | undefined => rest(s, pages).find((p) => s.read(entry(p), isLocked));
  const all = (s: Act): void => {
    for (const p of unlocked(s, pages)) each(s, p);
  };
  const alternatives: readonly Alternative[] = [
    ...first,
    when(
      (s) => lockedPage(s) !== undefined,
      `${name}_wait`,
      'entry locked: prepare_to_wait_exclusive()',
      (s) => {
        const page = lockedPage(s)!;
        all(s);
        s.set(pageIndex, pages.indexOf(page));
        s.send(waitQueue, { type: 'SLEEP', who: here.me, key: page, exclusive: true });
      },
    ),
    otherwise(to, done, (s) => {
      all(s);
      s.set(pageIndex, 0);
    }),
  ];
  const sleeping = withUnlockedEntry(
    here,
    name,
    {
      fn: name,
      src: V72.dax,
      page: (s) => pages[s.get(pageIndex)]!,
    },
    ...alternatives,
  );
  return { [name]: step(TL, name, V72.dax, ...alternatives), [`${name}_wait`]: sleeping[`${name}_wait`]! };
}
