/** Designs beside the tables of other kernels than theirs, and what the model does not have. test/docs/conformance.test.ts has the others. */
import { describe, expect, it } from 'vitest';
import { conform } from '../../conform/conform.ts';
import { recordedTables } from '../../conform/recorded.ts';
import { parseTable } from '../../conform/table.ts';
import { translate } from '../../conform/translate.ts';
import { knownCause } from '../../lab/conformance/known.ts';
import { loadDesign } from '../../verify/registry.ts';

const only = (pattern: RegExp, name: string) => {
  const { table } = recordedTables().find((t) => t.name === name)!;
  return { ...table, scenarios: table.scenarios.filter((s) => pattern.test(s.name)) };
};

describe('what is another kernel’s is seen', () => {
  it('6.12 does not tag the entry of a load, v6.1 does', async () => {
    const result = await conform(await loadDesign('v6.1'), only(/^load-hole-then-load$/, 'linux-6.12.117-ext4.txt'));
    expect(result.scenarios[0]!.differences[0]).toEqual({
      layer: 'state',
      what: 'a1 entry',
      kernel: 'zero page',
      model: 'zero page, DIRTY',
      operation: 'ld a 1',
      line: 7,
    });
  });

  it('in the tracepoints: 6.12 does not write back before it punches', async () => {
    const result = await conform(await loadDesign('v5.10'), only(/^punch-mapped-dirty$/, 'linux-6.12.117-ext4.txt'));
    expect(result.scenarios[0]!.differences).toMatchObject([
      { layer: 'events', kernel: 'none', model: 'wb_range; wb_one(1); wb_done', operation: 'punch 1 1' },
    ]);
  });

  it('in what the caller sees: a store of 4.0 through a read-only PTE leaves the mtime', async () => {
    const result = await conform(await loadDesign('v4.0'), only(/^alloc-load-then-store$/, 'linux-6.1.192-ext4.txt'));
    expect(result.scenarios[0]!.differences.filter((d) => d.layer === 'user')).toMatchObject([
      { what: 'mtime', kernel: 'moved', model: 'same', operation: 'st a 1' },
    ]);
  });
});

it('a call that failed is not one that returned', async () => {
  const table = parseTable('## one\n  trunc 4 | min=0 m+ c+ size=16384 |  |\n  fsync | rc=-5 min=0 m- c- |  |\n');
  const { scenarios } = await conform(await loadDesign('v6.1'), table);
  expect(scenarios[0]!.differences).toMatchObject([{ what: 'ends', kernel: 'fails with 5', model: 'returns' }]);
});

it('nor is one that failed in a child', async () => {
  const table = parseTable(
    '## one\n  trunc 1 | min=0 m+ c+ size=4096 |  |\n  mmap a 0 1 shared rw | min=0 m- c- |  |\n  child ld a 0 | rc=25600 child_exit=100 min=3 m- c- |  |\n',
  );
  const { scenarios } = await conform(await loadDesign('v6.1'), table);
  expect(scenarios[0]!.differences).toContainEqual(
    expect.objectContaining({ what: 'ends', kernel: 'fails', model: 'returns' }),
  );
});

describe('what the model does not have', () => {
  const table = (...operations: string[]) =>
    parseTable(`## one\n${operations.map((o) => `  ${o} | min=0 m- c- |  |`).join('\n')}\n`);

  it('is said, with everything behind it, and is no agreement', async () => {
    const result = await conform(await loadDesign('v6.1'), table('trunc 4', 'sync', 'fsync'));
    expect(result.scenarios[0]).toMatchObject({ operations: 2, compared: 0, notModelled: 'sync', differences: [] });
  });

  it.each([
    [['trunc 4', 'falloc 2 4'], 'fallocate(2) that makes the file longer'],
    [['trunc 4', 'ld b 1'], 'a call on a mapping that is not there'],
    [['trunc 4', 'child ld b 1'], 'a call on a mapping that is not there'],
    [['trunc 4', 'mmap a 0 4 shared rw', 'munmap a', 'dontneed a 1 1'], 'a call on a mapping that is not there'],
    [['trunc 4', 'mmap a 0 4 shared rw', 'trunc 4'], 'truncate(2) to where none of its pages begins'],
  ])('%s: %s', (operations, reason) => {
    const scenario = table(...operations).scenarios[0]!;
    expect(translate(scenario).operations.at(-1)!.notModelled).toBe(reason);
  });

  it('is a whole scenario where the design has no PMDs', async () => {
    const result = await conform(await loadDesign('v4.9'), only(/^pmd-load-hole$/, 'linux-5.10.262-ext4.txt'));
    expect(result.scenarios[0]).toMatchObject({ compared: 0, notModelled: 'PMD faults in v4.9 on ext4' });
  });
});

describe('a scenario of the lab in the model’s language', () => {
  const translated = (...operations: string[]): string => {
    const rows = operations.map((o) => `  ${o} | min=0 m- c- |  |`).join('\n');
    return translate(parseTable(`## one\n${rows}\n`).scenarios[0]!).scenario;
  };

  it.each([
    [
      'calls on the file and each mapping are processes that take turns',
      ['trunc 2', 'mmap a 0 2 shared rw', 'ld a 1', 'fsync', 'st a 1'],
      'a=hole, b=hole: load b; store b || fsync',
    ],
    [
      'two mappings of a kind are in two address spaces',
      ['trunc 1', 'mmap a 0 1 shared rw', 'mmap b 0 1 shared rw', 'ld a 0', 'ld b 0'],
      'a=hole: load a || [mm2] load a',
    ],
    [
      'a private mapping beside a shared one',
      ['falloc 0 1', 'mmap a 0 1 private rw', 'mmap b 0 1 shared r', 'ld a 0', 'ld b 0'],
      'a=unwritten: [private] load a || [ro] load a',
    ],
    [
      'what is written to an empty file makes it longer',
      ['write 0 2', 'trunc 1'],
      'a=hole, b=hole: truncate a; write a; write b; truncate b',
    ],
    [
      'a child does one thing and exits',
      ['trunc 1', 'mmap a 0 1 shared rw', 'child st a 0', 'ld a 0'],
      'a=hole: fork; store a; exit || load a',
    ],
    ['MAP_SYNC', ['trunc 1', 'mmap a 0 1 shared rw sync', 'st a 0'], 'a=hole: [sync] store a'],
    [
      'a file that grows again ends at a page behind it',
      ['trunc 2', 'mmap a 0 2 shared rw', 'trunc 1', 'trunc 2', 'ld a 1'],
      'a=hole, b=hole, c=hole: truncate c; truncate b; truncate c || load b',
    ],
    [
      'MAP_POPULATE faults each page in, a call of fallocate(2) is one for each page',
      ['trunc 2', 'mmap a 0 2 shared rw populate', 'falloc 0 2', 'zero 1 1'],
      'a=hole, b=hole: populate a; populate b || fallocate a; fallocate b; zero b',
    ],
    [
      'munmap is of all pages',
      ['trunc 2', 'mmap a 0 2 shared rw', 'ld a 0', 'munmap a'],
      'a=hole, b=hole: load a; munmap a; munmap b',
    ],
  ])('%s', (_, operations, scenario) => {
    expect(translated(...operations)).toBe(scenario);
  });

  it('goes on in another process after a signal', () => {
    const text = `## one\n  trunc 1 | min=0 m+ c+ |  |\n  mmap a 0 2 shared rw | min=0 m- c- |  |\n  ld a 1 | rc=SIGBUS min=0 m- c- |  |\n  ld a 0 | val=0 min=1 m- c- |  |\n`;
    expect(translate(parseTable(text).scenarios[0]!).scenario).toBe('a=hole, b=hole: truncate b || load b || load a');
  });
});

it('what is known to differ is told from what is not', async () => {
  // fork leaves the accessed bit out; copying the block through the user's address sets it, and pte_same() fails once.
  const rows = (trapped: string): string => `# kernel: Linux 6.12.117\n## one
  write 0 2 9 | rc=8192 min=0 m+ c+ blocks=+16 size=8192 |  |
  mmap b 0 2 private rw | min=0 m- c- |  |
  st b 0 1 | min=1 m- c- | b0{A/xs pt=WDA xa=E} | PF(0x6) ; pte_fault[W]@0 ; done=DONE_COW
  ld b 1 | val=9 min=1 m- c- | b0{A/xs pt=WDA xa=E} b1{D5/sn pt=rdAS xa=D5} | PF(0x4) ; pte_fault@1 ; done=NOPAGE
  child st b 1 | child_exit=0 min=3 m- c- | b0{A/xs pt=rdAV xa=E} b1{D5/sn pt=rdAS xa=D5} | ${trapped}\n`;
  const found = async (trapped: string) =>
    (await conform(await loadDesign('v6.12'), parseTable(rows(trapped)))).scenarios[0]!.differences;
  expect(await found('PF(0x7)')).toEqual([]);
  const [twice, ...others] = await found('PF(0x7) ; PF(0x7)');
  expect(others).toEqual([]);
  expect(knownCause('v6.12', twice!)?.title).toContain('traps twice');
  expect(knownCause('v7.2', twice!)).toBeUndefined();
});
