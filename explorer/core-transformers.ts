/** What events make of components, from local to local, as the compiled core reads it (`applyFields` in core/outcome.ts). */
import { Records, type Space } from './core-memory.ts';

export class CoreTransformers {
  private readonly space: Space;
  private readonly tables: Int32Array[] = [];
  /** By transformer: where the core has its table. */
  private readonly tableAt: { at: number; length: number }[] = [];
  private readonly records: Records;
  /** Those that have changed and are not written yet. */
  private readonly changed = new Set<number>();

  constructor(space: Space) {
    this.space = space;
    this.records = new Records(space, 2, (at) => space.configure('transformers', at));
    const keeps = this.records.slot(0);
    space.u32[keeps] = space.words([0]);
    space.u32[keeps + 1] = 1;
  }

  set(id: number, table: Int32Array): void {
    this.tables[id] = table;
    this.changed.add(id);
  }

  /** Where the core has them. */
  get at(): number {
    return this.records.at;
  }

  /** Its number in the core. The first record is nobody's: what has no bits becomes what it was. */
  recordOf(id: number): number {
    return id + 1;
  }

  settle(): void {
    for (const id of this.changed) this.write(id);
    this.changed.clear();
  }

  private write(id: number): void {
    const table = this.tables[id]!;
    const known = this.tableAt[id];
    const { at } = known?.length === table.length ? known : { at: this.space.alloc(4 * table.length) };
    if (known?.at !== at) {
      this.tableAt[id] = { at, length: table.length };
      const record = this.records.slot(this.recordOf(id));
      this.space.u32[record] = at;
      this.space.u32[record + 1] = table.length;
    }
    this.space.u32.set(table, at / 4);
  }
}
