/** The levels of a compiled search: which states each worker has found on which of them, and so what may be a state's predecessor. */
import type { Core } from './core-instance.ts';

/** States that a worker claims at once, as in core/children.ts. */
const BLOCK = 128;

export class CoreLevels {
  depth = 0;
  /** States of finished levels. */
  before = 0;
  private readonly core: Core;
  /** By level, by worker: its place at which its part of the level begins. */
  private readonly levels: number[][] = [];

  constructor(core: Core) {
    this.core = core;
  }

  /** @returns how many states the level has */
  open(workers: number): number {
    const size = this.core.nextLevel() >>> 0;
    this.levels.push(Array.from({ length: workers }, (_, w) => this.core.levelFrom(w)));
    return size;
  }

  /** @returns false: nothing was found that is not expanded */
  next(workers: number): boolean {
    this.before += this.core.claimed();
    if (this.open(workers) === 0) return false;
    this.depth++;
    return true;
  }

  /** The states of the block that found the state: its predecessor is the first of them that leads to it. */
  *candidates(state: number): Generator<number> {
    const { core, levels } = this;
    const place = core.placeOf(state);
    const block = core.blockOf(Math.floor(place / 2 ** 32), place % 2 ** 32);
    const level = Math.floor(block / 2 ** 32) - 1;
    const ends = levels[level + 1] ?? levels[level]!.map((_, w) => core.countOf(w));
    let skip = block % 2 ** 32;
    let left = BLOCK;
    for (const [w, from] of levels[level]!.entries()) {
      for (let i = from + skip; i < ends[w]! && left > 0; i++, left--) yield core.numberOf(w, i) >>> 0;
      skip = Math.max(0, skip - (ends[w]! - from));
    }
  }

  /** Of all states, those of the first worker first. */
  *numbers(workers: number): Generator<number> {
    for (let w = 0; w < workers; w++) {
      for (let i = 0; i < this.core.countOf(w); i++) yield this.core.numberOf(w, i) >>> 0;
    }
  }
}
