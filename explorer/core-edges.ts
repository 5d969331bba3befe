/** The edges of stored states, and what slots have in them, from the compiled core: many at once. */
import { OutOfMemory, type Space } from './core-memory.ts';
import type { CoreStates } from './core-states.ts';
import type { Edges } from './explored-graph.ts';
import { firstWhere } from './state-graph.ts';
import { NONE } from './store.ts';

/** As in core/visited.ts: states have numbers by chunks, of which each worker fills its own. */
const CHUNK_BITS = 14;
const CHUNK = 1 << CHUNK_BITS;

/**
 * Here states are counted without gaps: each has a place. Where one worker has searched that is its number. The numbers of several workers
 * have gaps, behind the states of a worker's last chunk.
 */
export class CoreEdges {
  private readonly space: Space;
  private readonly states: CoreStates;
  /** By chunk: the place of its first state; then how many there are. */
  private readonly firstPlace: readonly number[];
  /** Whether places are numbers. */
  private readonly plain: boolean;
  /** Room for a slot of some states. */
  private room = 0;

  /** @param states of a search in which nothing was reduced @param workers that have searched */
  constructor(space: Space, states: CoreStates, workers: number) {
    this.space = space;
    this.states = states;
    // Every step counts now, whoever sleeps.
    space.configure('sleep', 0);
    space.configure('defer', 0);
    const { core } = space;
    const taken: number[] = [];
    for (let w = 0; w < workers; w++) {
      const count = core.countOf(w);
      for (let i = 0; i < count; i += CHUNK)
        taken[(core.numberOf(w, i) >>> 0) >>> CHUNK_BITS] = Math.min(CHUNK, count - i);
    }
    const firstPlace = [0];
    for (let chunk = 0; chunk < taken.length; chunk++) firstPlace.push(firstPlace[chunk]! + (taken[chunk] ?? 0));
    this.firstPlace = firstPlace;
    const count = firstPlace.at(-1)!;
    this.plain = firstPlace.every((place, chunk) => place === Math.min(chunk * CHUNK, count));
  }

  placeOf(number: number): number {
    return this.plain ? number : this.firstPlace[number >>> CHUNK_BITS]! + (number & (CHUNK - 1));
  }

  numberOf(place: number): number {
    if (this.plain) return place;
    const chunk = this.chunkOf(place);
    return chunk * CHUNK + place - this.firstPlace[chunk]!;
  }

  /** See `Stored`. @throws OutOfMemory */
  from(place: number, to: number): Edges {
    const { core } = this.space;
    const from = this.numberOf(place);
    const states = core.edges(from, from + this.together(place, to) - place);
    if (states < 0) throw new OutOfMemory('no memory for edges');
    const n = core.edgeCount.value as number;
    const { buffer } = this.space.memory;
    const target = new Uint32Array(buffer, core.edgeTargets.value, n);
    if (!this.plain) for (let e = 0; e < n; e++) if (target[e] !== NONE) target[e] = this.placeOf(target[e]!);
    return {
      states,
      counts: new Uint32Array(buffer, core.edgeCounts.value, states),
      target,
      leaf: new Uint32Array(buffer, core.edgeLeaves.value, n),
      process: new Uint16Array(buffer, core.edgeProcesses.value, n),
      alternative: new Uint16Array(buffer, core.edgeAlternatives.value, n),
    };
  }

  /** What a slot has, by place. @throws OutOfMemory */
  column(slot: number, into: Uint16Array): void {
    const { space, states } = this;
    this.room ||= space.alloc(2 * CHUNK);
    space.core.attach();
    for (let place = 0; place < into.length; ) {
      const to = Math.min(this.together(place, into.length), place + CHUNK);
      const from = this.numberOf(place);
      space.core.column(states.fieldOf(slot), from, from + to - place, this.room);
      into.set(new Uint16Array(space.memory.buffer, this.room, to - place), place);
      place = to;
    }
  }

  /** How far the numbers go on without a gap, as a place. */
  private together(place: number, to: number): number {
    return this.plain ? to : Math.min(to, this.firstPlace[this.chunkOf(place) + 1]!);
  }

  /** The chunk that has the place: the first that ends behind it. */
  private chunkOf(place: number): number {
    const { firstPlace } = this;
    return firstWhere(0, firstPlace.length - 2, (chunk) => firstPlace[chunk + 1]! > place);
  }
}
