/** The calls that each step of a trace stands in, from the nested states of its path. */
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
/** Members of vm_operations_struct: a state of such a name is whatever function the design has put there. */
const VM_OPERATIONS = new Set(['fault', 'huge_fault', 'page_mkwrite', 'pfn_mkwrite']);

/** `__do_page_fault` is the inner half of `do_page_fault`: one call to a reader. */
const plain = (name: string): string => name.replace(/^_+/, '');

/** The stack without operation and innermost state, and without levels that only tell one page from another: `@a`. */
interface Frames {
  readonly operation?: { readonly position: number; readonly name: string };
  readonly names: readonly string[];
}

function framesOf({ stack }: TraceStep): Frames {
  const match = OPERATION.exec(stack[0] ?? '');
  const functions = (names: readonly string[]): readonly string[] => names.filter((n) => !n.startsWith('@'));
  if (!match) return { names: functions(stack.slice(0, -1)) };
  return { operation: { position: Number(match[1]), name: match[2]! }, names: functions(stack.slice(1, -1)) };
}

const key = (process: string, { operation, names }: Frames): string =>
  [process, operation?.position, ...names].join(' ');

/** The function that the step begins in; later lines may be of functions that it calls in the same section. */
const entered = (step: TraceStep): string => step.lines[0]?.function ?? step.function;

/** The calls of each step. @param processes to name operations by; a process that is not in it keeps their short names */
export function callsIn(trace: readonly TraceStep[], processes: readonly ProcessText[]): Calls[] {
  // The function whose own steps stand directly in a frame: the first of them tells.
  const owners = new Map<string, string>();
  for (const step of trace) {
    const place = key(step.process, framesOf(step));
    if (!owners.has(place)) owners.set(place, entered(step));
  }
  return trace.map((step) => {
    const { operation, names } = framesOf(step);
    const owner = (depth: number): string | undefined =>
      owners.get(key(step.process, { ...(operation && { operation }), names: names.slice(0, depth) }));
    const functions = names.map((n, i) => (VM_OPERATIONS.has(n) ? (owner(i + 1) ?? `->${n}`) : n));
    // An operation is carried out by the kernel function that begins it; a load or store is an instruction.
    const outermost = operation && owner(0);
    if (outermost !== undefined && outermost !== operation!.name) functions.unshift(outermost);
    if (isCallOfItsOwn(step, functions, operation?.name)) functions.push(entered(step));
    const state = step.stack.at(-1) ?? step.function;
    if (!operation) return { functions, state };
    const { position } = operation;
    const process = processes.find((p) => p.id === step.process);
    const text = process?.operations[position] || operation.name.replaceAll('_', ' ');
    return { operation: { position, text }, functions, state };
  });
}

/** Whether the step's function is a level of its own: no state is named so, and the step's text does not begin with it. */
function isCallOfItsOwn(step: TraceStep, functions: readonly string[], operation: string | undefined): boolean {
  const name = plain(entered(step));
  return entered(step) !== operation && !functions.some((f) => plain(f) === name) && !step.step.startsWith(`${name}(`);
}

/** How many of the outer calls two steps of one process share: those that are still open. */
export function sharedCalls(before: Calls | undefined, now: Calls): number {
  if (before?.operation?.position !== now.operation?.position) return 0;
  const differs = now.functions.findIndex((f, i) => before?.functions[i] !== f);
  return differs === -1 ? now.functions.length : differs;
}
