/**
 * A table of what a running kernel did: scenarios, and for each operation what it returned, the state that it left, and the
 * events that the kernel's tracepoints told. `lab/` makes them; those of several kernels are recorded.
 */
import { FaultlineError, quoted } from '../explorer/errors.ts';

export interface Table {
  /** Of the header: `kernel`, `fs`, `design`, …: what stands behind `# name: `. */
  readonly facts: Readonly<Record<string, string>>;
  readonly scenarios: readonly TableScenario[];
}
export interface TableScenario {
  readonly name: string;
  /** How often it went so. */
  readonly times: number;
  readonly operations: readonly TableOperation[];
}
export interface TableOperation {
  /** As the lab's script has it: `st a 1 7`. */
  readonly text: string;
  readonly words: readonly string[];
  readonly result: Result;
  /** What was looked at and is not quite empty; what is left out was neither mapped nor in the tree. */
  readonly pages: readonly PageState[];
  readonly events: readonly string[];
  /** In the file, from 1. */
  readonly line: number;
}
/** The rc of a call that failed in a child: with what is not told. */
export const FAILED = 'failed';

export interface Result {
  /** What the call returned, or the signal that the access got; or `FAILED`. */
  readonly rc: string;
  /** What was loaded or read. */
  readonly value?: number;
  /** Of a race: what each call of each side returned, and loaded or read. A side ends with a signal. */
  readonly sides?: readonly (readonly SideResult[])[];
  readonly minorFaults: number;
  readonly majorFaults: number;
  readonly mtime: 'moved' | 'same';
  readonly ctime: 'moved' | 'same';
  /** By how many 512-byte sectors the file grew on storage. */
  readonly blocks: number;
  /** The file's length in bytes, where it changed. */
  readonly size?: number;
}
export interface SideResult {
  readonly rc: string;
  readonly value?: number;
}
/** One page of one mapping. */
export interface PageState {
  /** The mapping's letter. */
  readonly mapping: string;
  readonly page: number;
  readonly pte: Mapped | undefined;
  readonly entry: EntryState | undefined;
}
export interface Mapped {
  /** The zero page, persistent memory, an anonymous page. */
  readonly what: 'Z' | 'D' | 'A';
  /** Of persistent memory: its page frame, counted from where the memory begins. */
  readonly frame?: number;
  readonly writable: boolean;
  readonly dirty: boolean;
  /** By a PMD. */
  readonly huge: boolean;
}
export interface EntryState {
  readonly what: 'Z' | 'D' | 'E';
  readonly frame?: number;
  readonly huge: boolean;
  /** `dirty`, `towrite`, `writeback`. */
  readonly tags: readonly string[];
  readonly locked: boolean;
}

const HEADER = /^# ([a-z]+): (.*)$/;
/** The operation is padded; what follows has three bars of its own. */
const ROW = /^ {2}(.*?) *\| (.*?) *\| (.*?) *\| ?(.*?) *$/;
/** A race has a bar in its operation. */
const RACE = /^ {2}(par .*? \| .*?) *\| (.*?) *\| (.*?) *\| ?(.*?) *$/;

/** @param file for errors @throws FaultlineError E_RESULT_FILE for what is no table */
export function parseTable(text: string, file?: string): Table {
  const wrong = (line: number, row: string, what: string): FaultlineError => wrongRow(file, line, row, what);
  const facts: Record<string, string> = {};
  const scenarios: { name: string; times: number; operations: TableOperation[] }[] = [];
  for (const [n, line] of text.split('\n').entries()) {
    if (line.startsWith('## ')) {
      const [, name = '', times = '1'] = /^## (.*?)(?: \*(\d+))?$/.exec(line.trimEnd())!;
      scenarios.push({ name, times: Number(times), operations: [] });
      continue;
    }
    const header = HEADER.exec(line);
    if (header) facts[header[1]!] = header[2]!;
    if (line.startsWith('#') || line.trim() === '') continue;
    const row = (line.startsWith('  par ') ? RACE : ROW).exec(line);
    const scenario = scenarios.at(-1);
    if (!row || !scenario) throw wrong(n + 1, line, 'is no row of a table');
    const [, operation = '', result = '', state = '', events = ''] = row;
    scenario.operations.push({
      text: operation,
      words: operation.split(/\s+/),
      result: resultIn(operation, result, (what) => wrong(n + 1, line, what)),
      pages: parsePages(state, savesDirty(facts.kernel)),
      events: events === '' ? [] : events.split(/ *; */),
      line: n + 1,
    });
  }
  if (scenarios.length === 0) {
    throw new FaultlineError('E_RESULT_FILE', 'no table: it has no scenario', 'A scenario begins with "## its name".', {
      ...(file !== undefined && { file }),
    });
  }
  return { facts, scenarios };
}

const wrongRow = (file: string | undefined, line: number, text: string, what: string): FaultlineError =>
  new FaultlineError(
    'E_RESULT_FILE',
    `line ${line} of the table ${what}: ${quoted(text.slice(0, 80))}`,
    'A row is: operation | result | state | events.',
    file === undefined ? {} : { file },
  );

/** @param wrong the error that it is */
function resultIn(operation: string, text: string, wrong: (what: string) => FaultlineError): Result {
  const result = parseResult(text);
  if (result === undefined) throw wrong('does not say how many faults there were');
  if (result.rc !== FAILED && !/^(-?\d+|SIG[A-Z]+)$/.test(result.rc))
    throw wrong('has neither a number nor a signal as rc');
  if (operation.startsWith('par ') && result.sides?.length !== 2) throw wrong('does not say what p0 and p1 came to');
  return result;
}

/** @returns undefined where it does not say how many faults there were */
function parseResult(text: string): Result | undefined {
  const facts = new Map<string, string>();
  const words = text.split(/\s+/);
  for (const word of words) {
    const at = word.indexOf('=');
    if (at > 0) facts.set(word.slice(0, at), word.slice(at + 1));
  }
  const number = (name: string): number => Number.parseInt(facts.get(name) ?? '0', 10);
  const faults = facts.get('min');
  if (faults === undefined || !/^\d+/.test(faults)) return undefined;
  const times = (letter: string): 'moved' | 'same' => (words.includes(`${letter}+`) ? 'moved' : 'same');
  return {
    rc: CHILD_ENDS[facts.get('child_exit') ?? ''] ?? facts.get('rc') ?? '0',
    ...(facts.has('val') && { value: number('val') }),
    ...(facts.has('p0') && {
      sides: ['p0', 'p1'].flatMap((p) => (facts.has(p) ? [facts.get(p)!.split(',').map(sideOf)] : [])),
    }),
    minorFaults: number('min'),
    majorFaults: number('maj'),
    mtime: times('m'),
    ctime: times('c'),
    blocks: number('blocks'),
    ...(facts.has('size') && { size: number('size') }),
  };
}

/** Exit codes of a child that did not simply return: a signal, a signal that it did not expect, a call that failed. */
const CHILD_ENDS: Readonly<Record<string, string>> = { '7': 'SIGBUS', '11': 'SIGSEGV', '99': FAILED, '100': FAILED };
/** What the observer says for a signal. */
const SIGNALS: Readonly<Record<string, string>> = { '-7000': 'SIGBUS', '-11000': 'SIGSEGV', '-999': FAILED };

/** `0/85`: what was returned, and what was loaded; -1: nothing. */
function sideOf(text: string): SideResult {
  const [rc = '', value = '-1'] = text.split('/');
  return { rc: SIGNALS[rc] ?? rc, ...(value !== '-1' && { value: Number(value) }) };
}

/** `a1{D8201/sn pt=WDAS xa=D8201+d}` */
const PAGE = /([a-h])(\d+)\{(\S+) pt=(\S+) xa=([^}]+)\}/g;

/**
 * Since 6.6 a PTE that is write-protected has its dirty bit moved to bit 58, and pte_dirty() looks at both (`pte_mksaveddirty()`,
 * arch/x86/include/asm/pgtable.h). Before, that bit was _PAGE_DEVMAP. Tables have it as `V`.
 */
function savesDirty(kernel = ''): boolean {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(kernel) ?? [];
  return Number(major) > 6 || (Number(major) === 6 && Number(minor) >= 6);
}

const parsePages = (state: string, saved: boolean): PageState[] =>
  [...state.matchAll(PAGE)].map(([, mapping = '', page = '', what = '', bits = '', slot = '']) => ({
    mapping,
    page: Number(page),
    pte: parseMapped(what, bits, saved),
    entry: parseEntry(slot),
  }));

/** What pagemap says, and the entry itself: `W`ritable or `r`, `D`irty or `d`. */
function parseMapped(what: string, bits: string, saved: boolean): Mapped | undefined {
  const found = /^([ZDA])([0-9a-f]*)/.exec(what);
  if (bits === '-' || !found) return undefined;
  const [, kind, frame = ''] = found;
  const huge = bits.startsWith('2M');
  const [write = '', dirty = ''] = huge ? bits.slice(2) : bits;
  // A huge zero page is `Z2M`, which is no frame.
  return {
    what: kind as Mapped['what'],
    ...(kind === 'D' && { frame: Number.parseInt(frame, 16) }),
    writable: write === 'W',
    dirty: dirty === 'D' || (saved && bits.includes('V')),
    huge,
  };
}

const TAGS: Readonly<Record<string, string>> = { d: 'dirty', t: 'towrite', w: 'writeback' };

function parseEntry(slot: string): EntryState | undefined {
  const found = /^([ZDE])([0-9a-f]*?)(2M)?(!L)?((?:\+[dtw])*)$/.exec(slot);
  if (!found) return undefined;
  const [, kind, frame = '', huge, locked, tags = ''] = found;
  return {
    what: kind as EntryState['what'],
    ...(kind === 'D' && { frame: Number.parseInt(frame, 16) }),
    huge: huge !== undefined,
    tags: [...tags.replaceAll('+', '')].map((t) => TAGS[t]!),
    locked: locked !== undefined,
  };
}
