/** What the model says of a run: turns for whoever is to hold the processors, and what is to be seen after each of them. */
import { eventsOf } from '../../conform/events.ts';
import { pageText } from '../../conform/pages.ts';
import type { Move } from '../../explorer/findings.ts';
import { type GlobalState, initialState, stateView, successors } from '../../explorer/interpreter.ts';
import { isDone, stateFacts } from '../../explorer/machine.ts';
import { traceStep } from '../../explorer/trace.ts';
import { type TurnStep, takeTurn } from '../../explorer/turns.ts';
import { operationOf } from '../../model/cost.ts';
import { extent } from '../../model/entries/extent.ts';
import { inode } from '../../model/entries/inode.ts';
import { type KernelMark, kernelMarks } from '../../model/marks.ts';
import { entryOf } from '../../model/thp.ts';
import { callsIn } from '../../report/calls.ts';
import { processTexts } from '../../report/processes.ts';
import type { Prepared } from '../../verify/verify.ts';
import { layoutOf } from './layout.ts';
import { type Next, type Turn, turnsOf } from './plan.ts';

/** What is seen, by what it is of: `entry.a`, `pte[mm1].a`, `mtime`, `T0.0`. */
export type Facts = ReadonlyMap<string, string>;

export interface Predicted {
  readonly turns: readonly Turn[];
  /** After each turn. */
  readonly facts: readonly Facts[];
}

interface Taken extends TurnStep {
  readonly process: string;
}

/** @param moves a run of the system */
export function predict(prepared: Prepared, moves: readonly Move[]): Predicted {
  const { system, scene } = prepared;
  const ids = system.processes.map((p) => p.id);
  const taken: Taken[] = [];
  const states: GlobalState[] = [initialState(system)];
  for (const { process, alternative } of moves) {
    const before = states.at(-1)!;
    const facts = stateFacts(system.processes[process]!.machine, before[system.firstProcess + process]!);
    const step = successors(system, before, process).find((s) => s.alternative === alternative)!;
    taken.push({ before, facts, taken: step, process: ids[process]! });
    states.push(step.state);
  }
  const steps = taken.map((t) => traceStep(system, t.before, t.taken));
  const end = states.at(-1)!;
  const ahead = ids.map((_, p) => (isOver(prepared, end, p) ? [] : successors(system, end, p)).slice(0, 1));
  const furtherSteps = ahead.flatMap((s) => s.map((a) => traceStep(system, end, a)));
  const calls = callsIn([...steps, ...furtherSteps], processTexts(scene.scenario.text, ids));
  const next = new Map<string, Next>(
    ids.map((id, p) => {
      if (isOver(prepared, end, p)) return [id, 'over'];
      const further = furtherSteps.findIndex((s) => s.process === id);
      return [id, further < 0 ? 'waits' : { step: furtherSteps[further]!, calls: calls[steps.length + further]! }];
    }),
  );
  const turns = turnsOf(steps, calls.slice(0, steps.length), next);
  return {
    turns,
    facts: turns.map(({ last }, n) =>
      factsOf(prepared, taken.slice(0, last + 1), states[last + 1]!, n === 0 ? 0 : turns[n - 1]!.last + 1),
    ),
  };
}

function isOver({ system }: Prepared, state: GlobalState, process: number): boolean {
  return isDone(system.processes[process]!.machine, state[system.firstProcess + process]!);
}

/** @param since number of the turn's first step */
function factsOf(prepared: Prepared, taken: readonly Taken[], state: GlobalState, since: number): Facts {
  const { system, scene } = prepared;
  const view = stateView(system, state);
  const facts = new Map<string, string>();
  const initially = stateView(system, initialState(system));
  const blocks = (of: typeof view): number => scene.pages.filter((p) => of.after(extent(p.name)).block !== null).length;
  const updates = taken
    .slice(since)
    .some((t) =>
      t.taken.result.sends.some((s) => s.slot === system.slot(inode.id) && s.event.type === 'FILE_UPDATE_TIME'),
    );
  facts.set('mtime', updates ? 'moves' : 'same');
  facts.set('size', `${view.after(inode).size} pages`);
  facts.set('blocks', String(blocks(view) - blocks(initially)));
  for (const { name } of scene.pages) {
    facts.set(`entry.${name}`, pageText(prepared, state, undefined, name).entry);
    for (const { id, pages } of scene.vmas)
      if (pages.includes(name)) facts.set(`pte[${id}].${name}`, pageText(prepared, state, id, name).mapped);
  }
  const marks = taken.flatMap((t) => kernelMarks(t.taken.result.marks).map((m) => ({ ...m, process: t.process })));
  facts.set('warnings', marks.some((m) => m.type === 'warn') ? 'some' : 'none');
  const pages = new Map(scene.pages.map((p) => [p.name, layoutOf(scene).of(p.name).first]));
  for (const [p, { id }] of system.processes.entries()) {
    const own = taken.filter((t) => t.process === id);
    const events = operationsOf(own).flatMap((steps) =>
      isIdle(prepared, steps) ? [] : eventsOf(prepared, { pages }, steps),
    );
    facts.set(`events of ${id}`, eventText(events));
    for (const [position, text] of resultsOf(prepared, own, state, p)) facts.set(`${id} ${position}`, text);
    if (waitsAt(prepared, state, p)) facts.set(`${id} ${positionOf(prepared, state, p)}`, NOT_OVER);
  }
  return facts;
}

/** Whether freezing finds nothing to write back: the flusher calls a filesystem only for a file that has something tagged DIRTY. */
function isIdle({ system, scene }: Prepared, steps: readonly Taken[]): boolean {
  if (!steps[0]!.facts.stack[0]?.endsWith('_freeze')) return false;
  const begins = steps.find((t) => t.facts.stack.includes('sync_filesystem'));
  if (!begins) return true;
  const view = stateView(system, begins.before);
  return !scene.pages.some(({ name }) => entryOf(view, scene, name).dirty);
}

/** What ends an event that has a begin: where a process stands in the middle of one, the model's list has it all the same. */
const ENDING = /^(done=|wb_done$|(pmd_)?load_hole$|insert_pfn_mkwrite$)/;

export function eventText(events: readonly string[]): string {
  const last = events.findLastIndex((e) => !ENDING.test(e));
  const text = events.slice(0, last + 1).join('; ');
  return text === '' ? 'none' : text;
}

/** A process's steps, operation by operation. */
function operationsOf(own: readonly Taken[]): Taken[][] {
  const operations = new Map<number, Taken[]>();
  for (const t of own) {
    const position = operationOf(t.facts.stack);
    operations.set(position, [...(operations.get(position) ?? []), t]);
  }
  return [...operations.values()];
}

/** Of a call that has not returned. */
export const NOT_OVER = 'not over';

/** The operation that a process is in; beyond all of them when it has ended. */
function positionOf({ system }: Prepared, state: GlobalState, process: number): number {
  const { machine } = system.processes[process]!;
  const local = state[system.firstProcess + process]!;
  if (isDone(machine, local)) return Number.POSITIVE_INFINITY;
  const { stack } = stateFacts(machine, local);
  return stack[0] === 'do_exit' ? Number.POSITIVE_INFINITY : operationOf(stack);
}

/** Whether it can do nothing, in the middle of an operation. */
const waitsAt = (prepared: Prepared, state: GlobalState, process: number): boolean =>
  !isOver(prepared, state, process) &&
  successors(prepared.system, state, process).length === 0 &&
  /^op\d/.test(
    stateFacts(prepared.system.processes[process]!.machine, state[prepared.system.firstProcess + process]!).stack[0] ??
      '',
  );

/** How the calls ended that are over, by position: `returns`, `SIGBUS`, `fails with 5`, `returns {T0.store0}`. */
function resultsOf(
  prepared: Prepared,
  own: readonly Taken[],
  state: GlobalState,
  process: number,
): Map<number, string> {
  const { id } = prepared.system.processes[process]!;
  const at = positionOf(prepared, state, process);
  const results = new Map<number, string>();
  for (const [position, { name }] of prepared.scene.threads.find((t) => t.id === id)!.operations.entries()) {
    const during = own.filter((t) => operationOf(t.facts.stack) === position);
    if (during.length === 0 || position >= at) continue;
    results.set(
      position,
      endText(
        name,
        during.flatMap((t) => kernelMarks(t.taken.result.marks)),
      ),
    );
  }
  return results;
}

function endText(operation: string, marks: readonly KernelMark[]): string {
  const killed = marks.find((m) => m.type === 'killed');
  if (killed) return operation === 'pin' ? 'fails with EFAULT' : killed.signal;
  const failed = marks.find((m) => m.type === 'end' && m.error !== undefined);
  if (failed?.type === 'end') return `fails with ${failed.error}`;
  const got = marks.findLast((m) => m.type === 'hw-load' || m.type === 'read-copy');
  return got && 'content' in got ? `returns {${[...got.content].sort().join(' ')}}` : 'returns';
}

/**
 * A run without any hold: the processes one after the other, in an order in which each comes to its end.
 * @param orders by preference @returns undefined where there is none
 */
export function serialRun({ system }: Prepared, orders: readonly (readonly number[])[]): Move[] | undefined {
  for (const order of orders) {
    let state = initialState(system);
    const moves: Move[] = [];
    const through = order.every((process) => {
      const turn = takeTurn(system, state, process, () => true);
      state = turn.state;
      moves.push(...turn.steps.map((s) => ({ process, alternative: s.taken.alternative })));
      return turn.waits === undefined;
    });
    if (through) return moves;
  }
  return undefined;
}
