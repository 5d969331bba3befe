/**
 * With whom an action of a process is in conflict: by local of another process, whether that one can come to an action
 * that depends on it, alone or with the help of others, while the first process stands where it is.
 */
import { type Action, type Known, STEP, WAIT } from './actions.ts';
import type { Commute } from './commute.ts';
import type { Reachable } from './reachable.ts';

export interface Conflicts {
  /** Words of 32 bits for each action. */
  readonly width: number;
  /** Bit `l` of action `a`: a process at local `l` can come to something that depends on `a`. */
  readonly bits: Uint32Array;
}

/** @param also bits of conflicts that there are as well, and then all that follow from them */
export function conflicts(known: Known, reach: Reachable, commute: Commute, also?: Uint32Array): Conflicts {
  const { actions, actionsFrom } = known;
  const locals = actionsFrom.length;
  const width = (locals + 31) >>> 5;
  const bits = also?.slice() ?? new Uint32Array(actions.length * width);
  const near = meetingLocals(known, reach);
  const into = sources(known);
  const dependents = dependentActions(known, near, commute);
  const possible = new Uint8Array(actions.length);
  const todo: number[] = [];
  for (let local = 0; local < locals; local++) {
    const own = actionsFrom[local]!.filter((a) => also || dependents[a.id]!.length > 0);
    if (own.length === 0) continue;
    possible.fill(0);
    for (const other of near[local]!) {
      for (const b of actionsFrom[other]!) if (reach.enabledAt(b, local)) possible[b.id] = 1;
    }
    for (const a of own) {
      const at = a.id * width;
      const reach = (b: Action): void => {
        if (possible[b.id] === 0) return;
        const w = at + (b.from >>> 5);
        const bit = 1 << (b.from & 31);
        if (bits[w]! & bit) return;
        bits[w]! |= bit;
        todo.push(b.from);
      };
      if (also) for (let l = 0; l < locals; l++) if ((also[at + (l >>> 5)]! >>> (l & 31)) & 1) todo.push(l);
      for (const b of dependents[a.id]!) reach(b);
      for (let l = todo.pop(); l !== undefined; l = todo.pop()) for (const b of into[l]!) reach(b);
    }
  }
  return { width, bits };
}

/** By local: those of other processes that it meets. */
function meetingLocals({ actionsFrom, firstLocal }: Known, { meets }: Reachable): number[][] {
  const near: number[][] = actionsFrom.map(() => []);
  for (let p = 0; p + 1 < firstLocal.length; p++) {
    for (let a = firstLocal[p]!; a < firstLocal[p + 1]!; a++) {
      for (let b = firstLocal[p + 1]!; b < actionsFrom.length; b++) {
        if (!meets(a, b)) continue;
        near[a]!.push(b);
        near[b]!.push(a);
      }
    }
  }
  return near;
}

/** By local: the steps that lead to it. */
function sources({ actions, actionsFrom }: Known): Action[][] {
  const into: Action[][] = actionsFrom.map(() => []);
  for (const a of actions) if (a.kind === STEP) into[a.next]!.push(a);
  return into;
}

/**
 * By action: those of others that depend on it. Of one that waits, what may let it go on. Of a step, not who waits meanwhile:
 * there is nothing to be swapped, and what can be done afterwards is another step, which cannot be done before.
 */
function dependentActions({ actions, actionsFrom }: Known, near: readonly number[][], commute: Commute): Action[][] {
  const lists: Action[][] = actions.map(() => []);
  for (const [local, others] of near.entries()) {
    for (const a of actionsFrom[local]!) {
      for (const other of others) {
        if (other < local) continue;
        for (const b of actionsFrom[other]!) {
          if (!commute.dependent(a, b)) continue;
          if (b.kind !== WAIT) lists[a.id]!.push(b);
          if (a.kind !== WAIT) lists[b.id]!.push(a);
        }
      }
    }
  }
  return lists;
}
