/**
 * Kernel functions as the model's steps name them: the nested states of a path are the functions on its call stack, and each
 * step's `meta` has the function that does it.
 */
import type { AnyStateMachine } from 'xstate';
import type { StepMeta } from '../../explorer/chart.ts';
import type { StateFacts } from '../../explorer/machine.ts';

interface Node {
  readonly key: string;
  readonly states: Readonly<Record<string, Node>>;
  readonly meta?: Partial<StepMeta>;
  readonly initial?: { readonly target?: readonly Node[] };
}

const rootOf = (machine: AnyStateMachine): Node => machine.root as unknown as Node;

/** All of them. */
export function functionsIn(machines: readonly AnyStateMachine[]): Set<string> {
  const found = new Set<string>();
  const walk = (node: Node): void => {
    const children = Object.values(node.states);
    if (children.length > 0) found.add(node.key);
    else if (node.meta?.fn !== undefined) found.add(node.meta.fn);
    for (const child of children) walk(child);
  };
  for (const m of machines) walk(rootOf(m));
  return found;
}

export interface Frame {
  readonly name: string;
  /** The process was not in it at its last step. */
  readonly entered: boolean;
  /** It stands where the function begins, or in a step that a call of it may be. */
  readonly begins: boolean;
}

/** The functions in which the process's next step is, outermost first. @param from where it stood before its last step */
export function framesOf(machine: AnyStateMachine, from: StateFacts | undefined, { stack, fn }: StateFacts): Frame[] {
  let node = rootOf(machine);
  const containers: Node[] = [];
  const frames: Frame[] = [];
  let same = from !== undefined;
  for (const [n, name] of stack.entries()) {
    node = node.states[name]!;
    if (n === stack.length - 1) break;
    same = same && from!.stack[n] === name && from!.stack.length > n + 1;
    containers.push(node);
    frames.push({ name, entered: !same, begins: beginsAt(node, stack.slice(n + 1)) });
  }
  if (frames.at(-1)?.name !== fn) frames.push({ name: fn, entered: false, begins: true });
  return frames;
}

/** Whether the path below is where the state begins. */
function beginsAt(node: Node, path: readonly string[]): boolean {
  let at = node;
  for (const name of path) {
    if (at.initial?.target?.[0]?.key !== name) return false;
    at = at.states[name]!;
  }
  return true;
}

/** The functions that the process has left with a step, innermost first. */
export function leftBy({ stack: before }: StateFacts, { stack: after }: StateFacts): string[] {
  const common = before.findIndex((name, n) => after[n] !== name || n === after.length - 1);
  return before.slice(Math.max(common, 0), -1).reverse();
}
