/** Where the strands are, as numbers: a state with a number for each strand is compared and kept cheaply. */
import type { StateFacts } from '../machine.ts';
import type { System } from '../system.ts';
import type { Leaf, Tables } from '../tables.ts';
import type { Moment, Sight, Watch } from './watch.ts';

/** Where a strand is: its turn, and what is to be seen before the next step. */
export interface Place {
  readonly turn: number;
  readonly queue: readonly Sight[];
  /** Nothing has to be seen first. */
  readonly free: boolean;
}
/** A step that can be taken: the number of its leaf, the leaf, and the state that it leads to. */
export interface Taken {
  readonly number: number;
  readonly leaf: Leaf;
  readonly to: Int32Array;
}

export class Places {
  private readonly system: System;
  private readonly tables: Tables;
  private readonly watch: Watch;
  private readonly places: Place[] = [];
  private readonly numbers = new Map<string, number>();
  /** By leaf, strand and turn: where the strand is after that step, if the turn goes on and only the step says what is seen. */
  private readonly known = new Map<string, number>();
  /** By place and label: whether the label can be seen there, or after some steps. */
  private readonly can = new Map<string, boolean>();

  constructor(system: System, tables: Tables, watch: Watch) {
    this.system = system;
    this.tables = tables;
    this.watch = watch;
  }

  /** The place of a number. */
  at(number: number): Place {
    return this.places[number]!;
  }

  /** Where a strand is after a step of its turn `at`. @param before the state that the step was taken in */
  after(strand: number, at: number, { number, leaf, to: after }: Taken, before: Int32Array): number {
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
  begun(strand: number, number: number, vec: Int32Array, before: readonly Sight[]): number {
    const turn = this.watch.strands[strand]![number];
    if (!turn) return this.numberOf(number, before);
    const { process, first } = turn;
    const ahead = this.watch.ahead(process, undefined, this.factsOf(process, vec));
    return this.numberOf(number, [...before, ...first.map(required), ...ahead]);
  }

  numberOf(turn: number, queue: readonly Sight[]): number {
    const key = JSON.stringify([turn, queue]);
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const number = this.places.push({ turn, queue, free: queue.every((q) => q.optional) }) - 1;
    this.numbers.set(key, number);
    return number;
  }

  /** Whether a label can be what a strand shows next. @param label undefined: nothing more is known of it */
  leadsTo(place: number, label: string | undefined): boolean {
    const { queue, free } = this.at(place);
    if (free || label === undefined) return true;
    const key = `${place} ${label}`;
    const known = this.can.get(key);
    if (known !== undefined) return known;
    const can = without(queue, label).length > 0;
    this.can.set(key, can);
    return can;
  }

  private factsOf(process: number, vec: Int32Array): StateFacts {
    return this.tables.factsOf(process, vec[this.system.firstProcess + process]!);
  }
}

const required = (label: string): Sight => ({ label });

/** What is left to be seen, in each way in which this can be what was seen. */
export function without(queue: readonly Sight[], label: string): (readonly Sight[])[] {
  const found: (readonly Sight[])[] = [];
  for (const [n, q] of queue.entries()) {
    if (q.label === label) found.push(queue.slice(q.optional ? n : n + 1));
    if (!q.optional) break;
  }
  return found;
}
