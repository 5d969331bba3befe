/**
 * With whom an action of a process is in conflict: by local of another process, whether that one can come to an action
 * that depends on it, alone or with the help of others, while the first process stands where it is.
 */
import { type Action, type Known, STEP } from './actions.ts';
import type { Commute } from './commute.ts';
import type { Reachable } from './reachable.ts';
import { meet } from './rows.ts';

export interface Conflicts {
  /** Words of 32 bits for each action. */
  readonly width: number;
  /** Bit `l` of action `a`: a process at local `l` can come to something that depends on `a`. */
  readonly bits: Uint32Array;
}

export function conflicts(known: Known, { rows, enabled }: Reachable, commute: Commute): Conflicts {
  const { actions, actionsFrom, firstLocal } = known;
  const locals = actionsFrom.length;
  const width = (locals + 31) >>> 5;
  const bits = new Uint32Array(actions.length * width);
  const processOf = (local: number): number => firstLocal.findLastIndex((first) => first <= local);
  const into: Action[][] = actionsFrom.map(() => []);
  for (const a of actions) if (a.kind === STEP) into[a.next]!.push(a);
  const dependents = dependentActions(actions, commute);
  const possible = new Uint8Array(actions.length);
  for (let local = 0; local < locals; local++) {
    const own = actionsFrom[local]!.filter((a) => dependents[a.id]!.length > 0);
    if (own.length === 0) continue;
    const process = processOf(local);
    for (const b of actions) {
      possible[b.id] =
        b.process !== process && meet(known.rows, rows, local * known.rows.width, enabled[b.id]!, 0) ? 1 : 0;
    }
    for (const a of own) {
      const mark = (l: number): boolean => {
        const w = a.id * width + (l >>> 5);
        const bit = 1 << (l & 31);
        if (bits[w]! & bit) return false;
        bits[w]! |= bit;
        return true;
      };
      const todo = dependents[a.id]!.filter((b) => possible[b.id] === 1).flatMap((b) => (mark(b.from) ? [b.from] : []));
      for (let l = todo.pop(); l !== undefined; l = todo.pop()) {
        for (const b of into[l]!) if (possible[b.id] === 1 && mark(b.from)) todo.push(b.from);
      }
    }
  }
  return { width, bits };
}

function dependentActions(actions: readonly Action[], commute: Commute): Action[][] {
  const lists: Action[][] = actions.map(() => []);
  for (const a of actions) {
    for (let i = a.id + 1; i < actions.length; i++) {
      const b = actions[i]!;
      if (a.process === b.process || !commute.dependent(a, b)) continue;
      lists[a.id]!.push(b);
      lists[b.id]!.push(a);
    }
  }
  return lists;
}
