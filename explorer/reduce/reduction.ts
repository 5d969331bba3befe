/** The successors that a reduced search looks at. It says the same of a state each time: so runs can be found again. */
import type { Move } from '../findings.ts';
import type { Reductions } from '../options.ts';
import { BLOCKED, type Leaf, type Tables } from '../tables.ts';
import { Choice, type ChoiceTables } from './choice.ts';
import { Sleepers } from './sleepers.ts';

export interface Ways extends Required<Pick<Reductions, 'merge' | 'por'>> {
  /** Processes sleep (sleepers.ts): a state is expanded for all others. */
  readonly sleep: boolean;
  /** It is to learn what there is: they sleep as well where something was not known. Unless all was, another search follows. */
  readonly learns: boolean;
}

/** All processes, as bits. */
const ALL = -1;
/** Longest chain of merged steps: what is stored in the end ignores nobody, so that nobody waits for ever. */
const CHAIN = 256;

export interface Visit {
  /** @param moves from the expanded state, this step included; reused: copy what is kept */
  readonly step?: (moves: readonly Move[], leaf: Leaf) => void;
  /** A state between two merged steps. */
  readonly between?: (moves: readonly Move[], state: Int32Array) => void;
  /** A state to be stored, in which some processes sleep (bits). */
  readonly end: (moves: readonly Move[], state: Int32Array, sleepers: number) => void;
}

export class Reduction {
  private readonly tables: Tables;
  /** Each with the first state that was expanded by it. */
  private readonly choices: { readonly from: number; readonly choice: Choice; readonly data: ChoiceTables }[];
  private choice: Choice;
  /** What decides now, of the last state that was found. */
  data: ChoiceTables;
  readonly ways: Ways;
  private readonly child: Int32Array;
  private readonly next: Int32Array;
  private closed = false;
  private sleepers: Sleepers | undefined;
  /** Who has stepped in the last chain, as bits. */
  private moved = 0;
  /** A chain from the last state that was expanded was too long. */
  tooLong = false;
  /** The search has followed such a chain. */
  endless = false;

  constructor(tables: Tables, data: ChoiceTables, ways: Ways) {
    this.tables = tables;
    this.choice = new Choice(tables, data);
    this.data = data;
    if (ways.sleep) this.sleepers = new Sleepers(tables, data.judged);
    this.choices = [{ from: 0, choice: this.choice, data }];
    this.ways = ways;
    this.child = new Int32Array(tables.system.slotCount);
    this.next = new Int32Array(tables.system.slotCount);
  }

  /** From state number `state` on. */
  decideBy(data: ChoiceTables, state: number): void {
    this.data = data;
    if (this.ways.sleep) this.sleepers = new Sleepers(this.tables, data.judged);
    this.choices.push({ from: state, choice: new Choice(this.tables, data), data });
  }

  /** All that it has decided by. */
  get decidedBy(): readonly ChoiceTables[] {
    return this.choices.map((c) => c.data);
  }

  /**
   * @param state number of the state, which is in `vec`
   * @param asleep processes that sleep in it: their steps are not taken, but counted
   * @returns how many steps are taken from it: none only if no process can step
   */
  expand(state: number, vec: Int32Array, visit: Visit, asleep = 0): number {
    this.choice = this.choices.findLast((c) => c.from <= state)!.choice;
    this.tooLong = false;
    if (this.ways.sleep) return this.expandOnly(vec, ALL, visit, this.allowed(vec, asleep));
    if (!this.ways.por) return this.expandOnly(vec, ALL, visit, 0);
    const chosen = this.choice.of(vec);
    const taken = this.expandOnly(vec, chosen, visit, 0);
    // Where a chain may close a cycle nobody is ignored.
    return this.closed && chosen !== ALL ? taken + this.expandOnly(vec, ~chosen, visit, 0) : taken;
  }

  /** Which of them may sleep. */
  private allowed(vec: Int32Array, asleep: number): number {
    return asleep !== 0 && !this.ways.learns && this.choice.strange(vec) ? 0 : asleep;
  }

  /** The steps of some processes. Notes in `closed` whether a merged step stands where a cycle is cut. */
  private expandOnly(vec: Int32Array, chosen: number, visit: Visit, asleep: number): number {
    const { tables, child, sleepers } = this;
    const { system } = tables;
    let enabled = 0;
    this.closed = false;
    sleepers?.begin();
    for (let p = 0; p < system.processes.length; p++) {
      if (((chosen >>> p) & 1) === 0 || tables.finished(p, vec[system.firstProcess + p]!)) continue;
      const found = [...tables.steps(p, vec)];
      if (sleepers && found.length === 1 && found[0] !== BLOCKED) {
        sleepers.onlyStep(p, tables.leaves[found[0]!]!);
        if ((asleep >>> p) & 1) {
          enabled++;
          continue;
        }
      }
      for (const [alternative, number] of found.entries()) {
        if (number === BLOCKED) continue;
        enabled++;
        const moves: Move[] = [{ process: p, alternative }];
        const leaf = tables.leaves[number]!;
        visit.step?.(moves, leaf);
        tables.apply(p, leaf, vec, child);
        this.moved = 0;
        if (this.ways.merge) this.follow(moves, visit);
        visit.end(moves, child, sleepers ? sleepers.after(p, leaf) & ~this.moved : 0);
      }
    }
    return enabled;
  }

  /** Goes on from `child` while there is a process that can step alone: the one that did last, if it can. */
  private follow(moves: Move[], visit: Visit): void {
    const { tables, choice, child, next } = this;
    const processes = tables.system.processes.length;
    let last = moves[0]!.process;
    for (let n = 0; n < CHAIN; n++) {
      let p = last;
      let number = choice.alone(p, child);
      for (let q = 0; q < processes && number < 0; q++) {
        if (q === last) continue;
        p = q;
        number = choice.alone(q, child);
      }
      if (number < 0) return;
      last = p;
      this.moved |= 1 << p;
      if (choice.closes(p, child)) this.closed = true;
      visit.between?.(moves, child);
      moves.push({ process: p, alternative: 0 });
      const leaf = tables.leaves[number]!;
      visit.step?.(moves, leaf);
      tables.apply(p, leaf, child, next);
      child.set(next);
    }
    this.tooLong = true;
  }
}
