/**
 * Whether a system has a run in which just this is seen, in this order. What is seen belongs to strands: each is a list of
 * turns of processes. A set of states is carried along: all that some run can be in which has shown what was seen so
 * far, whatever steps in between are not seen. So nothing that the system can do is missed, and nothing else is accepted.
 */
import type { GlobalState } from './interpreter.ts';
import type { StateFacts } from './machine.ts';
import type { StepResult } from './step.ts';
import type { System } from './system.ts';
import { BLOCKED, type Leaf, Tables } from './tables.ts';

/** Something that is seen between two steps of a process, before it takes the next one. */
export interface Sight {
  readonly label: string;
  /** It may be seen there, any number of times, and need not be. */
  readonly optional?: true;
}

/** A process goes on for as long as it is told. */
export interface SeenTurn {
  /** Its number. */
  readonly process: number;
  readonly goesOn: (facts: StateFacts) => boolean;
  /** Seen before its first step. */
  readonly first: readonly string[];
  /** Seen when it is over. */
  readonly last: (lastStep: StepResult) => readonly string[];
}

/** A step that was taken. */
export interface Moment {
  readonly process: number;
  readonly from: StateFacts;
  readonly result: StepResult;
  readonly to: StateFacts;
  /** The state before it. What is seen of a step for which this is not asked depends on the step alone. */
  readonly before: () => GlobalState;
}

export interface Watch {
  /** These are taken first, one after the other, and nothing is seen of them. */
  readonly before?: readonly Pick<SeenTurn, 'process' | 'goesOn'>[];
  /** A process is in one of them, or takes no step. */
  readonly strands: readonly (readonly SeenTurn[])[];
  /** What a step lets be seen after it, in order. */
  readonly after: (moment: Moment) => readonly Sight[];
  /** What is seen before the step at `to`. @param from where the process stood last in this turn; undefined: it begins */
  readonly ahead: (process: number, from: StateFacts | undefined, to: StateFacts) => readonly Sight[];
}

export interface Observed {
  readonly strand: number;
  readonly label: string;
}

/** What can be seen next of a strand, by a process that stands somewhere. */
export interface Expected extends Observed {
  readonly optional: boolean;
  readonly process: number;
  readonly facts: StateFacts;
}
/** A strand whose process can neither step nor show anything, in some of the states. */
export interface Standing {
  readonly strand: number;
  readonly process: number;
  readonly facts: StateFacts;
  readonly finished: boolean;
}
export interface Inclusion {
  /** How many of what was observed were seen; all of them: some run shows it. */
  readonly matched: number;
  /** In the states after what was matched. */
  readonly next: readonly Expected[];
  readonly standing: readonly Standing[];
  /** Whether some run that shows all of it has then come to the end of every strand's turns, with nothing left to be seen. */
  readonly ends: boolean;
  /** States that were looked at. */
  readonly states: number;
  /** There were too many: more than `matched` may be seen. */
  readonly cut: boolean;
}

/** More than any comparison has that people wait for. */
const MOST_STATES = 2_000_000;

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

/** Where a strand is: its turn, and what is to be seen before the next step. */
interface Place {
  readonly turn: number;
  readonly queue: readonly Sight[];
  /** Nothing has to be seen first. */
  readonly free: boolean;
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
  private readonly places: Place[] = [];
  private readonly numbers = new Map<string, number>();
  /** By leaf, turn and whether the turn is over: where the strand is then. */
  private readonly known = new Map<string, number>();
  private states = 0;
  private readonly next: readonly (readonly (string | undefined)[])[] | undefined;
  /** How much was seen. */
  private matched = 0;
  /** By place and label: whether the label can be seen there, or after some steps. */
  private readonly can = new Map<string, boolean>();

  /** @param next by how much was seen, and strand: states in which a strand has to show something else are left out */
  constructor(system: System, watch: Watch, mostStates: number, next?: readonly (readonly (string | undefined)[])[]) {
    this.next = next;
    this.system = system;
    this.tables = new Tables(system);
    this.watch = watch;
    this.mostStates = mostStates;
  }

  run(observed: readonly Observed[]): Inclusion {
    let level: Level = new Map();
    try {
      for (const vec of this.begin()) {
        this.add(level, { vec, places: this.watch.strands.map((_, s) => this.begun(s, 0, vec, [])) });
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

  private stepsOf(p: number, vec: Int32Array): { number: number; leaf: Leaf; to: Int32Array }[] {
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
      const { turn, queue } = this.places[node.places[strand]!]!;
      for (const rest of without(queue, label)) {
        this.add(next, { vec: node.vec, places: node.places.with(strand, this.numberOf(turn, rest)) });
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
        const place = this.places[number]!;
        const turn = this.watch.strands[strand]![place.turn];
        if (turn && place.free) this.step(level, node, strand, place.turn, turn);
      }
    }
  }

  private step(level: Level, node: Node, strand: number, number: number, { process }: SeenTurn): void {
    for (const { number: found, leaf, to } of this.stepsOf(process, node.vec)) {
      const place = this.placeAfter(found, leaf, strand, number, node.vec, to);
      this.add(level, { vec: to, places: node.places.with(strand, place) });
    }
  }

  /** Where a strand is after a step. */
  private placeAfter(
    number: number,
    leaf: Leaf,
    strand: number,
    at: number,
    before: Int32Array,
    after: Int32Array,
  ): number {
    const key = `${number} ${strand} ${at}`;
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const { tables, watch } = this;
    const turn = watch.strands[strand]![at]!;
    const { process } = turn;
    const { facts: from, result } = leaf.origin!;
    const to = tables.factsOf(process, leaf.next);
    let asked = false;
    const moment: Moment = {
      process,
      from,
      result,
      to,
      before: () => {
        asked = true;
        return this.system.names.map((_, slot) => tables.domains[slot]!.locals[before[slot]!]!);
      },
    };
    const seen = watch.after(moment);
    const over = tables.finished(process, leaf.next) || !turn.goesOn(to);
    const place = over
      ? this.begun(strand, at + 1, after, [...seen, ...turn.last(result).map(required)])
      : this.numberOf(at, [...seen, ...watch.ahead(process, from, to)]);
    // The next turn's process may stand anywhere by then.
    if (!asked && !over) this.known.set(key, place);
    return place;
  }

  /** Where a strand is at the beginning of a turn. @param before what is to be seen before that */
  private begun(strand: number, number: number, vec: Int32Array, before: readonly Sight[]): number {
    const turn = this.watch.strands[strand]![number];
    if (!turn) return this.numberOf(number, before);
    const { process, first } = turn;
    const ahead = this.watch.ahead(process, undefined, this.at(process, vec));
    return this.numberOf(number, [...before, ...first.map(required), ...ahead]);
  }

  private numberOf(turn: number, queue: readonly Sight[]): number {
    const key = JSON.stringify([turn, queue]);
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.places.push({ turn, queue, free: queue.every((q) => q.optional) }) - 1;
    this.numbers.set(key, number);
    return number;
  }

  private add(level: Level, node: Node): void {
    const next = this.next?.[this.matched];
    if (next && !node.places.every((place, strand) => this.leadsTo(place, next[strand]))) return;
    // A domain has at most 50,000 locals; of places there may be more.
    const key = String.fromCharCode(...node.vec, ...node.places.flatMap((p) => [p & 0xffff, p >>> 16]));
    if (level.has(key)) return;
    if (++this.states > this.mostStates) throw new TooMany();
    level.set(key, node);
  }

  /** Whether a label can be what a strand shows next. @param label undefined: nothing more is known of it */
  private leadsTo(place: number, label: string | undefined): boolean {
    const { queue, free } = this.places[place]!;
    if (free || label === undefined) return true;
    const key = `${place} ${label}`;
    const known = this.can.get(key);
    if (known !== undefined) return known;
    const can = without(queue, label).length > 0;
    this.can.set(key, can);
    return can;
  }

  private isOver({ places }: Node): boolean {
    return places.every((p, strand) => {
      const { turn, free } = this.places[p]!;
      return free && turn === this.watch.strands[strand]!.length;
    });
  }

  private expected(level: Level): Expected[] {
    const found = new Map<string, Expected>();
    for (const { vec, places } of level.values()) {
      for (const [strand, p] of places.entries()) {
        const { turn, queue } = this.places[p]!;
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
        const { turn, free } = this.places[p]!;
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

const required = (label: string): Sight => ({ label });

/** What is left to be seen, in each way in which this can be what was seen. */
function without(queue: readonly Sight[], label: string): (readonly Sight[])[] {
  const found: (readonly Sight[])[] = [];
  for (const [n, q] of queue.entries()) {
    if (q.label === label) found.push(queue.slice(q.optional ? n : n + 1));
    if (!q.optional) break;
  }
  return found;
}
