/** JavaScript's heap, which ends the whole process when it is full: what fills it has to stop before. */
import { getHeapStatistics } from 'node:v8';
import type { Limit } from './exploration.ts';

/** Of what the heap may have, so much is for what lives long; the rest is for what was made last, with room for garbage. */
const YOUNG = 64 * 2 ** 20;
const SHARE = 0.8;

export class HeapGauge {
  private readonly atFirst = process.memoryUsage().heapUsed;
  private readonly most = SHARE * (getHeapStatistics().heap_size_limit - YOUNG);
  private readonly budget: number;

  /** @param budget in bytes, from now on */
  constructor(budget = Number.POSITIVE_INFINITY) {
    this.budget = budget;
  }

  /** What is reached, if anything is. */
  limit(): Limit | undefined {
    const { heapUsed } = process.memoryUsage();
    if (heapUsed > this.most) return 'machine';
    return heapUsed - this.atFirst > this.budget ? 'memory' : undefined;
  }

  /** @param times what was taken since the beginning @throws RangeError if there is no room for that on top */
  afford(times: number): void {
    const { heapUsed } = process.memoryUsage();
    const taken = Math.max(0, heapUsed - this.atFirst);
    if (heapUsed + times * taken > this.most) throw new RangeError('heap allocation would fail');
  }
}
