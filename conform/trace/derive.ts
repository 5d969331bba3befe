/**
 * A raw trace as a scenario of the model, with what has to be seen of it. What the tasks did is taken from the trace itself:
 * each trap of user mode is part of a load or store, each system call on the file is an operation.
 */
import { FaultlineError } from '../../explorer/errors.ts';
import { callOf, type FileCall, type MemoryCall, type TracedCall } from './calls.ts';
import { Cast, type DerivedProcess, type DerivedTurn, type Doing } from './cast.ts';
import { type DaxEvent, eventsOfFile, fallbacks, isHuge, labelOf } from './dax-events.ts';
import * as label from './labels.ts';
import type { RawTrace, TraceLine } from './read.ts';
import { PAGE, type TracedVma, Vmas } from './vmas.ts';

export interface TraceOptions {
  /** `0xc`: of which file, where the trace has several. */
  readonly inode?: string | undefined;
  /** Descriptors of the file. */
  readonly fds?: readonly number[];
  /** Functions whose lines are not looked at. */
  readonly ignore?: readonly string[];
  /** Whether the model has PMD faults. */
  readonly huge?: boolean;
}

export interface DerivedStrand {
  readonly task: number;
  readonly comm: string;
  readonly turns: readonly DerivedTurn[];
}
export interface ObservedLine {
  readonly strand: number;
  readonly label: string;
  readonly line: TraceLine;
  /** The function tracer's. */
  readonly fn?: string;
}
/** A page that something had mapped before the trace began. */
export interface MappedBefore {
  readonly attributes: string;
  readonly page: string;
}
export interface Derived {
  /** By its name in the scenario: the file's page. */
  readonly pages: ReadonlyMap<string, number>;
  readonly processes: readonly DerivedProcess[];
  readonly strands: readonly DerivedStrand[];
  readonly observed: readonly ObservedLine[];
  readonly mappedBefore: readonly MappedBefore[];
  /** Lines of the trace that are not about the file, or that the model does not have. */
  readonly ignored: number;
  /** From that line on nothing is compared. */
  readonly stopped?: { readonly line: number; readonly what: string };
}

/** @throws FaultlineError E_RESULT_FILE where there is nothing of a DAX file, E_USAGE where it has to be said of which */
export function derive(trace: RawTrace, file: string, options: TraceOptions = {}): Derived {
  return new Derivation(trace, eventsOfFile(trace, file, options.inode), options).all();
}

interface Strand {
  readonly task: number;
  readonly comm: string;
  life: number;
  /** The access that the last trap belongs to. */
  access?: { readonly page: number; readonly write: boolean; readonly vma: TracedVma };
  /** Its last operation was one. */
  accessed?: boolean;
  /** The call that it is in. */
  call?: string;
  /** Lines of the function tracer: they count if an event of the same operation follows. */
  functions: ObservedLine[];
}

class Derivation {
  private readonly trace: RawTrace;
  private readonly options: TraceOptions;
  private readonly vmas: Vmas;
  private readonly events: ReadonlyMap<TraceLine, DaxEvent>;
  private readonly pages: readonly number[];
  private readonly strands: Strand[] = [];
  private readonly doings: Doing[] = [];
  private readonly observed: ObservedLine[] = [];
  private readonly trapped = new Set<string>();
  private readonly mappedBefore: { readonly vma: TracedVma; readonly page: number }[] = [];
  private readonly fellBack: ReadonlySet<TraceLine>;
  /** Whether mappings of the file are taken away, or made read-only: then an access may end with SIGSEGV. */
  private readonly unmaps: boolean;
  private stopped: { line: number; what: string } | undefined;

  constructor(trace: RawTrace, events: readonly DaxEvent[], options: TraceOptions) {
    this.trace = trace;
    this.options = options;
    this.vmas = new Vmas(trace.lines, events, options.fds ?? []);
    this.events = new Map(events.map((e) => [e.line, e]));
    this.pages = this.pagesIn(events);
    this.unmaps = trace.lines.some((line) => this.takesAway(line));
    this.fellBack = options.huge ? new Set() : fallbacks(events);
  }

  all(): Derived {
    const lost = this.trace.lost[0];
    for (const line of this.trace.lines) {
      if (lost !== undefined && line.number > lost) this.stopAt(lost, 'events were lost here');
      if (this.stopped) break;
      this.line(line);
    }
    const cast = new Cast(this.doings, this.strands, this.vmas);
    const begun = this.strands.map((s, n) => ({ task: s.task, comm: s.comm, turns: cast.turns[n]! }));
    const observed = [...this.observed].sort((a, b) => a.line.number - b.line.number);
    return {
      pages: new Map(this.pages.map((p) => [this.nameOf(p), p])),
      processes: cast.processes,
      strands: begun,
      observed,
      mappedBefore: this.mappedBefore.map(({ vma, page }) => ({
        attributes: cast.attributes(vma),
        page: this.nameOf(page),
      })),
      ignored: this.trace.lines.length - observed.length,
      ...(this.stopped && { stopped: this.stopped }),
    };
  }

  private line(line: TraceLine): void {
    const { event } = line;
    const dax = this.events.get(line);
    if (dax) this.dax(dax);
    else if (event.kind === 'enter') this.enter(line, event.call, callOf(event.call, event.args));
    else if (event.kind === 'exit') this.exit(line, event.call, event.returned);
    else if (event.kind === 'function') this.called(line, event.name);
    else if (event.name === 'page_fault_user') this.trap(line, event.fields);
  }

  private trap(line: TraceLine, fields: string): void {
    const { address, code } = trapOf(fields);
    const vma = this.vmas.at(line, address);
    if (!vma) return;
    const page = Math.floor((address - vma.base) / PAGE);
    const write = (code & 2) !== 0;
    const n = this.strandOf(line);
    const strand = this.strands[n]!;
    const { access } = strand;
    // Trapping again is the same access, or might as well be: what it has done in between is not seen.
    if (!access || access.page !== page || access.write !== write || access.vma !== vma) {
      this.begin(n, vma, [`${write ? 'store' : 'load'} ${this.nameOf(page)}`]);
      strand.access = { page, write, vma };
    }
    const first = `${vma.space} ${vma.base} ${page}`;
    if ((code & 1) !== 0 && !this.trapped.has(first)) this.mappedBefore.push({ vma, page });
    this.trapped.add(first);
    strand.functions = [];
    this.see(n, label.pageFault(page, code), line);
  }

  private dax(event: DaxEvent): void {
    const { line } = event;
    // What was called on the way to an attempt that falls back is part of it.
    if (this.fellBack.has(line)) this.strands[this.strandOf(line)]!.functions = [];
    const text = this.fellBack.has(line) ? undefined : labelOf(event);
    if (text === undefined) return;
    if (isHuge(event) && !this.options.huge) {
      this.stop(line, 'a fault of 2 MiB (with --config thp=on the model has them)');
      return;
    }
    const n = this.strandOf(line);
    this.see(n, text, line);
    if (event.name.endsWith('_fault_done') && event.result.includes('SIGBUS')) this.killed(n);
  }

  private enter(line: TraceLine, name: string, call: TracedCall): void {
    if (!call) return;
    const words = call.on === 'fd' ? this.onFile(line, call.fd, call.call) : this.onMemory(line, call.call);
    if (!words) return;
    const n = this.strandOf(line);
    const strand = this.strands[n]!;
    delete strand.access;
    strand.functions = [];
    strand.call = name;
    const vma = call.on === 'memory' ? this.vmaOf(line, call.call) : undefined;
    this.begin(n, vma, words, name);
    this.see(n, label.callBegins(name), line);
  }

  private exit(line: TraceLine, name: string, returned: bigint): void {
    const n = this.strands.findIndex((s) => s.task === line.task);
    const strand = this.strands[n];
    if (strand?.call !== name) return;
    const failed = returned < 0n && returned > -4096n;
    const error = failed ? (ERRORS[Number(-returned)] ?? `${-returned}`) : undefined;
    this.see(n, label.callEnds(name, error), line);
    delete strand.call;
  }

  private called(line: TraceLine, fn: string): void {
    const strand = this.strands.find((s) => s.task === line.task);
    if (!strand || (!strand.access && strand.call === undefined) || this.options.ignore?.includes(fn)) return;
    strand.functions.push({ strand: this.strands.indexOf(strand), label: label.functionCalled(fn), line, fn });
  }

  /** @returns what the call is in the model; undefined: nothing */
  private onFile(line: TraceLine, fd: number, call: FileCall | { kind: 'position' }): string[] | undefined {
    const { fds } = this.vmas;
    if (fds.size > 0 ? !fds.has(fd) : fd <= 2 || call.kind === 'position') return undefined;
    const untouched = this.doings.length === 0;
    switch (call.kind) {
      case 'fsync':
        return ['fsync'];
      case 'read':
      case 'write':
      case 'punch':
        return this.eachPage(call.kind, call.offset, call.length);
      case 'truncate': {
        const cut = this.pages.find((p) => p * PAGE >= call.length);
        if (cut !== undefined && call.length % PAGE === 0) return [`truncate ${this.nameOf(cut)}`];
        return untouched ? undefined : this.stop(line, 'ftruncate(2) to where none of its pages begins');
      }
      case 'allocate':
        return untouched ? undefined : this.stop(line, 'fallocate(2) in another mode than that of a hole');
      case 'position':
        return this.stop(line, 'read(2) or write(2) without an offset (pread(2) and pwrite(2) have one)');
    }
  }

  private onMemory(line: TraceLine, call: MemoryCall): string[] | undefined {
    const vma = this.vmaOf(line, call);
    if (!vma || call.kind === 'mmap') return undefined;
    switch (call.kind) {
      case 'msync':
        return ['msync'];
      case 'mprotect':
        return [`mprotect ${call.writable ? 'rw' : 'ro'}`];
      default:
        return this.eachPage(call.kind, call.address - vma.base, call.length);
    }
  }

  private vmaOf(line: TraceLine, call: MemoryCall): TracedVma | undefined {
    return call.kind === 'mmap' ? undefined : this.vmas.within(line, call.address, call.address + call.length);
  }

  private takesAway(line: TraceLine): boolean {
    const call = line.event.kind === 'enter' ? callOf(line.event.call, line.event.args) : undefined;
    if (call?.on !== 'memory' || (call.call.kind !== 'munmap' && call.call.kind !== 'mprotect')) return false;
    return this.vmaOf(line, call.call) !== undefined;
  }

  private eachPage(what: string, offset: number, length: number): string[] | undefined {
    const words = this.pages
      .filter((p) => (p + 1) * PAGE > offset && p * PAGE < offset + length)
      .map((p) => `${what} ${this.nameOf(p)}`);
    return words.length === 0 ? undefined : words;
  }

  private begin(n: number, vma: TracedVma | undefined, words: readonly string[], call?: string): void {
    const strand = this.strands[n]!;
    // Whether it was killed by the access before, a trace does not say where nothing was mapped any more.
    if (strand.accessed && this.unmaps) strand.life++;
    strand.accessed = call === undefined;
    const { life } = strand;
    this.doings.push({ strand: n, vma, words, life, ...(call !== undefined && { call }) });
  }

  private see(strand: number, text: string, line: TraceLine): void {
    const { functions } = this.strands[strand]!;
    this.observed.push(...functions.splice(0), { strand, label: text, line });
  }

  /** Whoever lives on after a signal is another process in the model. */
  private killed(n: number): void {
    const strand = this.strands[n]!;
    strand.life++;
    delete strand.access;
  }

  private stop(line: TraceLine, what: string): undefined {
    return this.stopAt(line.number, what);
  }

  private stopAt(line: number, what: string): undefined {
    this.stopped ??= { line, what };
    return undefined;
  }

  private strandOf({ task, comm }: TraceLine): number {
    const n = this.strands.findIndex((s) => s.task === task);
    return n >= 0 ? n : this.strands.push({ task, comm, life: 0, functions: [] }) - 1;
  }

  private nameOf(page: number): string {
    return String.fromCharCode('a'.charCodeAt(0) + this.pages.indexOf(page));
  }

  /** Pages that something is said of. */
  private pagesIn(events: readonly DaxEvent[]): number[] {
    const faulted = events.filter((e) => !e.name.startsWith('dax_writeback_range')).map((e) => e.page);
    const trapped = this.trace.lines.flatMap((line) => {
      if (line.event.kind !== 'event' || line.event.name !== 'page_fault_user') return [];
      const { address } = trapOf(line.event.fields);
      const vma = this.vmas.at(line, address);
      return vma ? [Math.floor((address - vma.base) / PAGE)] : [];
    });
    const all = [...new Set([...faulted, ...trapped])].filter((p) => !Number.isNaN(p)).sort((a, b) => a - b);
    if (all.length === 0) all.push(0);
    if (all.length <= MOST_PAGES) return all;
    throw new FaultlineError(
      'E_UNSUPPORTED',
      `the trace is of ${all.length} pages of the file, and ${MOST_PAGES} is the most`,
      'Cut a part out of it.',
    );
  }
}

/** What `page_fault_user` says: where it trapped, and of x86's error code whether something was mapped (1), a write (2), of a user (4). */
function trapOf(fields: string): { readonly address: number; readonly code: number } {
  const hex = (pattern: RegExp): number => Number(pattern.exec(fields)?.[1] ?? 0);
  return { address: hex(/\baddress=(0x[0-9a-f]+)/), code: hex(/\berror_code=(0x[0-9a-f]+)/) & 7 };
}

/** Of which the initial state can be tried out. */
const MOST_PAGES = 6;

const ERRORS: Readonly<Record<number, string>> = { 5: 'EIO', 12: 'ENOMEM', 28: 'ENOSPC' };
