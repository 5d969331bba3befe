/** Pins are in the system only where a scenario pins something. */
import type { Look } from '../explorer/chart.ts';
import { isPinned, pins } from './entries/pins.ts';
import { vma } from './entries/vma.ts';
import type { Here } from './here.ts';
import type { Scene } from './scene.ts';

export const pinsOn = (scene: Scene): boolean =>
  scene.threads.some((t) => t.operations.some((o) => o.name === 'pin' || o.name === 'unpin'));

/** How a thread holds its pin of a page: twice is once more the same. */
export const holderOf = (here: Here): string => `${here.me} ${here.page}`;

/** mapping_mapped(): whether any VMA maps the file. */
export const isMapped = (s: Pick<Look, 'read'>, scene: Scene): boolean =>
  scene.vmas.some((v) => s.read(vma(v.id)).pages.length > 0);

/** page_ref_count() > 1, of the block that an entry holds. */
export const isBusy = (s: Pick<Look, 'read'>, block: string): boolean => s.read(pins(block), isPinned);
