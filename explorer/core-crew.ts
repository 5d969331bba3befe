/** Who works in a compiled search: the first worker, and others from when there are enough states. */
import type { Core } from './core-instance.ts';
import { coreModule, OutOfMemory, type Space } from './core-memory.ts';
import type { Tuning } from './core-tuning.ts';
import { CoreWorkers, fillIndex, type Report, type Share } from './core-workers.ts';

/** As in core/control.ts. */
const MOST_WORKERS = 32;

/** What growing the indexes ends with. */
const TO_FILL = 1;
const FULL = 2;

export class CoreCrew {
  /** How many work. */
  size = 1;
  /** States of blocks that others have not finished. */
  unfinished = 0;
  private readonly space: Space;
  private readonly core: Core;
  private readonly tuning: Tuning;
  /** The others than the first, from when they are started. */
  private others: CoreWorkers | undefined;

  constructor(space: Space, tuning: Tuning) {
    this.space = space;
    this.core = space.core;
    this.tuning = tuning;
  }

  /** The other workers, once they are there, in a level that is large enough. @param wanted how many there may be in all */
  helpers(wanted: number): CoreWorkers | undefined {
    const { core, tuning } = this;
    const workers = Math.min(wanted, MOST_WORKERS);
    if (workers === 1) return undefined;
    if (!this.others) {
      if (core.stored() <= tuning.many) return undefined;
      this.others = new CoreWorkers(coreModule(), this.space, workers);
    }
    if (this.size === 1) {
      if (tuning.together) this.others.wait();
      if (!this.others.ready) return undefined;
      if (!core.join(workers)) throw new OutOfMemory('no memory for further workers');
      this.space.refresh();
      this.size = workers;
    }
    return core.levelSize() >= tuning.manyAtOnce ? this.others : undefined;
  }

  /** Waits until everybody has stopped. @param why the first one has @returns why each did, the first worker first */
  gather(others: CoreWorkers | undefined, why: number): Report[] {
    const { core } = this;
    others?.wait();
    core.resume();
    this.space.refresh();
    const own: Report = {
      why,
      missCount: core.missCount.value,
      missesAt: core.missAt(0) >>> 0,
      eventCount: core.eventCount.value,
      eventsAt: core.eventAt(0) >>> 0,
      unfinished: 0,
    };
    const reports = [own, ...(others?.reports() ?? [])];
    this.unfinished = reports.reduce((n, r) => n + r.unfinished, 0);
    return reports;
  }

  /** All take part. @returns false: there is no memory for larger ones */
  growIndexes(): boolean {
    const { core } = this;
    const grown = core.grow();
    if (grown === TO_FILL) {
      if (!fillIndex(core, this.share)) return false;
    }
    this.space.refresh();
    return grown !== FULL;
  }

  /** All are parked. Where the others are gone, or not there yet, the first one does their parts. */
  readonly share: Share = (order, part) => {
    if (this.size > 1 && this.others) return this.others.share(order, () => part(0));
    return Array.from({ length: this.core.workers() }, (_, w) => part(w));
  };

  /** What was thrown may have been thrown while they work. */
  end(): void {
    if (this.size > 1) {
      this.core.pause();
      this.others?.wait();
      this.core.resume();
    }
    this.others?.end();
    this.others = undefined;
  }
}
