/**
 * What of a run of the model would be in a raw trace, and where. Each event belongs to a gap between two steps of its process:
 * it comes after the one and before the other. Which gap that is:
 *
 * - page_fault_user: after the trap, before the first lock.
 * - dax_pte_fault, dax_writeback_range: before the first step in the function that has the tracepoint.
 * - dax_load_hole, dax_pte_fault_done, dax_writeback_range_done: after the last step in it.
 * - dax_writeback_one: after the section that clears DIRTY.
 * - a line of the function tracer: before a step of the function, or of what it calls first.
 * - sys_enter, sys_exit: before the first and after the last step of the operation.
 */
import type { Moment, Sight, Watch } from '../../explorer/inclusion/watch.ts';
import { stateView } from '../../explorer/interpreter.ts';
import type { StateFacts } from '../../explorer/machine.ts';
import { operationOf } from '../../model/cost.ts';
import { entry } from '../../model/entries/entry.ts';
import { kernelMarks } from '../../model/marks.ts';
import { vmFault } from '../../model/registers.ts';
import type { SceneOperation, SceneThread } from '../../model/scene.ts';
import { walk } from '../../model/thp.ts';
import type { Prepared } from '../../verify/verify.ts';
import type { Derived } from './derive.ts';
import { framesOf, leftBy } from './functions.ts';
import * as label from './labels.ts';

interface At {
  readonly facts: StateFacts;
  readonly operation: SceneOperation;
  /** Of the file. */
  readonly page: number;
}
/** A function with tracepoints. */
interface Traced {
  readonly begins?: (at: At) => string;
  readonly ends?: (at: At, leaving: Moment) => string;
}

/** By the state that stands for it. */
const TRACED: Readonly<Record<string, Traced>> = {
  dax_iomap_pte_fault: {
    begins: (at) => label.faultBegins('pte', at.page, howOf(at)),
    ends: (at, leaving) => label.faultEnds('pte', at.page, resultOf(at, leaving)),
  },
  dax_iomap_pmd_fault: {
    begins: (at) => label.faultBegins('pmd', at.page, howOf(at)),
    ends: (at, leaving) => label.faultEnds('pmd', at.page, resultOf(at, leaving)),
  },
  dax_load_hole: { ends: (at) => label.loadHole(at.page) },
  dax_pmd_load_hole: { ends: (at) => label.pmdLoadHole(at.page) },
  dax_writeback_mapping_range: { begins: () => label.WRITEBACK_BEGINS, ends: () => label.WRITEBACK_ENDS },
};

const howOf = ({ facts, operation }: At): string[] => [
  ...(operation.name === 'store' ? ['WRITE'] : []),
  ...(facts.stack.includes('pfn_mkwrite') ? ['MKWRITE'] : []),
];

/** The way out of a handler has states of its own for each result; an error is in a register. */
function resultOf({ facts }: At, { to, result }: Moment): string {
  const error = result.next.context[vmFault.name];
  if (typeof error === 'string') return error;
  const way = to.stack.at(-1)!;
  if (way.endsWith('sigbus')) return 'SIGBUS';
  if (way.endsWith('_fallback')) return 'FALLBACK';
  return facts.stack.includes('do_cow_fault') ? 'DONE_COW' : 'NOPAGE';
}

/** Before what is traced: what every page was that had been used by then. */
export interface Ghost {
  readonly process: number;
  readonly operations: number;
}

/** @param functions whose lines the trace has */
export function watchOf(
  prepared: Prepared,
  derived: Derived,
  functions: ReadonlySet<string>,
  ghosts: readonly Ghost[],
): Watch {
  const { system, scene } = prepared;
  const threads = system.processes.map((p) => scene.threads.find((t) => t.id === p.id)!);
  const at = (process: number, facts: StateFacts): At | undefined => {
    const operation = threads[process]!.operations[operationOf(facts.stack)];
    return operation && { facts, operation, page: derived.pages.get(operation.page ?? '') ?? Number.NaN };
  };
  return {
    before: ghosts.map(({ process, operations }) => ({
      process,
      goesOn: ({ stack }) => operationOf(stack) < operations,
    })),
    strands: derived.strands.map(({ turns }) =>
      turns.map(({ process, position, call }) => ({
        process,
        goesOn: ({ stack }) => operationOf(stack) <= position,
        first: call === undefined ? [] : [label.callBegins(call)],
        last: (step) => (call === undefined ? [] : [label.callEnds(call, errorIn(step.marks))]),
      })),
    ),
    after: (moment) => {
      const here = at(moment.process, moment.from);
      if (!here) return [];
      const left = leftBy(moment.from, moment.to).flatMap((f) => TRACED[f]?.ends?.(here, moment) ?? []);
      return [
        ...trap(prepared, threads[moment.process]!, here, moment),
        ...cleaned(prepared, derived, moment),
        ...left,
      ].map(required);
    },
    ahead: (process, from, to) => {
      const here = at(process, to);
      if (!here) return [];
      return framesOf(system.processes[process]!.machine, from, to).flatMap(({ name, entered, begins }): Sight[] => {
        const tracepoint = entered ? TRACED[name]?.begins?.(here) : undefined;
        return [
          ...((entered || begins) && functions.has(name)
            ? [{ label: label.functionCalled(name), optional: true } as const]
            : []),
          ...(tracepoint === undefined ? [] : [required(tracepoint)]),
        ];
      });
    },
  };
}

const required = (text: string): Sight => ({ label: text });

const errorIn = (marks: Moment['result']['marks']): string | undefined =>
  kernelMarks(marks).flatMap((m) => (m.type === 'end' ? (m.error ?? []) : []))[0];

/** Bit 0: something was mapped; bit 1: a store; bit 2: user mode. */
function trap({ system, scene }: Prepared, { vma }: SceneThread, at: At, { result, before }: Moment): string[] {
  if (!kernelMarks(result.marks).some((m) => m.type === 'trap')) return [];
  const present = walk(stateView(system, before()), scene, vma, at.operation.page!) !== null;
  return [label.pageFault(at.page, 4 + (at.operation.name === 'store' ? 2 : 0) + (present ? 1 : 0))];
}

/** An entry that the write-back has cleaned. */
function cleaned({ system }: Prepared, { pages }: Derived, { from, result }: Moment): string[] {
  if (!from.stack.includes('dax_writeback_mapping_range')) return [];
  return result.sends.flatMap(({ slot, event }) => {
    const { type, tag } = event as { type: string; tag?: string };
    if (type !== 'UNTAG' || tag !== 'dirty') return [];
    const page = [...pages].find(([name]) => system.slot(entry(name).id) === slot);
    return page ? [label.writebackOne(page[1])] : [];
  });
}
