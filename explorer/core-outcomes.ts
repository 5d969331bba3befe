/** What a step does, by leaf, for the compiled core: the caller says what it knows, and the core writes what steps read. */
import type { Space } from './core-memory.ts';
import type { CoreTransformers } from './core-transformers.ts';
import type { ChoiceTables } from './reduce/choice.ts';
import type { LeafFacts } from './table-memory.ts';
import { BLOCKED } from './tables.ts';

// As core/outcome.ts has them.
const JUDGES = 1;
const SEEN = 2;
const IS_BLOCKED = 4;
/** See core/symmetry.ts. */
const MET = 8;

/** Words of an outcome before what it changes; of a changed word; of a changed field. */
const HEAD = 12;
const WORD = 6;
const FIELD = 2;
/** Among them: the action that the choice has it for. */
const ACTION = 10;

/** A vector of no more words than that is changed as a whole. */
const ALL_WORDS = 2;

/** Where the core has the outcome, and what is known of it (core/write-outcome.ts). */
interface Outcome {
  readonly at: number;
  readonly facts: number;
}

export class CoreOutcomes {
  private readonly space: Space;
  private readonly firstProcess: number;
  private readonly transformers: CoreTransformers;
  private readonly outcomes: Outcome[] = [];
  /** What a reduced search decides by. */
  private choice: ChoiceTables | undefined;
  /** Outcomes from here on are not written yet. */
  private written = 0;

  constructor(space: Space, firstProcess: number, transformers: CoreTransformers) {
    this.space = space;
    this.firstProcess = firstProcess;
    this.transformers = transformers;
  }

  add(id: number, { process, next, slots, transformers, locals, reads, judges }: LeafFacts): void {
    const { space } = this;
    // Each slot may be in a word of its own, and so may the process; short vectors have all their words.
    const most = slots.length + 1;
    const at = space.alloc(4 * (HEAD + WORD * Math.max(most, ALL_WORDS) + FIELD * most));
    const flags = (judges ? JUDGES : 0) | (id === BLOCKED ? IS_BLOCKED : 0);
    const records = transformers.map((t) => this.transformers.recordOf(t));
    const head = [at, id, flags, this.firstProcess + process, next, slots.length, reads.length, 0];
    this.outcomes[id] = { at, facts: space.words([...head, ...slots, ...records, ...locals, ...reads]) };
  }

  /** Where the core has the leaf's. */
  at(id: number): number {
    return this.outcomes[id]!.at;
  }

  /** Another search begins: what the last one has reported is forgotten. */
  forget(): void {
    for (const { at } of this.outcomes) this.space.u32[at / 4 + 1]! &= ~SEEN;
  }

  /** The symmetry that is searched with has met the leaf. */
  met(id: number): void {
    this.space.u32[this.at(id) / 4 + 1]! |= MET;
  }

  decideBy(choice: ChoiceTables): void {
    this.choice = choice;
    for (const id of this.outcomes.keys()) this.decide(id);
  }

  /**
   * Writes what is not written yet.
   * @param fields where the core has the layout's
   * @param bytes of a vector
   * @param anew all of it: the layout is another one
   */
  settle(fields: number, bytes: number, anew: boolean): void {
    const { outcomes, space, transformers } = this;
    if (anew) this.written = 0;
    for (; this.written < outcomes.length; this.written++) {
      const id = this.written;
      space.core.writeOutcome(outcomes[id]!.facts, fields, bytes, transformers.at);
      if (this.choice) this.decide(id);
    }
  }

  /** Number of the leaf's action plus one; 0: not known, or the process waits. */
  private decide(id: number): void {
    this.space.u32[this.at(id) / 4 + ACTION] = (this.choice?.actionOfLeaf[id] ?? -1) + 1;
  }
}
