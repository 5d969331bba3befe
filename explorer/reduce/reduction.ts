/** The successors that a reduced search looks at. It says the same of a state each time: so runs can be found again. */
import type { Move, Reductions } from '../exploration.ts';
import { BLOCKED, type Leaf, type Tables } from '../tables.ts';
import { Choice, type ChoiceTables } from './choice.ts';

/** All processes, as bits. */
const ALL = -1;
/** Longest chain of merged steps: what is stored in the end ignores nobody, so that nobody waits for ever. */
const CHAIN = 256;

export interface Visit {
  /** @param moves from the expanded state, this step included; reused: copy what is kept */
  readonly step?: (moves: readonly Move[], leaf: Leaf) => void;
  /** A state between two merged steps. */
  readonly between?: (moves: readonly Move[], state: Int32Array) => void;
  /** A state to be stored. */
  readonly end: (moves: readonly Move[], state: Int32Array) => void;
}

export class Reduction {
  private readonly tables: Tables;
  /** Each with the first state that was expanded by it. */
  private readonly choices: { readonly from: number; readonly choice: Choice; readonly data: ChoiceTables }[];
  private choice: Choice;
  /** What decides now, of the last state that was found. */
  data: ChoiceTables;
  readonly switches: Required<Pick<Reductions, 'merge' | 'por'>>;
  private readonly child: Int32Array;
  private readonly next: Int32Array;
  private closed = false;

  constructor(tables: Tables, data: ChoiceTables, switches: Required<Pick<Reductions, 'merge' | 'por'>>) {
    this.tables = tables;
    this.choice = new Choice(tables, data);
    this.data = data;
    this.choices = [{ from: 0, choice: this.choice, data }];
    this.switches = switches;
    this.child = new Int32Array(tables.system.slotCount);
    this.next = new Int32Array(tables.system.slotCount);
  }

  /** From state number `state` on. */
  decideBy(data: ChoiceTables, state: number): void {
    this.data = data;
    this.choices.push({ from: state, choice: new Choice(this.tables, data), data });
  }

  /** All that it has decided by. */
  get decidedBy(): readonly ChoiceTables[] {
    return this.choices.map((c) => c.data);
  }

  /**
   * @param state number of the state, which is in `vec`
   * @returns how many steps are taken from it: none only if no process can step
   */
  expand(state: number, vec: Int32Array, visit: Visit): number {
    this.choice = this.choices.findLast((c) => c.from <= state)!.choice;
    if (!this.switches.por) return this.expandOnly(vec, ALL, visit);
    const chosen = this.choice.of(vec);
    const taken = this.expandOnly(vec, chosen, visit);
    // Where a chain may close a cycle nobody is ignored.
    return this.closed && chosen !== ALL ? taken + this.expandOnly(vec, ~chosen, visit) : taken;
  }

  /** The steps of some processes. Notes in `closed` whether a merged step stands where a cycle is cut. */
  private expandOnly(vec: Int32Array, chosen: number, visit: Visit): number {
    const { tables, child } = this;
    const { system } = tables;
    let enabled = 0;
    this.closed = false;
    for (let p = 0; p < system.processes.length; p++) {
      if (((chosen >>> p) & 1) === 0 || tables.finished(p, vec[system.firstProcess + p]!)) continue;
      const found = [...tables.steps(p, vec)];
      for (const [alternative, number] of found.entries()) {
        if (number === BLOCKED) continue;
        enabled++;
        const moves: Move[] = [{ process: p, alternative }];
        const leaf = tables.leaves[number]!;
        visit.step?.(moves, leaf);
        tables.apply(p, leaf, vec, child);
        if (this.switches.merge) this.follow(moves, visit);
        visit.end(moves, child);
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
      if (choice.closes(p, child)) this.closed = true;
      visit.between?.(moves, child);
      moves.push({ process: p, alternative: 0 });
      const leaf = tables.leaves[number]!;
      visit.step?.(moves, leaf);
      tables.apply(p, leaf, child, next);
      child.set(next);
    }
  }
}
