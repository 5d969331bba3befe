/**
 * Scenario text: `[init ':'] process ('||' process)*`, as in `a=hole, b=block: load a; store b || [mm2] fsync`.
 * Every error names its column.
 */
import { type ErrorCode, FaultlineError, nearNames } from '../explorer/errors.ts';

export type InitialPage = 'hole' | 'block' | 'unwritten';
export interface OperationCall {
  readonly name: string;
  /** The page argument, for operations that take one; of several the first. */
  readonly page?: string;
  /** All of them, in file order, where there is more than one: `write a+b`. */
  readonly pages?: readonly string[];
  /** The word, for operations that take one: `ro` of `mprotect ro`. */
  readonly word?: string;
}
export interface ScenarioProcess {
  readonly mm: string;
  readonly private: boolean;
  readonly ro: boolean;
  /** Mapped with MAP_SYNC. */
  readonly sync?: true;
  /** At an address that no 2 MiB of the file can be mapped at by a PMD. */
  readonly unaligned?: true;
  /** `maps=`: the pages that the process's VMA covers; undefined: all. */
  readonly maps?: readonly string[];
  readonly operations: readonly OperationCall[];
}
export interface Scenario {
  readonly text: string;
  /** Pages in file order, with their initial state. */
  readonly pages: readonly { readonly name: string; readonly initial: InitialPage }[];
  readonly processes: readonly ScenarioProcess[];
}

/** Operation names with what they take: what the grammar needs to know of the model. */
export type OperationNames = ReadonlyMap<
  string,
  {
    readonly takesPage: boolean;
    readonly takesPages?: boolean | undefined;
    readonly words?: readonly string[] | undefined;
  }
>;

/** Attributes of a process that are there or not. */
const FLAGS = ['private', 'ro', 'sync', 'unaligned'] as const;
type Writable<T> = { -readonly [N in keyof T]: T[N] };
type Attributes = Writable<Omit<ScenarioProcess, 'operations'>>;

interface Token {
  readonly text: string;
  readonly column: number;
}

/** Operations on a page of the process's mapping. */
const THROUGH_MAPPING = new Set(['load', 'store', 'munmap', 'dontneed', 'pin', 'unpin', 'populate', 'poke']);

const INITIAL: readonly InitialPage[] = ['hole', 'block', 'unwritten'];

/** What more could be read and explored has far less. */
export const LONGEST_SCENARIO = 2_000;

/** @throws FaultlineError E_SCENARIO with the column, E_UNKNOWN_NAME for an operation that does not exist */
export function parseScenario(text: string, operations: OperationNames): Scenario {
  if (text.length > LONGEST_SCENARIO) {
    const message = `a scenario of ${text.length} characters, more than ${LONGEST_SCENARIO}`;
    throw new FaultlineError('E_SCENARIO', message, 'Leave operations or processes out.');
  }
  return new Parser(text, operations).scenario();
}

class Parser {
  private readonly tokens: readonly Token[];
  private at = 0;
  /** Pages joined by `+`, each with the token of the one that it has to follow in the file. */
  private readonly joined: { readonly page: string; readonly next: Token }[] = [];
  private readonly text: string;
  private readonly operations: OperationNames;

  constructor(text: string, operations: OperationNames) {
    this.text = text;
    this.operations = operations;
    this.tokens = [...text.matchAll(/\|\||[[\]=,:;|+]|[^\s[\]=,:;|+]+/g)].map((m) => ({
      text: m[0],
      column: m.index + 1,
    }));
  }

  scenario(): Scenario {
    if (this.tokens[1]?.text === '=' && !this.tokens.some((t) => t.text === ':')) {
      this.fail('the ":" after the pages\' initial state is missing', EXAMPLE, this.tokens[3] ?? this.tokens.at(-1));
    }
    const initial = this.tokens.some((t) => t.text === ':') ? this.init() : new Map<string, InitialPage>();
    const processes = [this.process()];
    while (this.accept('||')) processes.push(this.process());
    const rest = this.tokens[this.at];
    if (rest) this.fail(`unexpected "${rest.text}"`, 'Processes are separated by ||, operations by ;.', rest);
    const used = processes.flatMap((p) => [...(p.maps ?? []), ...p.operations.flatMap((o) => o.pages ?? o.page ?? [])]);
    const names = [...new Set([...initial.keys(), ...used])].sort();
    if (names.length === 0) names.push('a');
    for (const { page, next } of this.joined) {
      if (names.indexOf(next.text) !== names.indexOf(page) + 1) {
        const mend = `One call is of pages that follow each other in the file, here ${names.join(', ')}: as in write ${names.slice(0, 2).join('+')}.`;
        this.fail(`page ${next.text} does not follow page ${page}`, mend, next);
      }
    }
    return {
      text: this.text,
      pages: names.map((name) => ({ name, initial: initial.get(name) ?? 'hole' })),
      processes,
    };
  }

  private init(): Map<string, InitialPage> {
    const out = new Map<string, InitialPage>();
    do {
      const name = this.pageName();
      if (out.has(name)) this.fail(`page ${name} is given twice`, 'Name each page once.', this.tokens[this.at - 1]);
      this.expect('=');
      const value = this.word('hole, block or unwritten');
      if (!INITIAL.includes(value.text as InitialPage)) {
        this.fail(`a page is not "${value.text}" at first`, nearNames(value.text, INITIAL), value);
      }
      out.set(name, value.text as InitialPage);
    } while (this.accept(','));
    this.expect(':');
    return out;
  }

  private process(): ScenarioProcess {
    const attributes: Attributes = { mm: 'mm1', private: false, ro: false };
    while (this.accept('[')) {
      do this.attribute(attributes);
      while (!this.accept(']') && (this.accept(',') || true));
    }
    const operations = [this.operation()];
    while (this.accept(';')) operations.push(this.operation());
    const { maps } = attributes;
    if (attributes.sync && attributes.private) {
      this.fail('a private mapping is not made with MAP_SYNC', 'Leave one of the two out.', this.tokens[this.at - 1]);
    }
    const beyond = operations.find(
      (o) => maps && o.page !== undefined && THROUGH_MAPPING.has(o.name) && !maps.includes(o.page),
    );
    if (beyond) {
      this.fail(
        `${beyond.name} ${beyond.page} is outside of maps=${maps!.join(',')}`,
        'A process with maps= accesses the pages that it maps; read and write need no mapping.',
        this.tokens[this.at - 1],
      );
    }
    return { ...attributes, operations };
  }

  private attribute(into: Attributes): void {
    const t = this.word('an attribute');
    if (FLAGS.some((flag) => flag === t.text)) into[t.text as (typeof FLAGS)[number]] = true;
    else if (/^mm[1-9]$/.test(t.text)) into.mm = t.text;
    else if (t.text === 'maps') {
      this.expect('=');
      const pages = [this.pageName()];
      while (this.peek() !== ']' && this.accept(',')) pages.push(this.pageName());
      into.maps = pages;
    } else {
      this.fail(`there is no attribute "${t.text}"`, nearNames(t.text, [...FLAGS, 'mm2', 'maps=a']), t);
    }
  }

  private operation(): OperationCall {
    const t = this.word('an operation');
    const known = this.operations.get(t.text);
    if (!known) {
      const names = [...this.operations.keys()].sort();
      this.fail(
        `there is no operation "${t.text}"`,
        nearNames(t.text, names, 'faultline list operations'),
        t,
        'E_UNKNOWN_NAME',
      );
    }
    if (known.takesPage) return { name: t.text, ...this.pagesOf(t.text, known.takesPages === true) };
    if (known.words) return { name: t.text, word: this.oneOf(t.text, known.words) };
    return { name: t.text };
  }

  /** The page that an operation takes, or `a+b`. */
  private pagesOf(operation: string, several: boolean): Pick<OperationCall, 'page' | 'pages'> {
    const page = this.pageName();
    const pages = [page];
    while (this.peek() === '+') {
      if (!several) {
        const able = [...this.operations].filter(([, o]) => o.takesPages).map(([name]) => name);
        const mend =
          `Write ${operation} ${page}. ${able.length > 0 ? `Several in one call: ${able.join(', ')}.` : ''}`.trim();
        this.fail(`${operation} takes one page`, mend, this.tokens[this.at]);
      }
      this.at++;
      const last = pages.at(-1)!;
      pages.push(this.pageName());
      this.joined.push({ page: last, next: this.tokens[this.at - 1]! });
    }
    return pages.length > 1 ? { page, pages } : { page };
  }

  /** The word that an operation takes. */
  private oneOf(operation: string, words: readonly string[]): string {
    const t = this.word(words.join(' or '));
    if (!words.includes(t.text)) {
      this.fail(`${operation} takes ${words.join(' or ')}, not "${t.text}"`, nearNames(t.text, words), t);
    }
    return t.text;
  }

  private pageName(): string {
    const t = this.word('a page name');
    if (!/^[a-z]$/.test(t.text)) this.fail(`"${t.text}" is not a page name`, 'Pages are named a, b, c, ….', t);
    return t.text;
  }

  private word(what: string): Token {
    const t = this.tokens[this.at];
    if (!t || /^(\|\||[[\]=,:;|+])$/.test(t.text)) {
      return this.fail(`expected ${what}, found ${t ? `"${t.text}"` : 'the end'}`, EXAMPLE, t);
    }
    this.at++;
    return t;
  }

  private peek(): string | undefined {
    return this.tokens[this.at]?.text;
  }

  private accept(text: string): boolean {
    if (this.peek() !== text) return false;
    this.at++;
    return true;
  }

  private expect(text: string): void {
    const t = this.tokens[this.at];
    if (!this.accept(text)) this.fail(`expected "${text}", found ${t ? `"${t.text}"` : 'the end'}`, EXAMPLE, t);
  }

  private fail(message: string, mend: string, token: Token | undefined, code: ErrorCode = 'E_SCENARIO'): never {
    const column = token?.column ?? this.text.length + 1;
    const marked = `${this.text}\n  ${' '.repeat(column - 1)}^`;
    throw new FaultlineError(code, `column ${column}: ${message}\n  ${marked}`, mend, { column });
  }
}

const EXAMPLE = 'For example: a=hole: load a; store a || [mm2] write a';
