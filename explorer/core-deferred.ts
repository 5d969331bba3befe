/** What several workers of a compiled search have set aside, since the tables lacked a step of it; see core/deferred.ts. */
import type { Space } from './core-memory.ts';

/** States whose steps are learnt before the others have to stop, at most. */
const MOST = 64;
/** More than a process has locals. */
const LOCALS = 2 ** 16;

export class Deferred {
  private readonly space: Space;
  /** By worker: how many of its states were looked at. */
  private looked: number[] = [];

  constructor(space: Space) {
    this.space = space;
  }

  /** Whether nothing is left that is to be expanded on this level. */
  get none(): boolean {
    return this.count === 0;
  }

  /** States of the level that are claimed, but not expanded. */
  get count(): number {
    const { core } = this.space;
    return core.deferred() + core.retries();
  }

  /**
   * Learns what the states lack that are set aside: of those that lack a step from the same local the first one. The others go on
   * meanwhile, and set aside more.
   * @param idle whether all others wait
   */
  learn(workers: number, learn: (state: number) => void, idle: () => boolean): void {
    const { core } = this.space;
    this.looked = Array.from({ length: workers }, () => 0);
    const learnt = new Set<number>();
    for (let more = true; more && learnt.size < MOST; ) {
      more = false;
      for (let w = 0; w < workers; w++) {
        const count = core.deferredBy(w);
        for (; this.looked[w]! < count; this.looked[w]!++) {
          const [, state, process, local] = this.entry(w, this.looked[w]!);
          const what = process! * LOCALS + local!;
          if (learnt.has(what)) continue;
          learnt.add(what);
          learn(state!);
          more = true;
        }
      }
      if (idle()) return;
    }
  }

  /** Hands back what was looked at: the tables are written, and all are parked. */
  handBack(): void {
    for (const [w, count] of this.looked.entries()) this.space.core.retry(w, count);
    this.looked = [];
  }

  private entry(worker: number, i: number): number[] {
    const at = (this.space.core.deferredAt(worker, i) >>> 0) / 4;
    this.space.refresh();
    return Array.from(this.space.u32.subarray(at, at + 4));
  }
}
