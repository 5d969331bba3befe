/**
 * clear_exceptional_entry(): up to 4.6 an entry is deleted if the slot still holds what the lookup saw
 * (radix_tree_delete_item), dirty or not; no PTE is touched. mm/truncate.c
 */
import {
  type Act,
  type Alternative,
  type Look,
  otherwise,
  type StateConfig,
  step,
  type Target,
  unreachedIf,
  when,
} from '../../../explorer/chart.ts';
import { entry, inSlot } from '../../entries/entry.ts';
import type { Here } from '../../here.ts';
import { grabbed } from '../../registers.ts';
import { dropsUnlocked } from '../../scene.ts';
import { TL } from '../../sections.ts';
import { V45 } from '../../sources.ts';

/** What the lookup does that found an entry: keeps the word. */
export function foundEntry(s: Act, page: string): void {
  const { kind, pfn } = s.read(entry(page), inSlot);
  s.set(grabbed, { kind, pfn });
}

const KEPT = 'i_mutex keeps out who deletes entries, and faults keep those that are there';

export function clearExceptionalEntry(here: Here, page: (s: Look) => string, to: Target): StateConfig {
  const same = (s: Look): boolean => {
    const { kind, pfn } = s.read(entry(page(s)), inSlot);
    return kind === s.get(grabbed)!.kind && pfn === s.get(grabbed)!.pfn;
  };
  const changed: Alternative = when(
    (s) => !same(s),
    to,
    'slot changed: nothing',
    (s) => s.set(grabbed, null),
  );
  return step(
    TL,
    'clear_exceptional_entry',
    V45.truncate,
    unreachedIf(!dropsUnlocked(here.scene), KEPT, changed),
    otherwise(to, 'delete entry, dirty or not', (s) => {
      s.send(entry(page(s)), { type: 'DELETE' });
      s.set(grabbed, null);
    }),
  );
}
