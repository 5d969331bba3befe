/** The successors that a reduced search looks at. It says the same of a state each time, so that runs can be found again. */
import type { Move, Reductions } from '../exploration.ts';
import { BLOCKED, type Leaf, type Tables } from '../tables.ts';
import { Choice, type ChoiceTables } from './choice.ts';

/** Longest chain of merged steps. Chains end by themselves unless one process alone goes round. */
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
  private readonly choice: Choice;
  private readonly switches: Required<Pick<Reductions, 'merge' | 'por'>>;
  private readonly child: Int32Array;
  private readonly next: Int32Array;

  constructor(tables: Tables, data: ChoiceTables, switches: Required<Pick<Reductions, 'merge' | 'por'>>) {
    this.tables = tables;
    this.choice = new Choice(tables, data);
    this.switches = switches;
    this.child = new Int32Array(tables.system.slotCount);
    this.next = new Int32Array(tables.system.slotCount);
  }

  /** @returns how many steps are taken from the state: none only if no process can step */
  expand(vec: Int32Array, visit: Visit): number {
    const { tables, child } = this;
    const { system } = tables;
    const chosen = this.switches.por ? this.choice.of(vec) : -1;
    let enabled = 0;
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

  /** Goes on from `child` while one process is enough and has one step. */
  private follow(moves: Move[], visit: Visit): void {
    const { tables, choice, child, next } = this;
    for (let n = 0; n < CHAIN; n++) {
      const chosen = choice.of(child);
      if (chosen <= 0 || (chosen & (chosen - 1)) !== 0) return;
      const p = 31 - Math.clz32(chosen);
      if (choice.count[p] !== 1) return;
      const found = tables.steps(p, child);
      const alternative = found.findIndex((l) => l !== BLOCKED);
      const leaf = tables.leaves[found[alternative]!]!;
      visit.between?.(moves, child);
      moves.push({ process: p, alternative });
      visit.step?.(moves, leaf);
      tables.apply(p, leaf, child, next);
      child.set(next);
    }
  }
}
