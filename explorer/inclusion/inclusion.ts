/**
 * Whether a system has a run in which just this is seen, in this order. What is seen belongs to strands: each is a list of
 * turns of processes. A set of states is carried along: all that some run can be in which has shown what was seen so
 * far, whatever steps in between are not seen. So nothing that the system can do is missed, and nothing else is accepted.
 */
import type { StateFacts } from '../machine.ts';
import type { System } from '../system.ts';
import { BLOCKED, Tables } from '../tables.ts';
import { Places, type Taken, without } from './places.ts';
import type { Expected, Inclusion, Observed, SeenTurn, Standing, Watch } from './watch.ts';

/** More than any comparison has that people wait for. */
const MOST_STATES = 2_000_000;

/**
 * How much of what was observed some run of the system shows.
 * @param mostStates how many states are looked at in each of two passes, before it is given up (`cut`)
 * @throws FaultlineError what a path of the system gets wrong
 */
export function included(
  system: System,
  watch: Watch,
  observed: readonly Observed[],
  mostStates = MOST_STATES,
): Inclusion {
  // What some run shows is found sooner where it is known what each strand shows next.
  const shown = new Following(system, watch, mostStates, nextOf(observed, watch.strands.length)).run(observed);
  if (shown.matched === observed.length || shown.cut) return shown;
  return new Following(system, watch, mostStates).run(observed);
}

/** By how much was seen, and strand: what is seen of it next; undefined: nothing more. */
function nextOf(observed: readonly Observed[], strands: number): (string | undefined)[][] {
  const next: (string | undefined)[][] = [Array.from({ length: strands }, () => undefined)];
  for (const { strand, label } of [...observed].reverse()) next.unshift(next[0]!.with(strand, label));
  return next;
}

/** A state with the places of the strands, by their numbers. */
interface Node {
  readonly vec: Int32Array;
  readonly places: readonly number[];
}
type Level = Map<string, Node>;

class TooMany extends Error {}

class Following {
  private readonly system: System;
  private readonly tables: Tables;
  private readonly watch: Watch;
  private readonly mostStates: number;
  private readonly places: Places;
  private states = 0;
  private readonly next: readonly (readonly (string | undefined)[])[] | undefined;
  /** How much was seen. */
  private matched = 0;

  /** @param next by how much was seen, and strand: states in which a strand has to show something else are left out */
  constructor(system: System, watch: Watch, mostStates: number, next?: readonly (readonly (string | undefined)[])[]) {
    this.next = next;
    this.system = system;
    this.tables = new Tables(system);
    this.watch = watch;
    this.places = new Places(system, this.tables, watch);
    this.mostStates = mostStates;
  }

  run(observed: readonly Observed[]): Inclusion {
    let level: Level = new Map();
    try {
      for (const vec of this.begin()) {
        this.add(level, { vec, places: this.watch.strands.map((_, s) => this.places.begun(s, 0, vec, [])) });
      }
      this.close(level);
      for (const seen of observed) {
        const next = this.shown(level, seen);
        if (next.size === 0) break;
        level = next;
        this.close(level);
      }
    } catch (e) {
      if (!(e instanceof TooMany)) throw e;
      return { matched: this.matched, next: [], standing: [], ends: false, states: this.states, cut: true };
    }
    const { matched } = this;
    return {
      matched,
      next: this.expected(level),
      standing: this.standing(level),
      ends: matched === observed.length && [...level.values()].some((n) => this.isOver(n)),
      states: this.states,
      cut: false,
    };
  }

  /** The states in which it begins. */
  private begin(): Int32Array[] {
    let states = [this.tables.initial()];
    for (const turn of this.watch.before ?? []) states = this.alone(states, turn);
    return states;
  }

  /** The states in which a turn ends that nobody else disturbs. */
  private alone(from: readonly Int32Array[], turn: Pick<SeenTurn, 'process' | 'goesOn'>): Int32Array[] {
    const ends = new Map<string, Int32Array>();
    const open = new Map(from.map((vec) => [String.fromCharCode(...vec), vec]));
    for (const vec of open.values()) {
      for (const { leaf, to } of this.stepsOf(turn.process, vec)) {
        const over = this.tables.finished(turn.process, leaf.next) || !turn.goesOn(this.at(turn.process, to));
        (over ? ends : open).set(String.fromCharCode(...to), to);
        if (open.size > this.mostStates) throw new TooMany();
      }
    }
    return [...ends.values()];
  }

  private at(process: number, vec: Int32Array): StateFacts {
    return this.tables.factsOf(process, vec[this.system.firstProcess + process]!);
  }

  private stepsOf(p: number, vec: Int32Array): Taken[] {
    const { system, tables } = this;
    if (tables.finished(p, vec[system.firstProcess + p]!)) return [];
    const found = tables.steps(p, vec).filter((leaf) => leaf !== BLOCKED);
    return found.map((number) => {
      const leaf = tables.leaves[number]!;
      const to = new Int32Array(vec.length);
      tables.apply(p, leaf, vec, to);
      return { number, leaf, to };
    });
  }

  /** The nodes after something was seen. */
  private shown(level: Level, { strand, label }: Observed): Level {
    const next: Level = new Map();
    this.matched++;
    for (const node of level.values()) {
      const { turn, queue } = this.places.at(node.places[strand]!);
      for (const rest of without(queue, label)) {
        this.add(next, { vec: node.vec, places: node.places.with(strand, this.places.numberOf(turn, rest)) });
      }
    }
    if (next.size === 0) this.matched--;
    return next;
  }

  /** Adds everything that steps lead to that need nothing to be seen first. */
  private close(level: Level): void {
    // Nodes that are added to a map while it is walked are walked as well.
    for (const node of level.values()) {
      for (const [strand, number] of node.places.entries()) {
        const place = this.places.at(number);
        const turn = this.watch.strands[strand]![place.turn];
        if (turn && place.free) this.step(level, node, strand, place.turn, turn);
      }
    }
  }

  private step(level: Level, node: Node, strand: number, number: number, { process }: SeenTurn): void {
    for (const taken of this.stepsOf(process, node.vec)) {
      const place = this.places.after(strand, number, taken, node.vec);
      this.add(level, { vec: taken.to, places: node.places.with(strand, place) });
    }
  }

  private add(level: Level, node: Node): void {
    const next = this.next?.[this.matched];
    if (next && !node.places.every((place, strand) => this.places.leadsTo(place, next[strand]))) return;
    // A domain has at most 50,000 locals; of places there may be more.
    const key = String.fromCharCode(...node.vec, ...node.places.flatMap((p) => [p & 0xffff, p >>> 16]));
    if (level.has(key)) return;
    if (++this.states > this.mostStates) throw new TooMany();
    level.set(key, node);
  }

  private isOver({ places }: Node): boolean {
    return places.every((p, strand) => {
      const { turn, free } = this.places.at(p);
      return free && turn === this.watch.strands[strand]!.length;
    });
  }

  private expected(level: Level): Expected[] {
    const found = new Map<string, Expected>();
    for (const { vec, places } of level.values()) {
      for (const [strand, p] of places.entries()) {
        const { turn, queue } = this.places.at(p);
        const { process, facts } = this.whoIs(strand, turn, vec);
        const end = queue.findIndex((q) => !q.optional);
        for (const { label, optional = false } of end < 0 ? queue : queue.slice(0, end + 1)) {
          const key = JSON.stringify([strand, label, facts.id]);
          if (!found.has(key)) found.set(key, { strand, label, optional, process, facts });
        }
      }
    }
    return [...found.values()];
  }

  private standing(level: Level): Standing[] {
    const found = new Map<string, Standing>();
    for (const { vec, places } of level.values()) {
      for (const [strand, p] of places.entries()) {
        const { turn, free } = this.places.at(p);
        const { process, facts } = this.whoIs(strand, turn, vec);
        const finished = turn === this.watch.strands[strand]!.length;
        const key = `${strand} ${facts.id} ${finished}`;
        if (free && !found.has(key) && (finished || this.waits(process, vec))) {
          found.set(key, { strand, process, facts, finished });
        }
      }
    }
    return [...found.values()];
  }

  private waits(process: number, vec: Int32Array): boolean {
    return this.stepsOf(process, vec).length === 0;
  }

  /** Whose turn it is, or was last. */
  private whoIs(strand: number, turn: number, vec: Int32Array): { process: number; facts: StateFacts } {
    const turns = this.watch.strands[strand]!;
    const { process } = turns[Math.min(turn, turns.length - 1)]!;
    return { process, facts: this.at(process, vec) };
  }
}
