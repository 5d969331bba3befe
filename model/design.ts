/** A design: a kernel version, a patch under review, or a variation of either. One file under designs/ each. */
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
}

export interface Design<P extends MmParts = MmParts> {
  readonly id: string;
  /** One line: what the design is. */
  readonly title: string;
  /** Where its difference from its base was read: commit, mail, tree. */
  readonly source: string;
  readonly facts: DesignFacts;
  readonly parts: P;
  /**
   * Wanted verdicts: by property, the default scenarios in which it is violated. Everywhere else it is not; a difference
   * in either direction fails.
   */
  readonly expects: Readonly<Record<string, readonly string[]>>;
}

export const defineDesign = <P extends MmParts>(design: Design<P>): Design<P> => design;
