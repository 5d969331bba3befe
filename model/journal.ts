/** Whether metadata is journalled: ext4 starts a handle, XFS a transaction, ext2 has neither. */
import type { Act } from '../explorer/chart.ts';
import type { Here } from './here.ts';
import { mark } from './marks.ts';

export function startJournal(s: Act, here: Here): void {
  if (here.scene.config.fs !== 'ext2') s.mark(mark({ type: 'journal-start' }));
}
