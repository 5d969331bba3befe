/** The calls that a trace step stands in, from the nested states of its path. */
import type { TraceStep } from '../explorer/trace.ts';
import type { ProcessText } from './processes.ts';

export interface Calls {
  /** The operation that the process executes, e.g. `store a`; its position tells two equal ones apart. */
  readonly operation?: { readonly position: number; readonly text: string };
  /** Names of the open functions, outermost first. */
  readonly functions: readonly string[];
  /** Name of the step's state: what is left to say of a step that says nothing itself. */
  readonly state: string;
}

/** A path's outermost state: the operation's position in the process, and its name. */
const OPERATION = /^op(\d+)_(.+)$/;

/** `__do_page_fault` is the inner half of `do_page_fault`: one call to a reader. */
const plain = (name: string): string => name.replace(/^_+/, '');

/** @param process whose step it is; undefined where only the trace is known */
export function callsOf(step: TraceStep, process: ProcessText | undefined): Calls {
  const [outermost = ''] = step.stack;
  const state = step.stack.at(-1) ?? step.function;
  const match = OPERATION.exec(outermost);
  const name = match?.[2]?.replaceAll('_', ' ');
  const functions = step.stack.slice(match ? 1 : 0, -1);
  // The step's own function is a level of its own where the path has no state of that name.
  const known = [...functions, name ?? ''].some((f) => plain(f) === plain(step.function));
  const open = known ? functions : [...functions, step.function];
  if (name === undefined) return { functions: open, state };
  const position = Number(match![1]);
  return { operation: { position, text: process?.operations[position] || name }, functions: open, state };
}

/** How many of the outer calls two steps of one process share: those that are still open. */
export function sharedCalls(before: Calls | undefined, now: Calls): number {
  if (before?.operation?.position !== now.operation?.position) return 0;
  const differs = now.functions.findIndex((f, i) => before?.functions[i] !== f);
  return differs === -1 ? now.functions.length : differs;
}
