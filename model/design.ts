/** A design: a kernel version, a patch under review, or a variation of either. One file under designs/ each. */
import type { StateConfig } from '../explorer/chart.ts';
import type { MmParts } from './parts.ts';

/** What properties may need of a design. */
export interface DesignFacts {
  /** The tree tags dirty entries (4.5 and later). */
  readonly dirtyTags: boolean;
  /** fsync flushes the CPU cache (4.5 and later). */
  readonly cacheFlush: boolean;
  /** fsync (and so freeze) write-protects what it flushes (4.10 and later). */
  readonly mkclean: boolean;
  /** Holes are mapped with the common zero page. */
  readonly mapsZeroPage: boolean;
  /** Blocks have struct pages that get_user_pages() can pin. (So since 4.5; modelled since 4.14.) */
  readonly pins?: boolean;
  /** DAX's VMAs are VM_MIXEDMAP (up to 4.18). Those that are not need PTE_SPECIAL to map a block: vm_mixed_ok(). */
  readonly mixedMap?: boolean;
}

/** By filesystem, what it has in place of ext4's functions; a kernel whose filesystem has no DAX has none for it. */
export interface FilesystemLayers<P extends MmParts = MmParts> {
  readonly ext2?: Partial<P>;
  readonly xfs?: Partial<P>;
}

export interface Design<P extends MmParts = MmParts> {
  readonly id: string;
  /** One line: what the design is. */
  readonly title: string;
  /** Where its difference from its base was read: commit, mail, tree. */
  readonly source: string;
  readonly facts: DesignFacts;
  /** mm/, fs/dax.c and ext4. */
  readonly parts: P;
  /** What tools change in each thread's chart, such as a step that is left out (ablation/). */
  readonly rewrite?: (chart: StateConfig) => StateConfig;
  /** Laid over `parts` with fs=ext2 and fs=xfs; see model/filesystem.ts. */
  readonly filesystems?: FilesystemLayers<P> | undefined;
  /**
   * Wanted verdicts: by property, the default scenarios in which it is violated. Everywhere else it is not; a difference
   * in either direction fails.
   */
  readonly expects: Readonly<Record<string, readonly string[]>>;
}

/** Checks the types of a design, and that its parts fit together. */
export const defineDesign = <P extends MmParts>(design: Design<P>): Design<P> => design;
