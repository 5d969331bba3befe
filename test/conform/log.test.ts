/** The lab's log of a boot becomes a table; nothing is booted here. */
import { describe, expect, it } from 'vitest';
import { parseTable } from '../../conform/table.ts';
import { tableOf } from '../../lab/kernel/log.ts';
import { differingLines } from '../../lab/kernel/recorded.ts';

const SMAPS = 'smapsa[rss=0 sc=0 sd=0 pc=0 pd=0 anon=0 fpmd=0 vmf=rd wr sh mr mw me ms sd hg ]';
const WHERE = 'dev 259:0 ino 0xc shared';
const LOG = [
  '# version Linux version 6.12.117',
  'S one',
  `O 1 | mmap a 0 4 shared rw | rc=0 minflt=0/0 maj=0 mtime=same ctime=same us=125 | a0{. pt=- xa=-} a1{. pt=- xa=-} ${SMAPS}`,
  `O 2 | st a 1 7 | rc=0 minflt=0/0 maj=1 mtime=MOVED ctime=MOVED blocks=+8 us=7567 | a0{. pt=- xa=-} a1{D8202/sn pt=WDAS xa=D8202+d} ${SMAPS}`,
  '  T             daxt-176     [000] d....     5.223633: page_fault_user: address=0x200000001000 ip=0x404c26 error_code=0x7',
  `  T daxt-176 [000] ..... 5.224111: dax_pte_fault: ${WHERE} WRITE|MKWRITE|ALLOW_RETRY|KILLABLE|USER|INTERRUPTIBLE|0x800 address 0x200000001000 pgoff 0x1 `,
  `  T daxt-176 [000] ..... 5.231078: dax_pte_fault_done: ${WHERE} WRITE|MKWRITE|ALLOW_RETRY|0x800 address 0x200000001000 pgoff 0x1 MAJOR|NOPAGE`,
  'O 3 | fsync | rc=0 minflt=0/0 maj=0 mtime=same ctime=same us=9 | a1{A/xs pt=WDA xa=Z} smapsa[rss=4 sc=0 sd=0 pc=0 pd=4 anon=4 fpmd=0 vmf=rd ]',
  '  T daxt-176 [000] ..... 5.3: dax_writeback_range: dev 259:0 ino 0xc pgoff 0x0-0x7ffffffffffff',
  '  T daxt-176 [000] ..... 5.4: dax_writeback_one: dev 259:0 ino 0xc pgoff 0x1 pglen 0x1',
  '  T daxt-176 [000] ..... 5.5: dax_writeback_range_done: dev 259:0 ino 0xc pgoff 0x40-0x7ffffffffffff',
  'O 4 | par st a 1 5 | fsync | rc=0 p0=0/-1 p1=0/-1 minflt=1/1 maj=0 mtime=MOVED ctime=MOVED us=9 | a1{. pt=- xa=-}',
  'E one us=36261',
  '# done total_ms=1',
].join('\r\n');

it('a log becomes a table without times, addresses and process ids', () => {
  expect(tableOf(LOG)).toBe(`## one
  mmap a 0 4 shared rw        | min=0 m- c- |  |
  st a 1 7                    | min=0 maj=1 m+ c+ blocks=+8 | a1{D8202/sn pt=WDAS xa=D8202+d} | PF(0x7) ; pte_fault[Wmkw]@1 ; done=MAJOR|NOPAGE
  fsync                       | min=0 m- c- | a1{A/xs pt=WDA xa=Z} sm[rss=4 pd=4 anon=4] | wb_range(0x0-0x7ffffffffffff) ; wb_one(0x1 +0x1) ; wb_range_done(0x40-0x7ffffffffffff)
  par st a 1 5 | fsync        | p0=0/-1 p1=0/-1 min=1 m+ c+ |  |
`);
});

describe('beside a recorded table', () => {
  const other = (what: string, by: string): string[] =>
    differingLines(parseTable(tableOf(LOG)), parseTable(tableOf(LOG.replaceAll(what, by))));

  it('it does not matter which block was taken', () => {
    expect(other('D8202', 'D9000')).toEqual([]);
  });

  it.each([
    ['another block in the tree', 'xa=D8202', 'xa=D8203'],
    ['a tag', '8202+d', '8202'],
    ['a fault', 'minflt=1/1', 'minflt=2/2'],
    ['an event', 'error_code=0x7', 'error_code=0x6'],
  ])('%s does', (_, what, by) => {
    expect(other(what, by)).toHaveLength(1);
  });

  it('an operation that is missing is told', () => {
    expect(other('O 4 |', 'X 4 |').map((l) => l.endsWith('=> missing'))).toEqual([true]);
  });
});
