import { describe, expect, it } from 'vitest';
import { recordedText } from '../../conform/pages.ts';
import { recordedTables } from '../../conform/recorded.ts';
import { pagesIn, readCall } from '../../conform/script.ts';
import { parseTable } from '../../conform/table.ts';

const HEAD = '# kernel: Linux 6.1.192\n# fs: xfs\n## one\n';
const row = (operation: string, result: string, state = '', events = ''): string =>
  `${HEAD}  ${operation.padEnd(28)}| ${result} | ${state} | ${events}\n`;
const only = (text: string) => parseTable(text).scenarios[0]!.operations[0]!;

describe('a table', () => {
  it('says in its header what was run', () => {
    expect(parseTable(row('fsync', 'min=0 m- c-')).facts).toEqual({ kernel: 'Linux 6.1.192', fs: 'xfs' });
  });

  it('has by operation what was returned, faults, times, blocks and length', () => {
    expect(only(row('st a 1 7', 'rc=SIGBUS val=3 min=1 maj=2 m+ c- blocks=-8 size=8192')).result).toEqual({
      rc: 'SIGBUS',
      value: 3,
      minorFaults: 1,
      majorFaults: 2,
      mtime: 'moved',
      ctime: 'same',
      blocks: -8,
      size: 8192,
    });
  });

  it('has the events in order, also where a result has bars', () => {
    const events = 'PF(0x6) ; pte_fault[W]@1 ; done=MAJOR|NOPAGE';
    expect(only(row('st a 1', 'min=0 maj=1 m+ c+', '', events)).events).toEqual(events.split(' ; '));
  });

  it('has the operation of a race whole', () => {
    const text = 'par st a 1 5 | fsync';
    expect(only(row(text, 'p0=0/-1 p1=0/-1 min=1 m+ c+')).text).toBe(text);
  });

  it.each([
    ['{D8201/sn pt=WDAVS xa=D8201+d}', 'rw block dirty', 'block, DIRTY'],
    ['{D8201/sn pt=rdAS xa=D8204}', "ro block, not the entry's", 'block'],
    ['{Z/s pt=rdAS xa=Z+d+t}', 'ro zero page', 'zero page, DIRTY, TOWRITE'],
    ['{A/xs pt=WDA xa=E}', 'rw private copy dirty', 'empty'],
    ['{Z2M/fs pt=2MrdA xa=Z2M}', '2 MiB ro zero page', '2 MiB zero page'],
    ['{D8401/fsn pt=2MWDA xa=D84002M+d}', '2 MiB rw block dirty', '2 MiB block, DIRTY'],
    ['{. pt=- xa=Z!L}', 'none', 'zero page, locked'],
  ])('has the state of a page: %s', (state, mapped, entry) => {
    expect(recordedText(only(row('ld a 1', 'min=0 m- c-', `a1${state}`)).pages[0]!)).toMatchObject({ mapped, entry });
  });

  it.each([
    ['a row without bars', `${HEAD}  ld a 1\n`, 'line 4'],
    ['a result without faults', row('ld a 1', 'rc=0'), 'how many faults'],
    ['a result that is no number', row('ld a 1', 'rc=x min=0'), 'neither a number nor a signal'],
    ['no scenario', '# kernel: x\n', 'no scenario'],
  ])('is refused with %s', (_, text, message) => {
    expect(() => parseTable(text)).toThrow(message);
  });
});

describe('the recorded tables', () => {
  it('are of four kernels, on ext4 and on xfs', () => {
    expect(recordedTables().map((t) => t.name)).toEqual([
      'linux-5.10.262-ext4.txt',
      'linux-5.10.262-xfs.txt',
      'linux-6.1.192-ext4.txt',
      'linux-6.1.192-xfs.txt',
      'linux-6.12.117-ext4.txt',
      'linux-6.12.117-xfs.txt',
      'linux-7.2.12-ext4.txt',
      'linux-7.2.12-xfs.txt',
    ]);
  });

  it.each(recordedTables().map((t) => [t.name, t.table] as const))(
    '%s: 324 operations, all of them understood',
    (_, t) => {
      const operations = t.scenarios.flatMap((s) => s.operations);
      expect(operations).toHaveLength(324);
      expect(operations.filter((o) => readCall(o.words) === null).map((o) => o.text)).toEqual([]);
    },
  );
});

it.each([
  ['4', 4],
  ['4p', 4],
  ['2m', 512],
  ['12k', 3],
  ['4096b', 1],
  ['100b', undefined],
  ['x', undefined],
])('%s is %s pages', (word, pages) => {
  expect(pagesIn(word)).toBe(pages);
});
