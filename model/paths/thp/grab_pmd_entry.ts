/**
 * grab_mapping_entry() for a whole range: an entry of that size is locked, or an EMPTY one inserted. A 4 KiB entry anywhere in
 * the range makes it fail, so that the fault falls back. fs/dax.c, 4.12 to 4.14
 */
import { chart, type Look, otherwise, type Source, type StateConfig, step, when } from '../../../explorer/chart.ts';
import { entry, inSlot, isPage, isPmdEntry, isPresent, type Slot } from '../../entries/entry.ts';
import type { Here } from '../../here.ts';
import type { IomapParts, Returns } from '../../parts.ts';
import { grabbed } from '../../registers.ts';
import { TL } from '../../sections.ts';
import { V414 } from '../../sources.ts';
import { rangeStart } from '../../thp.ts';
import { wakeNext, withUnlockedEntry } from '../entry_lock.ts';

export const EMPTY_PMD: Slot = { kind: 'empty', pfn: null, pmd: true };

/** @param looksAgain whether the slot is looked at again when the tree lock is taken to insert: e11f8b7b6c4e */
export const grabPmdEntry =
  (src: Source, { looksAgain = true }: { looksAgain?: boolean } = {}): IomapParts['grab_pmd_entry'] =>
  (d: IomapParts, here: Here, ret: Returns<'RETURN' | 'FALLBACK'>): StateConfig => {
    const fn = 'grab_mapping_entry';
    const start = rangeStart(here.scene);
    const slot = entry(start);
    const isNil = (s: Look): boolean => !s.read(slot, isPresent);
    return chart(here, {
      ...withUnlockedEntry(
        here,
        'get_unlocked_mapping_entry',
        { fn, src, page: () => start },
        when(isNil, 'insert', 'no entry'),
        ...(d.hole_pages ? [when((s) => s.read(slot, isPage), ret.FALLBACK, 'a hole page: -EEXIST')] : []),
        when(
          (s) => !s.read(slot, isPmdEntry),
          ret.FALLBACK,
          'a 4 KiB entry: wake next; -EEXIST',
          (s) => wakeNext(s, here.waitKey(s, start)),
        ),
        otherwise(ret.RETURN, 'lock_slot()', (s) => {
          s.set(grabbed, s.read(slot, inSlot));
          s.send(slot, { type: 'LOCK', by: here.me });
        }),
      ),
      insert: step(
        TL,
        fn,
        src,
        looksAgain
          ? when((s) => !isNil(s), 'get_unlocked_mapping_entry', 'slot taken meanwhile: restart')
          : when((s) => !isNil(s), ret.FALLBACK, 'slot taken meanwhile: -EEXIST'),
        when(
          (s) => here.scene.pages.some((p) => s.read(entry(p.name), isPresent)),
          ret.FALLBACK,
          'a 4 KiB entry of another index: -EEXIST',
        ),
        otherwise(ret.RETURN, 'insert EMPTY of the whole range, locked', (s) => {
          s.send(slot, { type: 'INSERT', slot: EMPTY_PMD, lockedBy: here.me });
          s.set(grabbed, EMPTY_PMD);
        }),
      ),
    });
  };

export const grab_pmd_entry = grabPmdEntry(V414.dax);
