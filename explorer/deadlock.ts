/** Tells the kinds of deadlock apart, from what each blocked process waits for. */
import { DirectedGraph } from 'graphology';
import { stronglyConnectedComponents } from 'graphology-components';
import type { Blocked } from './trace.ts';

/** `cycle`: owners wait for each other. `missed wake-up`: a sleeper's condition is true, and nobody is left to wake it. */
export interface Deadlock {
  readonly kind: 'cycle' | 'missed wake-up' | 'stuck';
  readonly text: string;
}

/** Why nobody can step: a circle of waits, a wake-up that was missed, or neither. */
export function explainDeadlock(blocked: readonly Blocked[]): Deadlock {
  const waits = new DirectedGraph();
  for (const b of blocked) waits.addNode(b.process);
  for (const b of blocked) {
    for (const o of b.owners) if (waits.hasNode(o)) waits.mergeDirectedEdge(b.process, o);
  }
  const cycle = stronglyConnectedComponents(waits).find((c) => c.length > 1 || waits.hasDirectedEdge(c[0], c[0]));
  if (cycle) {
    const text = blocked
      .filter((b) => cycle.includes(b.process))
      .map((b) => `${b.process} waits for ${b.what}, held by ${b.owners.join(', ')}`)
      .join('; ');
    return { kind: 'cycle', text: `deadlock: ${text}` };
  }
  const missed = blocked.find((b) => b.owners.length === 0);
  if (missed) {
    return {
      kind: 'missed wake-up',
      text: `missed wake-up: ${missed.process} sleeps for ${missed.what}, and no one is left to wake it`,
    };
  }
  return {
    kind: 'stuck',
    text: `no process can step: ${blocked.map((b) => `${b.process} waits for ${b.what}`).join('; ')}`,
  };
}
