/**
 * What running kernels did, one thread at a time, and what the designs of their versions do: faults, PTEs, entries, tags
 * and mtime after each operation. The tables under recorded/ are as recorded.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { costsOf } from '../../verify/costs.ts';
import { loadDesign } from '../../verify/registry.ts';
import { type End, endsOf } from './ask.ts';

interface Operation {
  /** As the model has it. */
  readonly text: string;
  readonly result: string;
  readonly state: string;
  readonly trace: string;
}
interface Recorded {
  readonly name: string;
  /** `hole`, `block`, `unwritten`: what the file was prepared as. */
  readonly initial: string;
  readonly mapping: string;
  readonly operations: readonly Operation[];
}

/** Page 1 of the file is page a, page 2 is page b. */
const PAGE: Readonly<Record<string, string>> = { 1: 'a', 2: 'b' };
const PREPARES: Readonly<Record<string, string>> = { trunc: 'hole', write: 'block', falloc: 'unwritten' };
const CALLS: Readonly<Record<string, (words: readonly string[]) => string>> = {
  ld: ([, page]) => `load ${PAGE[page!]}`,
  st: ([, page]) => `store ${PAGE[page!]}`,
  write: ([page]) => `write ${PAGE[page!]}`,
  read: ([page]) => `read ${PAGE[page!]}`,
  punch: ([page]) => `punch ${PAGE[page!]}`,
  // To one page: page a is the first behind the end.
  trunc: ([size]) => (size === '1' ? 'truncate a' : ''),
  dontneed: ([, page]) => `dontneed ${PAGE[page!]}`,
  mprotect: ([, to]) => `mprotect ${to === 'r' ? 'ro' : 'rw'}`,
  msync: () => 'msync',
  fsync: () => 'fsync',
  fdatasync: () => 'fsync',
};

/** What stands before the first `##`, and each section without it. */
const sectionsOf = (file: string): string[] =>
  readFileSync(new URL(`recorded/linux-${file}.txt`, import.meta.url), 'utf8').split(/^## /m);

function readTable(version: string): Recorded[] {
  const [, ...scenarios] = sectionsOf(`${version}-ext4`);
  return scenarios.map((s) => {
    const [name = '', ...lines] = s.trimEnd().split('\n');
    const rows = lines.map((l) => l.split('|').map((cell) => cell.trim()));
    const mapped = rows.findIndex(([op]) => op!.startsWith('mmap'));
    const [, , , , how = '', rights = ''] = rows[mapped]![0]!.split(' ');
    return {
      name,
      initial: PREPARES[rows[0]![0]!.split(' ')[0]!]!,
      mapping: how === 'private' ? '[private] ' : rights === 'r' ? '[ro] ' : '',
      operations: untilKilled(
        rows
          .slice(mapped + 1)
          .map(operationOf)
          .filter((o) => o !== undefined),
      ),
    };
  });
}

function operationOf([op = '', result = '', state = '', trace = '']: readonly string[]): Operation | undefined {
  const [call = '', ...words] = op.split(' ');
  // It shows the extents and changes nothing.
  if (call === 'fiemap') return undefined;
  const text = CALLS[call]?.(words) ?? '';
  return { text, result, state, trace };
}

/** A process of the model is over after a signal, and cannot make a file as long as it was; the recorded one goes on. */
function untilKilled(operations: readonly Operation[]): Operation[] {
  const killed = operations.findIndex((o) => o.result.includes('rc=SIG'));
  const unknown = operations.findIndex((o) => o.text === '');
  const end = Math.min(...[killed + 1 || operations.length, unknown < 0 ? operations.length : unknown]);
  return operations.slice(0, end);
}

const pagesOf = (r: Recorded): string[] =>
  ['a', 'b'].filter((p) => p === 'a' || r.operations.some((o) => o.text.endsWith(` ${p}`)));

/** `rw D dirty, entry D +d`: the mapping and the entry of a page. */
function recordedState(state: string, page: string): string {
  const n = page === 'a' ? 1 : 2;
  const found = new RegExp(`a${n}\\{(\\S)\\S* pt=(\\S+) xa=([^}]+)\\}`).exec(state);
  if (!found) return 'none, entry -';
  const [, target, bits, xa = ''] = found;
  const dirty = bits!.includes('D') ? ' dirty' : '';
  const mapped = target === '.' ? 'none' : `${bits!.startsWith('W') ? 'rw' : 'ro'} ${target}${dirty}`;
  return `${mapped}, entry ${xa.charAt(0)}${xa.endsWith('+d') ? ' +d' : ''}`;
}

const TARGETS: Readonly<Record<string, string>> = { zero: 'Z', blk: 'D', anon: 'A' };
const KINDS: Readonly<Record<string, string>> = { nil: '-', zero: 'Z', blk: 'D', empty: 'E' };

function modelState(end: End, page: string): string {
  // A process that has not used its mapping yet has none.
  const key = Object.keys(end).find((k) => k.startsWith('pte[') && k.endsWith(`.${page}`));
  const { value, context } = end[key ?? ''] ?? { value: 'none', context: {} };
  const target = TARGETS[String(context.pfn).split('.')[0]!];
  const mapped = value === 'none' ? 'none' : `${value} ${target}${context.d ? ' dirty' : ''}`;
  const entry = end[`entry.${page}`]!.context;
  return `${mapped}, entry ${KINDS[String(entry.kind)]}${entry.dirty ? ' +d' : ''}`;
}

/** By scenario, the states of page a that two threads ended with. */
function readRaces(): [string, string[]][] {
  const [, ...races] = sectionsOf('6.1.192-ext4-races');
  return races.map((r) => {
    const [scenario = '', ...rows] = r.trimEnd().split('\n');
    const ends = rows.map((row) => recordedState(row.split('|')[1]!, 'a'));
    return [scenario, [...new Set(ends)]];
  });
}

describe('v6.1 can end as two threads on Linux 6.1.192 did', () => {
  it.each(readRaces())('%s', async (scenario, recorded) => {
    const ends = (await endsOf('v6.1', scenario)).map((end) => modelState(end, 'a'));
    expect(recorded.length).toBeGreaterThan(0);
    expect(ends).toEqual(expect.arrayContaining(recorded));
  });
});

const VERSIONS = [
  ['v5.10', '5.10.262'],
  ['v6.1', '6.1.192'],
] as const;

describe.each(VERSIONS)('%s does what Linux %s did', (id, version) => {
  it.each(readTable(version).map((r) => [r.name, r] as const))('%s', async (_, r) => {
    const design = await loadDesign(id);
    const pages = pagesOf(r);
    const file = pages.map((p) => `${p}=${r.initial}`).join(', ');
    const upTo = (n: number) =>
      `${file}: ${r.mapping}${r.operations
        .slice(0, n)
        .map((o) => o.text)
        .join('; ')}`;
    expect(r.operations.length).toBeGreaterThan(0);
    const traps = (await costsOf(design, upTo(r.operations.length))).operations!.map(
      (o) => o.costs.find((c) => c.id === 'traps')!,
    );
    for (const [n, o] of r.operations.entries()) {
      const where = `${upTo(n + 1)}`;
      const faults = o.trace.split('PF(').length - 1;
      expect([traps[n]!.best, traps[n]!.worst], `faults of the last operation: ${where}`).toEqual([faults, faults]);
      const [end, ...others] = await endsOf(design, where);
      expect(others, where).toEqual([]);
      const moved = r.operations.slice(0, n + 1).some((p) => p.result.includes('m+'));
      expect(end!.inode!.context.mtime, `mtime: ${where}`).toBe(moved ? 'new' : 'old');
      for (const p of pages) {
        expect(modelState(end!, p), `${p} after ${where}`).toBe(recordedState(o.state, p));
      }
    }
  });
});
