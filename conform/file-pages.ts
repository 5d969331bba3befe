/** Which pages of the lab's file the model has, and what they are called there. */
import { partsOf } from './parts-of.ts';
import type { Call } from './script.ts';
import type { TableScenario } from './table.ts';

/** Pages of 2 MiB: what is beyond is in another PMD. */
export const RANGE = 512;
/** Pages of a file so small that all of them are looked at. */
const SMALL = 8;

export class FilePages {
  readonly numbers: readonly number[];
  /** Whether they are all that the file has. */
  readonly whole: boolean;
  /** Whether the file has more than one range. */
  readonly hasMore: boolean;
  /** Of a large file, one that nothing is said of: it stands for all others of the range, which are as the calls leave them that name none. */
  private readonly other: number | undefined;

  /** @param shown pages that are looked at */
  constructor(shown: readonly number[], calls: readonly (Call | null)[]) {
    const longest = Math.max(1, ...calls.flatMap(endOf));
    this.whole = longest <= SMALL;
    this.hasMore = longest > RANGE;
    const named = [...new Set([0, ...shown, ...calls.flatMap(pagesNamed)])].filter((p) => p < RANGE);
    this.other = this.whole ? undefined : Array.from({ length: RANGE }, (_, p) => p).find((p) => !named.includes(p));
    this.numbers = this.whole
      ? allPages(calls, longest)
      : [...named, ...(this.other === undefined ? [] : [this.other])].sort((a, b) => a - b);
  }

  /** By their names. */
  get byName(): ReadonlyMap<string, number> {
    return new Map(this.numbers.map((p) => [this.nameOf(p), p]));
  }
  get first(): string {
    return this.nameOf(this.numbers[0]!);
  }
  /** By name, how many of the file's pages it stands for. */
  get standFor(): ReadonlyMap<string, number> {
    const others = RANGE - this.numbers.length + 1;
    return new Map(this.numbers.map((p) => [this.nameOf(p), p === this.other ? others : 1]));
  }
  get names(): readonly string[] {
    return this.numbers.map((p) => this.nameOf(p));
  }

  nameOf(page: number): string {
    return String.fromCharCode('a'.charCodeAt(0) + this.numbers.indexOf(page));
  }

  nameIfKnown(page: number): string | undefined {
    return this.numbers.includes(page) ? this.nameOf(page) : undefined;
  }

  /** Of the pages from one on. */
  namesIn(page: number, pages: number): readonly string[] {
    return this.numbers.filter((p) => p >= page && p < page + pages).map((p) => this.nameOf(p));
  }

  /** What is behind the end of a file of so many pages, if anything that the model has. */
  nameBehind(size: number): string | undefined {
    const page = this.numbers.find((p) => p >= size);
    return page === undefined ? undefined : this.nameOf(page);
  }
}

/** Of a small file. */
const allPages = (calls: readonly (Call | null)[], longest: number): number[] =>
  Array.from({ length: longest + (growsTo(calls, longest) ? 1 : 0) }, (_, n) => n);

/** What a table has of its rows' pages. */
export const pagesShown = (scenario: TableScenario): number[] =>
  scenario.operations.flatMap((o) => o.pages.map((p) => p.page));

const pagesNamed = (call: Call | null): number[] =>
  (call ? partsOf(call) : []).flatMap((c) => ('page' in c ? [c.page] : []));

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
