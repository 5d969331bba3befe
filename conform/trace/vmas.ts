/** Where a trace's tasks have the file mapped: from mmap(2), or, where that was before the trace, from the faults themselves. */
import { callOf } from './calls.ts';
import type { DaxEvent } from './dax-events.ts';
import type { TraceLine } from './read.ts';

export const PAGE = 4096;

export interface TracedVma {
  /** Of the address space: tasks of one share it. */
  readonly space: string;
  /** The address at which the file's first page would be. */
  readonly base: number;
  readonly start: number;
  readonly end: number;
  readonly shared: boolean;
  readonly writable: boolean;
  /** The line from which on it is there. */
  readonly since: number;
}

interface Mapped extends Omit<TracedVma, 'space'> {
  readonly task: number;
  readonly fd: number;
}

export class Vmas {
  private readonly all: readonly TracedVma[];
  /** Descriptors of the file; empty: none is known. */
  readonly fds: ReadonlySet<number>;
  private readonly spaces = new Map<number, string>();

  constructor(lines: readonly TraceLine[], events: readonly DaxEvent[], given: readonly number[]) {
    const mapped = mmapsIn(lines);
    const faults = events.filter((e) => e.address !== undefined);
    const bases = new Set(faults.map(baseOf));
    const seen = mapped.filter((m) => bases.has(m.base));
    this.fds = new Set(given.length > 0 ? given : seen.map((m) => m.fd));
    const own = mapped.filter((m) => this.fds.has(m.fd));
    const born = childrenIn(lines);
    for (const line of lines) this.spaces.set(line.task, spaceOf(line, own, faults, born));
    const guessed = faults
      .filter((e) => !own.some((m) => m.base === baseOf(e) && this.spaceOf(m.task) === this.spaceOf(e.line.task)))
      .map((e) => this.guess(e, faults));
    this.all = [...own.map((m) => ({ ...m, space: this.spaceOf(m.task) })), ...guessed];
  }

  spaceOf(task: number): string {
    return this.spaces.get(task) ?? `task ${task}`;
  }

  /** The mapping of the file that a task has at an address. */
  at({ task, number }: TraceLine, address: number): TracedVma | undefined {
    return this.all.findLast(
      (v) => v.space === this.spaceOf(task) && v.since <= number && address >= v.start && address < v.end,
    );
  }

  /** The mapping of which some of these addresses are. */
  within({ task, number }: TraceLine, from: number, to: number): TracedVma | undefined {
    return this.all.findLast(
      (v) => v.space === this.spaceOf(task) && v.since <= number && from < v.end && to > v.start,
    );
  }

  /** What was mapped before the trace began: as far as it is used. */
  private guess(event: DaxEvent, faults: readonly DaxEvent[]): TracedVma {
    const base = baseOf(event);
    const space = this.spaceOf(event.line.task);
    const pages = faults.filter((f) => baseOf(f) === base && this.spaceOf(f.line.task) === space).map((f) => f.page);
    return {
      space,
      base,
      start: base + Math.min(...pages) * PAGE,
      end: base + (Math.max(...pages) + 1) * PAGE,
      shared: event.shared,
      writable: true,
      since: 0,
    };
  }
}

const baseOf = ({ address, page }: DaxEvent): number => Math.floor(address! / PAGE) * PAGE - page * PAGE;

/**
 * A thread group where the trace has it; else what clone(2) says; else a task that has mapped the file is one, and others are of
 * one that has.
 */
function spaceOf(
  { task, tgid }: Pick<TraceLine, 'task' | 'tgid'>,
  own: readonly Mapped[],
  faults: readonly DaxEvent[],
  born: ReadonlyMap<number, Born>,
): string {
  if (tgid !== undefined) return `process ${tgid}`;
  const birth = born.get(task);
  if (birth?.shares) return spaceOf({ task: birth.parent }, own, faults, born);
  if (birth || own.some((m) => m.task === task)) return `task ${task}`;
  const bases = new Set(faults.filter((f) => f.line.task === task).map(baseOf));
  const by = own.find((m) => bases.has(m.base));
  return `task ${by?.task ?? task}`;
}

function mmapsIn(lines: readonly TraceLine[]): Mapped[] {
  const open = new Map<number, Extract<ReturnType<typeof callOf>, { on: 'memory' }>['call']>();
  return lines.flatMap(({ task, number, event }): Mapped[] => {
    if (event.kind === 'enter' && event.call === 'mmap') {
      const call = callOf('mmap', event.args);
      if (call?.on === 'memory') open.set(task, call.call);
      else open.delete(task);
    }
    const call = open.get(task);
    if (event.kind !== 'exit' || event.call !== 'mmap' || call?.kind !== 'mmap') return [];
    open.delete(task);
    if (event.returned < 0n && event.returned > -4096n) return [];
    const start = Number(event.returned);
    const { fd, shared, writable, offset, length } = call;
    return [{ task, fd, shared, writable, base: start - offset, start, end: start + length, since: number }];
  });
}

interface Born {
  readonly parent: number;
  /** CLONE_VM: the child is a thread. */
  readonly shares: boolean;
}
const CLONE_VM = 0x100n;

/** Tasks that were born in the trace. Of clone3(2) it does not say which flags there were. */
function childrenIn(lines: readonly TraceLine[]): Map<number, Born> {
  const open = new Map<number, boolean>();
  const born = new Map<number, Born>();
  for (const { task, event } of lines) {
    if (event.kind === 'enter' && event.call === 'clone') open.set(task, ((event.args[0] ?? 0n) & CLONE_VM) !== 0n);
    if (event.kind === 'enter' && event.call === 'fork') open.set(task, false);
    if (event.kind !== 'exit' || !['clone', 'fork'].includes(event.call)) continue;
    const shares = open.get(task);
    if (shares !== undefined && event.returned > 0n) born.set(Number(event.returned), { parent: task, shares });
    open.delete(task);
  }
  return born;
}
