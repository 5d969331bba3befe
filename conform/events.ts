/** The kernel's tracepoints (fs_dax, page faults of user mode) as the model's steps would fire them. */
import { stateView } from '../explorer/interpreter.ts';
import type { TurnStep } from '../explorer/turns.ts';
import { entry } from '../model/entries/entry.ts';
import { kernelMarks } from '../model/marks.ts';
import { walk } from '../model/thp.ts';
import type { Prepared } from '../verify/verify.ts';
import type { Translated } from './translated.ts';

/** A function whose begin and end are traced. */
interface Traced {
  /** The state in the call stack that stands for it. */
  readonly name: string;
  readonly begins?: (at: Access) => string;
  readonly ends?: (at: Access, how: Outcome) => string;
}
interface Access {
  readonly page: number | undefined;
  readonly stack: readonly string[];
  /** Its process's operation. */
  readonly operation: string;
  /** Whether what is faulted in without an access is to be written. */
  readonly populatesToWrite: boolean;
}
interface Outcome {
  readonly killed: boolean;
  /** The call stack of the step that comes next. */
  readonly next: readonly string[];
}

const flags = ({ stack, populatesToWrite }: Access): string => {
  const write = /_(store|pin)$/.test(stack[0] ?? '') || populatesToWrite ? 'W' : '';
  const text = write + (stack.includes('pfn_mkwrite') ? 'mkw' : '');
  return text === '' ? '' : `[${text}]`;
};

const done = ({ stack }: Access, { killed, next }: Outcome): string => {
  if (next.includes('dax_finish_sync_fault')) return 'done=NEEDDSYNC';
  if (killed) return 'done=SIGBUS';
  return stack.includes('do_cow_fault') ? 'done=DONE_COW' : 'done=NOPAGE';
};

/** As the way out of the handler tells, whose states are named by results. */
const pmdDone = (at: Access, how: Outcome): string =>
  how.next.at(-1)?.endsWith('_fallback') ? FALLBACK : done(at, how);

/** Pages of the file by their names in the scenario. */
type Named = Pick<Translated, 'pages'>;

const TRACED: readonly Traced[] = [
  { name: 'dax_iomap_pmd_fault', begins: (at) => `pmd_fault${flags(at)}@${at.page}`, ends: pmdDone },
  { name: 'dax_pmd_load_hole', ends: () => 'pmd_load_hole' },
  { name: 'dax_iomap_pte_fault', begins: (at) => `pte_fault${flags(at)}@${at.page}`, ends: done },
  { name: 'dax_load_hole', ends: () => 'load_hole' },
  { name: 'dax_insert_pfn_mkwrite', ends: () => 'insert_pfn_mkwrite' },
  { name: 'dax_writeback_mapping_range', begins: () => 'wb_range', ends: () => 'wb_done' },
];

/** The tracepoints of fs/dax.c that a kernel would print for these steps, in order. */
export function eventsOf(prepared: Prepared, translated: Named, steps: readonly TurnStep[]): string[] {
  const events: string[] = [];
  const open: { readonly traced: Traced; readonly at: Access }[] = [];
  const killed = new Set(steps.filter(isKilled).map(operationIn));
  const leave = (stack: readonly string[]): void => {
    while (open.length > 0 && !stack.includes(open.at(-1)!.traced.name)) {
      const { traced, at } = open.pop()!;
      if (traced.ends) events.push(traced.ends(at, { killed: killed.has(at.operation), next: stack }));
    }
  };
  for (const step of steps) {
    const { stack } = step.facts;
    const at: Access = {
      page: pageOf(prepared, translated, step),
      stack,
      operation: operationIn(step),
      populatesToWrite: populates(prepared, step),
    };
    leave(stack);
    for (const traced of TRACED) {
      if (!stack.includes(traced.name) || open.some((o) => o.traced === traced)) continue;
      open.push({ traced, at });
      if (/^dax_iomap_p(te|md)_fault$/.test(traced.name)) afterFallback(events);
      if (traced.begins) events.push(traced.begins(at));
    }
    events.push(...trapOf(prepared, step), ...cleaned(prepared, translated, step));
  }
  leave([]);
  return normalised(events);
}

const operationIn = ({ taken, facts }: TurnStep): string => `${taken.process} ${facts.stack[0]}`;

/** A signal for an access, or where there is none, for what is faulted in without one. */
const isKilled = ({ taken, facts }: TurnStep): boolean =>
  facts.stack.at(-1) === 'sigbus' || kernelMarks(taken.result.marks).some((m) => m.type === 'killed');

/** Only private pages are: their copies are made at once. */
function populates({ system, scene }: Prepared, { taken, facts }: TurnStep): boolean {
  const thread = scene.threads.find((t) => t.id === system.processes[taken.process]!.id)!;
  const vma = scene.vmas.find((v) => v.id === thread.vma);
  return facts.stack[0]?.endsWith('_populate') === true && vma?.shared === false && vma.writable;
}

/** A fault that goes on to the PTE, or begins anew, after an attempt at the PMD: that was a fallback. */
function afterFallback(events: string[]): void {
  if (events.at(-2)?.startsWith('pmd_fault') && events.at(-1)!.startsWith('done='))
    events[events.length - 1] = FALLBACK;
}

const FALLBACK = 'done=FALLBACK';

/** The page of the file that the step's operation names. */
function pageOf({ system, scene }: Prepared, { pages }: Named, { taken, facts }: TurnStep): number | undefined {
  const thread = scene.threads.find((t) => t.id === system.processes[taken.process]!.id)!;
  const position = Number(/^op(\d+)_/.exec(facts.stack[0] ?? '')?.[1] ?? -1);
  const name = thread.operations[position]?.page;
  return name === undefined ? undefined : pages.get(name);
}

/** `PF(0x7)`: bit 0 something was mapped, bit 1 a store, bit 2 user mode. */
function trapOf({ system, scene }: Prepared, { before, taken, facts }: TurnStep): string[] {
  if (!kernelMarks(taken.result.marks).some((m) => m.type === 'trap')) return [];
  const thread = scene.threads.find((t) => t.id === system.processes[taken.process]!.id)!;
  const operation = thread.operations[Number(/^op(\d+)_/.exec(facts.stack[0]!)![1])]!;
  // get_user_pages() calls handle_mm_fault() itself.
  if (operation.name === 'pin') return [];
  const view = stateView(system, before);
  const present = walk(view, scene, thread.vma, operation.page!) !== null;
  const code = 4 + (operation.name === 'store' ? 2 : 0) + (present ? 1 : 0);
  return [`PF(0x${code})`];
}

/** An entry that the write-back has cleaned. */
function cleaned({ system }: Prepared, { pages }: Named, { facts, taken }: TurnStep): string[] {
  if (!facts.stack.includes('dax_writeback_mapping_range')) return [];
  return taken.result.sends.flatMap(({ slot, event }) => {
    const { type, tag } = event as { type: string; tag?: string };
    if (type !== 'UNTAG' || tag !== 'dirty') return [];
    const page = [...pages].find(([name]) => system.slot(entry(name).id) === slot);
    return page ? [`wb_one(${page[1]})`] : [];
  });
}

/**
 * What is compared: not which part of the file was asked for, not whether a fault counts as major, and no attempt at a PMD that
 * fell back to a PTE.
 */
export function normalised(events: readonly string[]): string[] {
  const plain = events.filter((e) => !/^(pmd_)?insert_mapping/.test(e)).map(plainEvent);
  return plain.filter((e, n) => {
    if (e === FALLBACK || e.startsWith('pmd_load_hole_fallback')) return false;
    return !e.startsWith('pmd_fault') || !fellBack(plain.slice(n + 1));
  });
}

/** Whether an attempt at a PMD ended so, given what came after its begin. */
function fellBack(after: readonly string[]): boolean {
  const end = after.findIndex((e) => e.startsWith('done='));
  return after[end] === FALLBACK;
}

function plainEvent(event: string): string {
  const one = /^wb_one\(0x([0-9a-f]+)/.exec(event);
  if (one) return `wb_one(${Number.parseInt(one[1]!, 16)})`;
  if (event.startsWith('wb_range_done')) return 'wb_done';
  if (event.startsWith('wb_range')) return 'wb_range';
  if (event.startsWith('done='))
    return `done=${event
      .slice(5)
      .split('|')
      .filter((w) => w !== 'MAJOR')
      .join('|')}`;
  return event;
}
