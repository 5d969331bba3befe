/** How a compiled search is reduced: the symmetry that it is searched with, and the reduction that it decides by, which is learnt. */

import { ALL_BYTES, type Space } from '../core-memory.ts';
import type { CoreTables } from '../core-tables.ts';
import type { ExploreOptions } from '../options.ts';
import type { Tables } from '../tables.ts';
import type { VectorLayout } from '../vector-layout.ts';
import { writeChoice } from './core-choice.ts';
import { CoreSymmetry } from './core-symmetry.ts';
import { checkSymmetry } from './equivariance.ts';
import type { Reduction } from './reduction.ts';
import type { Group } from './renaming.ts';
import type { Each } from './rounds.ts';
import { Symmetry } from './symmetry.ts';

/** Memory that is kept for the check of symmetry, where the search takes all: a part of what there may be, and at most. */
const SPARE_PART = 16;
const SPARE = 2 ** 22;

export class CoreReductions {
  readonly symmetry: Symmetry | undefined;
  reduction: Reduction | undefined;
  private readonly coreSymmetry: CoreSymmetry | undefined;
  /** What is kept for the check of symmetry: place and size. */
  private readonly spare: readonly [number, number] | undefined;
  private readonly space: Space;
  private readonly inCore: CoreTables;
  private readonly tables: Tables;
  private readonly options: ExploreOptions;
  private readonly early: number;
  /** Symmetry is to be checked early. */
  private unchecked = false;
  private each: Each | undefined;
  /** What the core decides by. */
  private decided: Reduction | undefined;

  /**
   * @param group of renamings, if states that are the same under it are to be one
   * @param early states that are expanded before symmetry is checked for the first time
   */
  constructor(
    space: Space,
    inCore: CoreTables,
    tables: Tables,
    options: ExploreOptions,
    early: number,
    group: Group | undefined,
  ) {
    this.space = space;
    this.inCore = inCore;
    this.tables = tables;
    this.options = options;
    this.early = early;
    if (!group) return;
    this.symmetry = new Symmetry(tables, group, inCore);
    this.coreSymmetry = new CoreSymmetry(space, inCore, tables, this.symmetry);
    const bytes = Math.min(SPARE, Math.ceil((options.maxBytes ?? ALL_BYTES) / SPARE_PART));
    this.spare = [space.alloc(bytes), bytes];
  }

  /** The next search with these tables reduces so. */
  again(reduction: Reduction | undefined, each: Each | undefined): void {
    this.reduction = reduction;
    this.each = each;
  }

  begin(): void {
    this.unchecked = this.symmetry !== undefined && !this.reduction;
  }

  /** Whether every state that is met is stored as it is, and every step from it is taken. */
  get none(): boolean {
    return !this.reduction && !this.symmetry;
  }

  /** Whether one worker searches. */
  get alone(): boolean {
    if (this.options.stop === true || (this.options.workers ?? 1) === 1 || this.unchecked) return true;
    // What decides may still change, at certain states in order.
    return this.each !== undefined;
  }

  /** Whether something is to be asked before the search goes on. */
  get asks(): boolean {
    return this.each !== undefined || this.unchecked;
  }

  /** Asks it. @param state that is expanded next @returns the one before which it is to be asked again */
  ask(state: number): number {
    const again = this.each?.(state) ?? Number.POSITIVE_INFINITY;
    if (again === Number.POSITIVE_INFINITY) this.each = undefined;
    this.decide();
    return this.unchecked ? Math.min(again, this.early) : again;
  }

  /** Whether symmetry is to be checked before the state is expanded. */
  due(state: number): boolean {
    return this.unchecked && state >= this.early;
  }

  /** The search is over. */
  ended(): void {
    if (this.reduction) this.reduction.endless = this.space.core.tooLong() !== 0;
  }

  /** The search has taken all memory, and is over. */
  releaseSpare(): void {
    if (this.spare) this.space.core.release(...this.spare);
  }

  /** @throws NotSymmetric */
  check(): void {
    this.unchecked = false;
    if (this.symmetry) checkSymmetry(this.tables, this.symmetry);
  }

  /** The core decides by what the reduction decides by now. */
  decide(): void {
    const { inCore, reduction, space } = this;
    if (!reduction || (!inCore.decideBy(reduction.data) && reduction === this.decided)) return;
    this.decided = reduction;
    space.configure('reduction', writeChoice(space, reduction));
  }

  settle(layout: VectorLayout): void {
    this.coreSymmetry?.settle(layout);
  }
}
