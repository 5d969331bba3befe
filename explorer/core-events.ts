/** What the core leaves to be judged in words: it tells of states and steps, each as an event. */
import type { Space } from './core-memory.ts';
import type { CoreStates } from './core-states.ts';
import type { CoreTables } from './core-tables.ts';
import type { Report } from './core-workers.ts';
import type { Findings, Move } from './findings.ts';
import type { CoreReductions } from './reduce/core-reductions.ts';
import type { Tables } from './tables.ts';

/** What an event is about. */
const STEP = 1;
const STATE = 2;
const DEADLOCK = 3;
/** What a state within a chain of merged steps says; see core/chains.ts. */
const BETWEEN = 5;

/** Of an event, as in core/events.ts. */
const EVENT_BYTES = 24;
/** Of a conjunct, as core/judge.ts has it: its tree, whether it is for the end only, and what was seen of it. */
const JUDGED_WORDS = 3;
const SEEN = 2;

export class CoreEvents {
  private readonly space: Space;
  private readonly tables: Tables;
  private readonly states: CoreStates;
  private readonly reductions: CoreReductions;
  /** By conjunct. */
  private readonly judged: number;
  private readonly vec: Int32Array;
  private readonly child: Int32Array;

  constructor(space: Space, inCore: CoreTables, tables: Tables, states: CoreStates, reductions: CoreReductions) {
    this.space = space;
    this.tables = tables;
    this.states = states;
    this.reductions = reductions;
    this.vec = new Int32Array(tables.system.slotCount);
    this.child = new Int32Array(tables.system.slotCount);
    this.judged = space.words(tables.judged.flatMap((j) => [inCore.entryOf(j.root), j.onlyAtEnd ? 1 : 0, 0]));
    space.configure('judged', this.judged);
  }

  /** Another search begins: what was seen in the last one is forgotten. */
  forget(): void {
    const { u32 } = this.space;
    for (const c of this.tables.judged.keys()) u32[this.judged / 4 + JUDGED_WORDS * c + SEEN] = 0;
  }

  /** Judges in the order in which it was seen. */
  drain({ eventCount, eventsAt }: Report, findings: Findings): void {
    const { tables, vec } = this;
    for (let i = 0; i < eventCount; i++) {
      const { u32 } = this.space;
      const at = (eventsAt + i * EVENT_BYTES) / 4;
      const [what, state, process, alternative, code, conjunct] = u32.subarray(at, at + 6) as unknown as number[];
      const kind = what! & 0xff;
      const count = what! >>> 8;
      const move: Move = { process: process!, alternative: alternative! };
      const moves = count > 1 ? this.movesOf(state!, move, count) : [move];
      if (kind === STEP) {
        for (const [property, judgement] of tables.leaves[code!]!.judgements) {
          findings.note(property, judgement, state!, moves);
        }
      } else if (kind === BETWEEN) tables.note(findings, tables.judged[conjunct!]!, code!, state!, moves);
      else if (kind === STATE) tables.note(findings, tables.judged[conjunct!]!, code!, state!);
      else if (kind === DEADLOCK) findings.deadlock(state!);
      else if (this.reductions.symmetry) this.judgeAfter(findings, state!, moves);
      else {
        this.states.read(state!, vec);
        tables.judge(findings, vec, state!);
      }
    }
  }

  /** The first moves of a chain from the state. */
  private movesOf(state: number, { process, alternative }: Move, count: number): readonly Move[] {
    let found: readonly Move[] = [];
    this.states.read(state, this.vec);
    this.reductions.reduction!.expand(state, this.vec, {
      step: (moves) => {
        const [first] = moves;
        if (moves.length !== count || first!.process !== process || first!.alternative !== alternative) return;
        found = [...moves];
      },
      end: () => {},
    });
    return found;
  }

  /** Judges what the moves lead to: the state itself, which may be stored as another one. */
  private judgeAfter(findings: Findings, state: number, moves: readonly Move[]): void {
    const { tables, vec, child } = this;
    this.states.read(state, child);
    for (const { process, alternative } of moves) {
      vec.set(child);
      tables.apply(process, tables.leaves[tables.steps(process, vec)[alternative]!]!, vec, child);
    }
    tables.judge(findings, child, state, vec, moves);
  }
}
