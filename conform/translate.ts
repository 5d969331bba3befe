/**
 * A scenario of the lab as one of the model: which process does what, and in which order. One process of the lab becomes
 * several, which take turns: one for the calls on the file, and one for each mapping, since a process of the model has one
 * mapping. After a signal a new one goes on, since it ends those of the model.
 */
import { type Call, readCall } from './script.ts';
import type { TableOperation, TableScenario } from './table.ts';

/** One operation of a process of the model: it runs until that is over. */
export interface Turn {
  /** As the model names it: `T0`, `T1c1`. */
  readonly process: string;
  readonly position: number;
  /** What a store or write leaves in the page. */
  readonly byte?: number;
}
/** One of a side's: they are taken one after the other. */
export interface SideTurn extends Turn {
  /** Which of the side's calls it belongs to; undefined: it only makes ready for one, or ends it. */
  readonly call?: number;
}
export interface TranslatedOperation {
  readonly recorded: TableOperation;
  readonly call: Call | null;
  readonly turns: readonly Turn[];
  /** Of a race: what each side does, at once with the other. */
  readonly sides?: readonly (readonly SideTurn[])[];
  /** The file is prepared by it: the model's begins so. */
  readonly setUp: boolean;
  /** The mappings that there are after it, by their letters: a process that has each; undefined: none has used it yet. */
  readonly mapped: ReadonlyMap<string, string | undefined>;
  /** Why the model has no such operation; what follows it is not compared either. */
  readonly notModelled?: string;
}
export interface Translated {
  /** In the language of `--scenario`. */
  readonly scenario: string;
  /** What makes the file as long as it is at first. */
  readonly before: readonly Turn[];
  /** Whether the model has every page of the file; of a large one it has those that something is said of. */
  readonly whole: boolean;
  /** The file's pages, by their names in the scenario. */
  readonly pages: ReadonlyMap<string, number>;
  readonly operations: readonly TranslatedOperation[];
  /** Whether some mapping is one that the kernel may map by a PMD. */
  readonly huge: boolean;
}

/** 2 MiB: what is beyond is in another PMD. */
const RANGE = 512;
/** Of the model; from OTHER_SPACES on they are the partner's. */
const MOST_SPACES = 9;
const OTHER_SPACES = 6;
/** Pages of a file so small that all of them are looked at. */
const SMALL = 8;

export function translate(scenario: TableScenario): Translated {
  return new Translation(scenario).all();
}

interface Process {
  readonly attributes: string;
  readonly operations: string[];
}
interface Mapping {
  readonly attributes: string;
  /** Number of its address space in the model. */
  readonly space: number;
  /** Whether the observer has private pages through it, which fork(2) shares. */
  readonly hasCopies: boolean;
  /** Of the process that has it now; undefined: none has done anything through it. */
  process?: Process;
}

class Translation {
  private readonly scenario: TableScenario;
  private readonly calls: readonly (Call | null)[];
  private readonly pages: readonly number[];
  private readonly whole: boolean;
  private readonly huge: boolean;
  private readonly processes: Process[] = [];
  private readonly mappings = new Map<string, Mapping>();
  private readonly processOf = new Map<string, string>();
  private readonly spaces = new Map<string, number>();
  private file: Process | undefined;
  private initial: 'hole' | 'unwritten' = 'hole';
  /** Whether all of it has been written since. */
  private filled = false;
  /** Whether a part of it has become another extent. */
  private pieces = false;
  /** In pages; undefined: the file is not prepared yet. */
  private size: number | undefined;
  private stopped: string | undefined;
  /** What a race takes away: it is there until both sides have been read. */
  private readonly unmapped: string[] = [];
  private readonly before: Turn[] = [];

  constructor(scenario: TableScenario) {
    this.scenario = scenario;
    this.calls = scenario.operations.map((o) => readCall(o.words));
    const nohuge = this.calls.flatMap((c) => (c?.kind === 'nohuge' ? [c.mapping] : []));
    this.huge = this.calls.some(
      (c) => c?.kind === 'mmap' && c.how.includes('al2m') && c.pages >= RANGE && !nohuge.includes(c.mapping),
    );
    this.whole = Math.max(1, ...this.calls.flatMap(endOf)) <= SMALL;
    this.pages = pagesOf(scenario, this.calls);
  }

  all(): Translated {
    const operations = this.scenario.operations.map((o, n) => this.operation(o, this.calls[n]!));
    const begin = this.pages.map((p) => `${this.nameOf(p)}=${this.initial}`).join(', ');
    // A scenario needs an operation; this one does nothing to speak of.
    if (this.processes.length === 0) this.take(this.fileProcess(), `read ${this.nameOf(this.pages[0]!)}`);
    const text = this.processes.map((p) => `${p.attributes}${p.operations.join('; ')}`).join(' || ');
    return {
      scenario: `${begin}: ${text}`,
      before: this.before,
      whole: this.whole,
      pages: new Map(this.pages.map((p) => [this.nameOf(p), p])),
      operations,
      huge: this.huge,
    };
  }

  private operation(recorded: TableOperation, call: Call | null): TranslatedOperation {
    const setUp = this.stopped === undefined && call !== null && this.prepares(call);
    if (!setUp && this.stopped === undefined && !this.hasMappings(call)) this.stopped = NO_MAPPING;
    const goesOn = !setUp && this.stopped === undefined;
    const sides = goesOn && call?.kind === 'par' ? this.race(call) : undefined;
    const turns = goesOn && !sides ? this.turnsOf(recorded, call) : [];
    const lost = turns === undefined ? (this.stopped ?? recorded.text) : this.stopped;
    if (turns === undefined) this.stopped = lost;
    return {
      recorded,
      call,
      turns: turns ?? [],
      ...(sides && { sides }),
      setUp,
      mapped: new Map([...this.mappings.keys()].map((letter) => [letter, this.processOf.get(letter)])),
      ...(lost !== undefined && { notModelled: lost }),
    };
  }

  /** Whether the mappings that the call is on are there. */
  private hasMappings(call: Call | null): boolean {
    return (call ? partsOf(call) : []).every(
      (c) => !('mapping' in c) || c.kind === 'mmap' || c.kind === 'nohuge' || this.mappings.has(c.mapping),
    );
  }

  /** The first call on the empty file, where the model's can begin with what it makes. */
  private prepares(call: Call): boolean {
    if (this.size !== undefined) return false;
    if (call.kind !== 'truncate' && call.kind !== 'falloc') return false;
    const pages = call.kind === 'truncate' ? call.pages : call.page + call.pages;
    if (call.kind === 'falloc') {
      if (call.page !== 0) return false;
      this.initial = 'unwritten';
    }
    this.size = pages;
    const end = this.beyond(pages);
    if (end !== undefined) this.before.push(this.take(this.fileProcess(), `truncate ${this.nameOf(end)}`));
    return true;
  }

  /** What is behind the end of a file of so many pages, if anything that the model has. */
  private beyond(size: number): number | undefined {
    return this.pages.find((p) => p >= size);
  }

  /** @returns undefined where the model has no such operation; `stopped` says why */
  private turnsOf(recorded: TableOperation, call: Call | null): Turn[] | undefined {
    if (call === null) return this.refuse(`${recorded.words[0]}`);
    this.beginEmpty(call);
    return this.turnsOfCall(call, recorded);
  }

  /** Of a file that nothing has prepared: it is empty, and the model's is not. */
  private beginEmpty(call: Call): void {
    if (this.size !== undefined || call.kind === 'shows') return;
    this.size = 0;
    this.before.push(this.take(this.fileProcess(), `truncate ${this.nameOf(this.pages[0]!)}`));
  }

  private turnsOfCall(call: Call, recorded: TableOperation): Turn[] | undefined {
    if (this.splitsExtent(call.kind === 'child' ? call.call : call)) return this.refuse(UNWRITTEN_RANGE);
    switch (call.kind) {
      case 'shows':
        return [];
      case 'nohuge':
        return this.mappings.size > 1 ? this.refuse('madvise(MADV_NOHUGEPAGE) of one mapping of several') : [];
      case 'mmap':
        return this.mmap(call);
      case 'load':
      case 'store':
        return this.access(call, recorded);
      case 'child':
        return this.child(call.call);
      case 'par':
        return this.refuse('two sides at once with a call that is more than one operation, or is none of the model');
      case 'read':
      case 'write':
        return this.readWrite(call);
      case 'truncate':
        return this.truncate(call.pages);
      case 'punch':
        return this.named(call.page, call.pages).map((p) => this.take(this.fileProcess(), `punch ${p}`));
      case 'falloc':
      case 'zero':
        return this.fallocate(call);
      case 'fsync':
        return [this.take(this.fileProcess(), 'fsync')];
      case 'msync':
        return [this.take(this.processFor(call.mapping), 'msync')];
      case 'dontneed':
        return this.named(call.page, call.pages).map((p) => this.take(this.processFor(call.mapping), `dontneed ${p}`));
      case 'mprotect':
        return [this.take(this.processFor(call.mapping), `mprotect ${call.to}`)];
      case 'munmap':
        return this.munmap(call.mapping);
    }
  }

  /** Whether it writes a page of a large unwritten extent. How far pages lie from each other, which decides then, the model does not have. */
  private splitsExtent(call: Call): boolean {
    if (this.whole || this.initial !== 'unwritten' || this.filled) return false;
    if (call.kind === 'write') {
      this.filled = this.pages.every((p) => p >= call.page && p < call.page + call.pages);
      return !this.filled;
    }
    if (call.kind === 'punch' || call.kind === 'zero') this.pieces = true;
    // One mapping alone is stored to by a PMD, all of the range at once.
    const whole = this.mappings.size === 1 && !this.pieces && !this.attributesOf(call).includes('unaligned');
    return call.kind === 'store' && !this.attributesOf(call).includes('private') && !whole;
  }

  private attributesOf(call: Call): string {
    return ('mapping' in call && this.mappings.get(call.mapping)?.attributes) || '';
  }

  private refuse(what: string): undefined {
    this.stopped = what;
    return undefined;
  }

  private mmap({ mapping, pages, how }: Extract<Call, { kind: 'mmap' }>): Turn[] | undefined {
    const kind = [
      how.includes('private') && 'private',
      how[1] === 'r' && 'ro',
      how.includes('sync') && 'sync',
      this.huge && how.includes('unal') && 'unaligned',
    ]
      .filter(Boolean)
      .join(', ');
    const space = this.spaceFor(kind, how.includes('other'));
    if (space > MOST_SPACES) return this.refuse('more mappings of a kind than the model has address spaces');
    const words = [space > 1 ? `mm${space}` : '', kind].filter((w) => w !== '').join(', ');
    const attributes = words === '' ? '' : `[${words}] `;
    const hasCopies = how.includes('private') && !how.includes('other');
    this.mappings.set(mapping, { attributes, space, hasCopies });
    this.processOf.delete(mapping);
    if (!how.includes('populate')) return [];
    if (this.huge) return this.refuse('mmap(MAP_POPULATE) of huge pages');
    const turns = this.populated(attributes, pages);
    if (turns[0]) this.processOf.set(mapping, turns[0].process);
    return turns;
  }

  /**
   * Page by page, by a process of its own, up to the first page behind the end, of whose signal mmap(2) tells nothing.
   * __get_user_pages() then returns how many pages it has got, if it has any, and __mm_populate() tries that page once more.
   */
  private populated(attributes: string, pages: number): Turn[] {
    const fails = this.size! < pages ? this.named(this.size!, 1) : [];
    const calls = [[...this.named(0, Math.min(pages, this.size!)), ...fails], this.size! > 0 ? fails : []];
    return calls
      .filter((names) => names.length > 0)
      .flatMap((names) => {
        const process = this.begin(attributes);
        return names.map((p) => this.take(process, `populate ${p}`));
      });
  }

  private fallocate({ kind, page, pages }: Extract<Call, { kind: 'punch' | 'falloc' | 'zero' }>): Turn[] | undefined {
    const operation = fallocated(kind);
    if (page + pages > this.size!) return this.refuse('fallocate(2) that makes the file longer');
    return this.named(page, pages).map((p) => this.take(this.fileProcess(), `${operation} ${p}`));
  }

  /**
   * The number of an address space for one more mapping of a kind. Two of a kind are one mapping in the model, unless they are in
   * two address spaces. @param other whether it is the partner's, and so has to be in another one than all of the observer's
   */
  private spaceFor(kind: string, other: boolean): number {
    const [name, first] = other ? [`other ${kind}`, OTHER_SPACES] : [kind, 1];
    const space = this.spaces.get(name) ?? first;
    this.spaces.set(name, space + 1);
    return !other && space >= OTHER_SPACES ? MOST_SPACES + 1 : space;
  }

  private access(
    { kind, mapping, page, byte }: Extract<Call, { kind: 'load' | 'store' }>,
    recorded: TableOperation,
  ): Turn[] | undefined {
    const name = this.nameIfKnown(page);
    if (name === undefined) return this.refuse('a second 2 MiB range');
    const turn = this.take(this.processFor(mapping), `${kind} ${name}`);
    // It is over after a signal.
    if (recorded.result.rc.startsWith('SIG')) delete this.mappings.get(mapping)!.process;
    return [{ ...turn, ...(kind === 'store' && { byte }) }];
  }

  /** Each side is a process of its own. @returns undefined where a call is no single operation of the model */
  private race({ sides }: Extract<Call, { kind: 'par' }>): SideTurn[][] | undefined {
    this.beginEmpty(sides[0][0]!);
    const size = this.size!;
    const turns = sides.map((calls) => this.side(calls, size));
    for (const letter of this.unmapped.splice(0)) this.mappings.delete(letter);
    return turns.every((t) => t !== undefined) ? turns : undefined;
  }

  private side(calls: readonly Call[], size: number): SideTurn[] | undefined {
    const [first] = calls;
    // What its parent does after fork(2) the child would do, too.
    if (first?.kind === 'child') return calls.length > 1 ? undefined : this.childSide(first.call);
    const letters = new Set(calls.flatMap((c) => ('mapping' in c ? [c.mapping] : [])));
    if (letters.size > 1) return undefined;
    const [letter] = letters;
    if (first?.kind === 'mmap') return calls.length > 1 ? undefined : this.populatingSide(first);
    const texts = calls.map((c) => this.operationOfSide(c, size));
    if (!texts.every((t) => t !== undefined)) return undefined;
    const process = this.begin(letter === undefined ? '' : this.mappings.get(letter)!.attributes);
    if (letter !== undefined && !this.processOf.has(letter)) this.processOf.set(letter, this.idOf(process));
    return calls.flatMap((c, call): SideTurn[] => {
      const first = {
        ...this.take(process, texts[call]!),
        call,
        ...((c.kind === 'store' || c.kind === 'write') && { byte: c.byte }),
      };
      if (c.kind !== 'munmap') return [first];
      const others = this.pages.slice(1).map((p) => this.take(process, `munmap ${this.nameOf(p)}`));
      this.unmapped.push(c.mapping);
      return [first, ...others];
    });
  }

  /** The mapping is there from the beginning in the model, where nobody can tell it from none. */
  private populatingSide(call: Extract<Call, { kind: 'mmap' }>): SideTurn[] | undefined {
    if (!call.how.includes('populate') || this.huge) return undefined;
    const turns = this.mmap(call);
    return turns?.map((t, n) => ({ ...t, ...(n === 0 && { call: 0 }) }));
  }

  private childSide(call: Call): SideTurn[] | undefined {
    const [fork, access, exit] = this.child(call) ?? [];
    return fork && access && exit && [fork, { ...access, call: 0 }, exit];
  }

  private operationOfSide(call: Call, size: number): string | undefined {
    const name = 'page' in call ? this.nameIfKnown(call.page) : undefined;
    const text = operationText(call, name, this.beyondName(call, size), this.nameOf(this.pages[0]!));
    if (call.kind === 'truncate') this.size = call.pages;
    if (call.kind === 'write') this.size = Math.max(this.size!, call.page + 1);
    return text;
  }

  /** Where a truncation to fewer pages cuts. */
  private beyondName(call: Call, size: number): string | undefined {
    if (call.kind !== 'truncate' || call.pages >= size) return undefined;
    const page = this.beyond(call.pages);
    return page === undefined ? undefined : this.nameOf(page);
  }

  /** A process of its own forks the child: what the child does is all that it still has to do. */
  private child(call: Call): Turn[] | undefined {
    if (call.kind !== 'load' && call.kind !== 'store') return this.refuse(`fork(2) and ${call.kind} in the child`);
    const name = this.nameIfKnown(call.page);
    const mapping = this.mappings.get(call.mapping);
    if (name === undefined || !mapping) return this.refuse('a second 2 MiB range');
    // fork(2) write-protects the private pages of the whole process, and the model's those of one of its address spaces.
    if ([...this.mappings.values()].some((m) => m.hasCopies && m.space !== mapping.space)) {
      return this.refuse('fork(2) beside a private mapping that the model has in another address space');
    }
    const forks = this.begin(mapping.attributes);
    const parent = this.take(forks, 'fork');
    forks.operations.push(`${call.kind} ${name}`, 'exit');
    this.processOf.set(call.mapping, this.processOf.get(call.mapping) ?? parent.process);
    const child = `${parent.process}c1`;
    return [
      parent,
      { process: child, position: 0, ...(call.kind === 'store' && { byte: call.byte }) },
      { process: child, position: 1 },
    ];
  }

  private readWrite({ kind, page, pages, byte }: Extract<Call, { kind: 'read' | 'write' }>): Turn[] {
    if (kind === 'write') this.size = Math.max(this.size!, page + pages);
    return this.named(page, pages).map((p) => ({
      ...this.take(this.fileProcess(), `${kind} ${p}`),
      ...(kind === 'write' && { byte }),
    }));
  }

  private truncate(pages: number): Turn[] | undefined {
    const old = this.size!;
    const now = this.beyond(pages);
    if (pages > old && now === undefined) return this.refuse('truncate(2) that makes the file longer');
    this.size = pages;
    if (now !== undefined) return [this.take(this.fileProcess(), `truncate ${this.nameOf(now)}`)];
    // It unmaps the whole file, but the model has nothing there to cut off.
    return this.mappings.size > 0 ? this.refuse('truncate(2) to where none of its pages begins') : [];
  }

  private munmap(mapping: string): Turn[] {
    const turns = this.pages.map((p) => this.take(this.processFor(mapping), `munmap ${this.nameOf(p)}`));
    this.mappings.delete(mapping);
    return turns;
  }

  private named(page: number, pages: number): string[] {
    return this.pages.filter((p) => p >= page && p < page + pages).map((p) => this.nameOf(p));
  }

  private nameIfKnown(page: number): string | undefined {
    return this.pages.includes(page) ? this.nameOf(page) : undefined;
  }

  private nameOf(page: number): string {
    return String.fromCharCode('a'.charCodeAt(0) + this.pages.indexOf(page));
  }

  private fileProcess(): Process {
    this.file ??= this.begin('');
    return this.file;
  }

  private processFor(letter: string): Process {
    const mapping = this.mappings.get(letter)!;
    mapping.process ??= this.begin(mapping.attributes);
    this.processOf.set(letter, this.idOf(mapping.process));
    return mapping.process;
  }

  private begin(attributes: string): Process {
    const process = { attributes, operations: [] };
    this.processes.push(process);
    return process;
  }

  private idOf(process: Process): string {
    return `T${this.processes.indexOf(process)}`;
  }

  private take(process: Process, operation: string): Turn {
    return { process: this.idOf(process), position: process.operations.push(operation) - 1 };
  }
}

const UNWRITTEN_RANGE = 'a write of one page of an unwritten extent of 2 MiB';
const NO_MAPPING = 'a call on a mapping that is not there';

/** What is called, where a call has others in it. */
function partsOf(call: Call): readonly Call[] {
  if (call.kind === 'child') return [call.call];
  return call.kind === 'par' ? call.sides.flat().flatMap(partsOf) : [call];
}

/** What the model calls it. */
const fallocated = (kind: string): string => (kind === 'falloc' ? 'fallocate' : kind);

/** One call as one operation of the model, or as the first of several. @param cut where a truncation cuts */
function operationText(
  call: Call,
  page: string | undefined,
  cut: string | undefined,
  first: string,
): string | undefined {
  switch (call.kind) {
    case 'load':
    case 'store':
      return page && `${call.kind} ${page}`;
    case 'read':
    case 'write':
    case 'punch':
    case 'dontneed':
      return page && call.pages === 1 ? `${call.kind} ${page}` : undefined;
    case 'falloc':
    case 'zero':
      return page && call.pages === 1 ? `${fallocated(call.kind)} ${page}` : undefined;
    case 'munmap':
      return `munmap ${first}`;
    case 'truncate':
      return cut && `truncate ${cut}`;
    case 'fsync':
    case 'msync':
      return call.kind;
    case 'mprotect':
      return `mprotect ${call.to}`;
    default:
      return undefined;
  }
}

/** Of a small file all pages; of another those of its first 2 MiB that something is said of. */
function pagesOf(scenario: TableScenario, calls: readonly (Call | null)[]): number[] {
  const longest = Math.max(1, ...calls.flatMap(endOf));
  if (longest <= SMALL) return Array.from({ length: longest + (growsTo(calls, longest) ? 1 : 0) }, (_, n) => n);
  const seen = [
    0,
    ...scenario.operations.flatMap((o) => o.pages.map((p) => p.page)),
    ...calls.flatMap((c) => (c && 'page' in c ? [c.page] : [])),
  ];
  // One stands for all others of the range: they are as the calls leave them that name none.
  const other = Array.from({ length: RANGE }, (_, p) => p).find((p) => !seen.includes(p))!;
  return [...new Set([...seen, other])].filter((p) => p < RANGE).sort((a, b) => a - b);
}

/** Whether a truncation makes a file in use so long: the model's needs a page behind, which it then ends at. */
function growsTo(calls: readonly (Call | null)[], length: number): boolean {
  let size = 0;
  let grows = false;
  for (const c of calls) {
    if (c?.kind === 'truncate') {
      grows ||= size > 0 && c.pages > size && c.pages === length;
      size = c.pages;
    } else if (c?.kind === 'falloc' || c?.kind === 'write') size = Math.max(size, c.page + c.pages);
  }
  return grows;
}

/** How far into the file it reaches, in pages. */
function endOf(call: Call | null): number[] {
  if (!call) return [];
  switch (call.kind) {
    case 'load':
    case 'store':
      return [call.page + 1];
    case 'child':
      return endOf(call.call);
    case 'par':
      return call.sides.flat().flatMap(endOf);
    case 'truncate':
    case 'mmap':
      return [call.pages];
    case 'read':
    case 'write':
    case 'punch':
    case 'falloc':
    case 'zero':
    case 'msync':
    case 'dontneed':
      return [call.page + call.pages];
    default:
      return [];
  }
}
