/**
 * Whether a call writes a page of a large unwritten extent. How far pages lie from each other, which decides then, the model does
 * not have.
 */
import type { Call } from './script.ts';
import type { Stage } from './stage.ts';

export const UNWRITTEN_RANGE = 'a write of one page of an unwritten extent of 2 MiB';

export class UnwrittenRange {
  private readonly stage: Stage;
  /** Whether all of it has been written since. */
  private filled = false;
  /** Whether a part of it has become another extent. */
  private pieces = false;

  constructor(stage: Stage) {
    this.stage = stage;
  }

  isSplitBy(call: Call): boolean {
    const { pages, initial, cast } = this.stage;
    if (pages.whole || initial !== 'unwritten' || this.filled) return false;
    if (call.kind === 'write') {
      this.filled = pages.numbers.every((p) => p >= call.page && p < call.page + call.pages);
      return !this.filled;
    }
    if (call.kind === 'punch' || call.kind === 'zero') this.pieces = true;
    // One mapping alone is stored to by a PMD, all of the range at once.
    const whole = cast.mappings.size === 1 && !this.pieces && !this.attributesOf(call).includes('unaligned');
    return call.kind === 'store' && !this.attributesOf(call).includes('private') && !whole;
  }

  private attributesOf(call: Call): string {
    return ('mapping' in call && this.stage.cast.mappings.get(call.mapping)?.attributes) || '';
  }
}
