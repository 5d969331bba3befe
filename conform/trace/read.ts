/**
 * A raw trace as ftrace writes it (`trace`, `trace_pipe`) and as `trace-cmd report` does: one event per line. The order of the
 * lines is the order of what happened: all of these merge what the CPUs have by its time.
 */
import { FaultlineError, quoted } from '../../explorer/errors.ts';

export interface TraceLine {
  /** Of the file, from 1 on. */
  readonly number: number;
  readonly text: string;
  /** Its process id. */
  readonly task: number;
  readonly comm: string;
  /** Where the trace has it. */
  readonly tgid?: number;
  /** In seconds. */
  readonly time: number;
  readonly event: TraceEvent;
}
export type TraceEvent =
  | { readonly kind: 'event'; readonly name: string; readonly fields: string }
  /** A line of the function tracer. */
  | { readonly kind: 'function'; readonly name: string }
  /** Arguments by position; undefined: one that is no number. */
  | { readonly kind: 'enter'; readonly call: string; readonly args: readonly (bigint | undefined)[] }
  | { readonly kind: 'exit'; readonly call: string; readonly returned: bigint };

export interface RawTrace {
  readonly lines: readonly TraceLine[];
  /** Lines in which the kernel says that it lost events. */
  readonly lost: readonly number[];
  /** The first line that is older than the one before it. */
  readonly backwards?: number;
}

/** `comm-pid (tgid) [cpu] flags time: what`: tgid and flags are options of the tracer. */
const LINE =
  /^\s*(?<comm>\S.*?)-(?<pid>\d+)\s+(?:\(\s*(?<tgid>\d+|-+)\)\s+)?\[\d+\]\s+(?:(?<flags>\S{4,8})\s+)?(?<time>\d+\.\d+):\s+(?<what>\S.*)$/;

/** @throws FaultlineError E_RESULT_FILE for a text that is no trace */
export function readTrace(text: string, file: string): RawTrace {
  const lines: TraceLine[] = [];
  const lost: number[] = [];
  let backwards: number | undefined;
  for (const [n, line] of text.split(/\r?\n/).entries()) {
    const number = n + 1;
    if (/LOST .*EVENTS|EVENTS DROPPED/.test(line)) lost.push(number);
    if (/^# tracer: function_graph/.test(line)) {
      const mend = 'Take the function tracer, or events alone.';
      throw new FaultlineError('E_RESULT_FILE', 'this is a trace of the function_graph tracer', mend, { file });
    }
    const read = lineOf(line, number);
    if (!read) continue;
    const before = lines.at(-1);
    if (before && read.time < before.time) backwards ??= number;
    lines.push(read);
  }
  if (lines.length === 0) {
    const mend = 'A line looks like `task-123 [000] ..... 5.214723: dax_pte_fault: dev …`.';
    throw new FaultlineError('E_RESULT_FILE', `${quoted(file)} has no line of a trace`, mend, { file });
  }
  return { lines, lost, ...(backwards !== undefined && { backwards }) };
}

function lineOf(text: string, number: number): TraceLine | undefined {
  if (text.startsWith('#')) return undefined;
  const found = LINE.exec(text)?.groups;
  if (!found) return undefined;
  const { comm = '', pid, tgid, flags = '', time, what = '' } = found;
  const event = eventOf(what);
  // The third flag: what an interrupt calls is not the task's doing.
  if (!event || (event.kind === 'function' && /[hHsZz]/.test(flags[2] ?? ''))) return undefined;
  return {
    number,
    text,
    task: Number(pid),
    comm,
    ...(tgid !== undefined && /^\d+$/.test(tgid) && { tgid: Number(tgid) }),
    time: Number(time),
    event,
  };
}

function eventOf(what: string): TraceEvent | undefined {
  const call = /^sys_(\w+)\((.*)\)$/.exec(what);
  if (call) return { kind: 'enter', call: call[1]!, args: argumentsIn(call[2]!) };
  const returned = /^sys_(\w+) -> (0x[0-9a-f]+)$/.exec(what);
  if (returned) return { kind: 'exit', call: returned[1]!, returned: signed(BigInt(returned[2]!)) };
  // Of the function tracer: `name <-caller`; trace-cmd: `function: name <-- caller`.
  const fn = /^(?:function:\s+)?([\w.]+)(?:\s+<--?\s*\S+.*|\s*)$/.exec(what);
  if (fn) return { kind: 'function', name: fn[1]!.replace(/\..*$/, '') };
  const event = /^(\w+):\s*(.*)$/.exec(what);
  return event ? namedEvent(event[1]!, event[2]!) : undefined;
}

/** `sys_enter_fsync: fd: 0x4`, `sys_enter: NR 74 (4, …)`, or another event. */
function namedEvent(name: string, fields: string): TraceEvent | undefined {
  const enter = /^sys_enter_(\w+)$/.exec(name);
  if (enter) return { kind: 'enter', call: enter[1]!, args: argumentsIn(fields) };
  const exit = /^sys_exit_(\w+)$/.exec(name);
  if (exit) return { kind: 'exit', call: exit[1]!, returned: numberIn(fields) };
  const raw = /^NR (\d+) (?:\((.*)\)|= (-?\w+))$/.exec(fields);
  if (!raw || !name.startsWith('sys_')) return { kind: 'event', name, fields };
  const call = X86_64[Number(raw[1])];
  if (call === undefined) return undefined;
  if (name === 'sys_enter') return { kind: 'enter', call, args: argumentsIn(raw[2] ?? '') };
  return { kind: 'exit', call, returned: numberIn(raw[3] ?? '0') };
}

/** `fd: 4, buf: 4a7ac3`: hexadecimal with and without 0x. */
const argumentsIn = (text: string): (bigint | undefined)[] =>
  text.trim() === ''
    ? []
    : text.split(', ').map((word) => {
        const digits = /^(?:\w+:\s*)?(?:0x)?([0-9a-f]+)\b/.exec(word.trim())?.[1];
        return digits === undefined ? undefined : BigInt(`0x${digits}`);
      });

const numberIn = (text: string): bigint => {
  const found = /-?(?:0x[0-9a-f]+|\d+)/.exec(text)?.[0] ?? '0';
  return found.startsWith('-') ? -BigInt(found.slice(1)) : signed(BigInt(found));
};
/** An error is a small negative number, shown without its sign. */
const signed = (n: bigint): bigint => BigInt.asIntN(64, n);

/** Of raw_syscalls: the calls of x86-64 that are looked at. */
const X86_64: Readonly<Record<number, string>> = {
  0: 'read',
  1: 'write',
  9: 'mmap',
  10: 'mprotect',
  11: 'munmap',
  17: 'pread64',
  18: 'pwrite64',
  26: 'msync',
  28: 'madvise',
  56: 'clone',
  57: 'fork',
  74: 'fsync',
  75: 'fdatasync',
  77: 'ftruncate',
  285: 'fallocate',
};
