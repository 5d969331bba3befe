/** Raw traces of running kernels against their designs: as they are, and with a line changed. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readTrace } from '../../conform/trace/read.ts';
import { type TraceConformance, type ValidateOptions, validate } from '../../conform/trace/validate.ts';
import { DEFAULT_CONFIG, parseConfig } from '../../model/config.ts';
import { loadDesign } from '../../verify/registry.ts';

const trace = (name: string): string =>
  readFileSync(new URL(`../../lab/conformance/traces/linux-${name}.txt`, import.meta.url), 'utf8');
const against = async (design: string, text: string, options: ValidateOptions = {}): Promise<TraceConformance> =>
  validate(await loadDesign(design), readTrace(text, 'trace'), 'trace', DEFAULT_CONFIG, options);
const hole: ValidateOptions = {
  initial: new Map([
    [0, 'hole'],
    [1, 'hole'],
  ]),
};

const SEQUENTIAL = trace('6.12.117-ext4-sequential');
const SPACES = trace('6.12.117-ext4-two-spaces');
const LOAD_FSYNC = trace('6.1.192-ext4-load-fsync');
const THREADS = trace('6.1.192-ext4-two-threads');

/** The number of a line that has all of these words, from 1 on: the n-th such line. */
function lineWith(text: string, words: readonly string[], nth = 1): number {
  const found = text.split('\n').flatMap((l, n) => (words.every((w) => l.includes(w)) ? [n + 1] : []));
  return found[nth - 1]!;
}
const without = (text: string, line: number): string =>
  text
    .split('\n')
    .toSpliced(line - 1, 1)
    .join('\n');
const withLine = (text: string, line: number, change: (l: string) => string): string =>
  text
    .split('\n')
    .map((l, n) => (n + 1 === line ? change(l) : l))
    .join('\n');
function swapped(text: string, a: number, b: number): string {
  const lines = text.split('\n');
  return lines
    .with(a - 1, lines[b - 1]!)
    .with(b - 1, lines[a - 1]!)
    .join('\n');
}

describe('a raw trace of a running kernel', () => {
  it.each([
    ['6.12, one task', 'v6.12', SEQUENTIAL, 'a=hole: load a; store a; fsync; store a; punch a; load a'],
    ['6.12, two address spaces at once', 'v6.12', SPACES, 'a=hole: load a; store a || [mm2] load a; store a; fsync'],
    ['6.1, two threads at once', 'v6.1', THREADS, 'a=hole, b=hole: store a; store b; fsync || store a; fsync'],
  ])('matches the design of its kernel: %s', async (_name, design, text, scenario) => {
    const { best, mismatch, events } = await against(design, text, hole);
    expect(mismatch).toBeUndefined();
    expect(best.matched).toBe(events);
    expect(best.scenario).toBe(scenario);
  });

  it('of a load that traps while fsync write-protects its PTE matches: the PTE is none for a moment', async () => {
    const text = trace('6.1.192-xfs-load-beside-fsync');
    const found = await validate(await loadDesign('v6.1'), readTrace(text, 'trace'), 'trace', parseConfig(['fs=xfs']), {
      initial: new Map([[0, 'block']]),
    });
    expect(found.mismatch).toBeUndefined();
    // The trap finds nothing, after the store of the other thread, whose fsync is under way, has mapped the page.
    const [store, trap] = [
      lineWith(text, ['sides-195', 'dax_pte_fault_done']),
      lineWith(text, ['sides-194', 'error_code=0x4']),
    ];
    expect(store).toBeLessThan(trap);
  });

  it('of 6.1 is told from 6.12, where a load leaves its entry clean and fsync has nothing to write', async () => {
    expect((await against('v6.1', LOAD_FSYNC)).fits).toEqual(['a=block']);
    const { mismatch, best, fits } = await against('v6.12', LOAD_FSYNC);
    expect(fits).toEqual([]);
    expect(mismatch).toMatchObject({ line: 71, task: 'sides-122', event: 'dax_writeback_mapping_range()' });
    expect(best.allowed.map((a) => `${a.process} ${a.event}`)).toContain('T0 sys_exit_fsync');
  });

  it('fits just those initial states from which all of it can be seen', async () => {
    const { fits, attempts } = await against('v6.12', SPACES);
    expect(fits).toEqual(['a=hole', 'a=unwritten']);
    expect(attempts.map((a) => a.initial)).toEqual(['a=hole', 'a=block', 'a=unwritten']);
  });
});

describe('a trace in which something is otherwise does not match', () => {
  const rejected = async (text: string, design = 'v6.12') => {
    const { mismatch, best } = await against(design, text, hole);
    const allowed = best.allowed.filter((a) => !a.optional).map((a) => `${a.process} ${a.event}`);
    return { line: mismatch?.line, event: mismatch?.event, allowed };
  };

  it('a line less: the next event of the task', async () => {
    const gone = lineWith(SPACES, ['sides-171', 'dax_load_hole']);
    const { line, event, allowed } = await rejected(without(SPACES, gone));
    // Its dax_unlock_entry() was on the next line.
    expect([line, event]).toEqual([gone, 'dax_unlock_entry()']);
    expect(allowed).toContain('T1 dax_load_hole pgoff 0x0');
  });

  it('another flag: that line', async () => {
    const at = lineWith(SPACES, ['dax_pte_fault:', 'MKWRITE']);
    const { line, allowed } = await rejected(withLine(SPACES, at, (l) => l.replace('|MKWRITE', '')));
    expect(line).toBe(at);
    expect(allowed).toContain('T1 dax_pte_fault pgoff 0x0 WRITE|MKWRITE');
  });

  it('another result: that line', async () => {
    const at = lineWith(SEQUENTIAL, ['dax_pte_fault_done', 'NOPAGE']);
    const { line, allowed } = await rejected(withLine(SEQUENTIAL, at, (l) => l.replace('NOPAGE', 'SIGBUS')));
    expect([line, allowed]).toEqual([at, ['T0 dax_pte_fault_done pgoff 0x0 NOPAGE']]);
  });

  it('what two tasks did, the other way round: one inserts its entry while the other one holds the lock', async () => {
    const unlocks = lineWith(SPACES, ['sides-171', 'dax_unlock_entry'], 2);
    const inserts = lineWith(SPACES, ['sides-170', 'dax_insert_entry'], 2);
    const { line, event } = await rejected(swapped(SPACES, unlocks, inserts));
    // The function tracer need not show every call: the other one may have unlocked it, but then it does not do so now.
    expect([line, event]).toEqual([unlocks + 1, 'dax_unlock_entry()']);
  });

  it('a line of the function tracer at the wrong place: that all the rest matches is told', async () => {
    const at = lineWith(SPACES, ['sides-170', 'dax_unlock_entry']);
    const text = withLine(SPACES, at, (l) => l.replace('dax_unlock_entry', 'grab_mapping_entry'));
    const { mismatch, without } = await against('v6.12', text, hole);
    expect([mismatch?.line, without]).toEqual([at, ['grab_mapping_entry']]);
  });

  it('but two events that do not depend on each other may come in either order', async () => {
    const at = lineWith(SPACES, ['sides-171', 'grab_mapping_entry'], 2);
    const { mismatch } = await against('v6.12', swapped(SPACES, at, at + 1), hole);
    expect(SPACES.split('\n')[at]).toContain('sides-170');
    expect(mismatch).toBeUndefined();
  });
});
