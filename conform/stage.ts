/** What the calls of a scenario are translated with, and how far it has come. */
import type { Cast } from './cast.ts';
import type { FilePages } from './file-pages.ts';
import type { Turn } from './translated.ts';

export interface Stage {
  readonly cast: Cast;
  readonly pages: FilePages;
  /** Whether some mapping is one that the kernel may map by a PMD. */
  readonly huge: boolean;
  /** Whether faults attempt a PMD that no mapping can have. */
  readonly attempts: boolean;
  /** What makes the file as long as it is at first. */
  readonly before: Turn[];
  /** What its pages begin as. */
  initial: 'hole' | 'unwritten';
  /** In pages; undefined: the file is not prepared yet. */
  size: number | undefined;
}
