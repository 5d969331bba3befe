/** The edges of stored states, and what slots have in them, from the compiled core: many at once. */
import { OutOfMemory, type Space } from './core-memory.ts';
import type { CoreStates } from './core-states.ts';
import type { Edges } from './explored-graph.ts';

/** States whose slot is read at once. */
const SOME = 16_384;

export class CoreEdges {
  private readonly space: Space;
  private readonly states: CoreStates;
  /** Room for a slot of some states. */
  private room = 0;

  /** @param states of a search in which nothing was reduced */
  constructor(space: Space, states: CoreStates) {
    this.space = space;
    this.states = states;
    // Every step counts now, whoever sleeps.
    space.configure('sleep', 0);
    space.configure('defer', 0);
  }

  /** See `Visited`. @throws OutOfMemory */
  from(state: number, to: number): Edges {
    const { core } = this.space;
    const states = core.edges(state, to);
    if (states < 0) throw new OutOfMemory('no memory for edges');
    const n = core.edgeCount.value as number;
    const { buffer } = this.space.memory;
    return {
      states,
      counts: new Uint32Array(buffer, core.edgeCounts.value, states),
      target: new Uint32Array(buffer, core.edgeTargets.value, n),
      leaf: new Uint32Array(buffer, core.edgeLeaves.value, n),
      process: new Uint16Array(buffer, core.edgeProcesses.value, n),
      alternative: new Uint16Array(buffer, core.edgeAlternatives.value, n),
    };
  }

  /** What a slot has, by state. @throws OutOfMemory */
  column(slot: number, into: Uint16Array): void {
    const { space, states } = this;
    this.room ||= space.alloc(2 * SOME);
    space.core.attach();
    for (let from = 0; from < into.length; from += SOME) {
      const to = Math.min(into.length, from + SOME);
      space.core.column(states.fieldOf(slot), from, to, this.room);
      into.set(new Uint16Array(space.memory.buffer, this.room, to - from), from);
    }
  }
}
