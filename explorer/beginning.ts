/** Where a machine begins, as XState's `getInitialSnapshot()` says it, which has a lot to set up for its first call. */
import type { AnyStateMachine, StateNode } from 'xstate';
import type { Local } from './component.ts';
import { initialLocal, localOf, nestedKeys } from './machine.ts';
import { isPlain } from './plain-component.ts';

/** Components of one kind share their machine. */
const beginnings = new WeakMap<AnyStateMachine, Local>();

/** Where a machine begins: without XState, where the machine allows it. */
export function beginning(machine: AnyStateMachine): Local {
  const known = beginnings.get(machine) ?? plainBeginning(machine) ?? initialLocal(machine);
  beginnings.set(machine, known);
  return known;
}

/** @returns undefined: something happens before the machine rests, or its context is computed */
export function plainBeginning(machine: AnyStateMachine): Local | undefined {
  const { context } = machine.config as { readonly context?: unknown };
  if (typeof context === 'function') return undefined;
  let node = machine.root as unknown as StateNode;
  while (node.type === 'compound') {
    const { initial } = node;
    const [first] = initial.target as unknown as readonly [StateNode];
    if (!isPlain(node) || initial.actions.length > 0 || first.parent !== node) return undefined;
    node = first;
  }
  if (!isPlain(node)) return undefined;
  return localOf({ value: nestedKeys(node), context: context ?? {} });
}
