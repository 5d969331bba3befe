/** What the guest told of a run on Linux 6.1.192, put into the words of the model, and what is made of it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { judge } from '../../lab/replay/judge.ts';
import { type Look, looksIn } from '../../lab/replay/observed.ts';
import { scriptOf } from '../../lab/replay/script.ts';
import { parseConfig } from '../../model/config.ts';
import { loadDesign } from '../../verify/registry.ts';
import { type Prepared, prepare } from '../../verify/verify.ts';

const SCENARIO = 'a=block: store a; fsync || load a';
const LOG = `S 0.0
O 0 | look | rc=0 minflt=0/0 maj=0 mtime=MOVED ctime=same blocks=+0 size=8192 us=0 | a0{. pt=- xa=-} a1{D8201/ pt=WDAS xa=D8201+d}
O 1 | process 0 | rc=0 minflt=0/0 maj=0 mtime=same ctime=same us=0 |
# result 0 0 0 ffffffffffffffff
  T            steer-138     [002] d....    31.13: page_fault_user: address=0x200000001000 ip=0x4024f4 error_code=0x6
  T            steer-138     [002] .....    31.14: dax_pte_fault: dev 259:0 ino 0xc shared WRITE|ALLOW_RETRY|KILLABLE|USER address 0x200000001000 pgoff 0x1 
  T            steer-138     [002] .....    31.15: dax_pte_fault_done: dev 259:0 ino 0xc shared WRITE|ALLOW_RETRY|KILLABLE|USER address 0x200000001000 pgoff 0x1 NOPAGE
O 1 | process 1 | rc=0 minflt=0/0 maj=0 mtime=same ctime=same us=0 |
# looked
O 1 | look | rc=0 minflt=0/0 maj=0 mtime=same ctime=same blocks=+0 size=8192 us=0 | a0{. pt=- xa=-} a1{D8201/ pt=WDAS xa=D8201!L+d+t}
O 2 | process 0 | rc=0 minflt=0/0 maj=0 mtime=same ctime=same us=0 |
# result 0 0 0 ffffffffffffffff
# result 0 1 0 ffffffffffffffff
  T            steer-138     [002] .....    31.19: dax_writeback_range: dev 259:0 ino 0xc pgoff 0x0-0x7ffffffffffff
# warning WARNING: fs/dax.c:452 at dax_disassociate_entry
O 2 | process 1 | rc=0 minflt=0/0 maj=0 mtime=same ctime=same us=0 |
# result 1 0 0 1
# stack 0
# stack 1 <jbd2_log_wait_commit <ext4_sync_file
# looked
`;

let prepared: Prepared;
let looks: Look[];
beforeAll(async () => {
  prepared = await prepare(await loadDesign('v6.1'), SCENARIO, { properties: [] });
  looks = looksIn(LOG, prepared.scene, ['T0.store0'], '6.1.192');
});

describe('what the guest tells', () => {
  it('of PTEs and entries is in the words of the model', () => {
    expect(Object.fromEntries(looks[0]!.facts)).toEqual({
      mtime: 'moves',
      size: '1 pages',
      blocks: '0',
      'entry.a': 'block, DIRTY',
      'pte[mm1].a': 'rw block dirty',
      warnings: 'none',
      'events of T0': 'PF(0x6); pte_fault[W]@1',
      'events of T1': 'none',
      'T0 0': 'returns',
    });
    expect(looks[1]!.facts.get('entry.a')).toBe('block, DIRTY, TOWRITE, locked');
  });

  it('of events adds up, and a load says which stores it saw', () => {
    expect(looks[1]!.facts.get('events of T0')).toBe('PF(0x6); pte_fault[W]@1; done=NOPAGE; wb_range');
    expect(looks[1]!.facts.get('T1 0')).toBe('returns {T0.store0}');
  });

  it('of warnings and of who waits is kept in the kernel’s words', () => {
    expect(looks[1]!.warnings).toEqual(['WARNING: fs/dax.c:452 at dax_disassociate_entry']);
    expect(looks[1]!.stacks.get('T1')).toBe('jbd2_log_wait_commit < ext4_sync_file');
  });
});

describe('a run', () => {
  const reached = { reached: true, how: 'it has ended' };
  const predictedLike = (changed: Readonly<Record<string, string>>) => ({
    turns: [],
    facts: [looks[0]!.facts, new Map([...looks[1]!.facts, ...Object.entries(changed)])],
  });

  it('is as predicted where every fact is', () => {
    expect(judge(predictedLike({}), [reached, reached], looks)).toMatchObject({
      outcome: 'as predicted',
      differences: [],
    });
  });

  it('differs by one fact that is another one', () => {
    const { outcome, differences } = judge(predictedLike({ 'entry.a': 'none' }), [reached, reached], looks);
    expect(outcome).toBe('differs');
    expect(differences).toEqual([{ turn: 2, what: 'entry.a', kernel: 'block, DIRTY, TOWRITE, locked', model: 'none' }]);
  });

  it('differs by a call that should be over and is not', () => {
    const { differences } = judge(predictedLike({ 'T1 1': 'returns' }), [reached, reached], looks);
    expect(differences).toEqual([{ turn: 2, what: 'T1 1', kernel: 'not over', model: 'returns' }]);
  });

  it('differs where a turn does not come to its hold, whatever else is seen', () => {
    const missed = { reached: false, how: 'it waits for somebody' };
    expect(judge(predictedLike({}), [reached, missed], looks)).toMatchObject({
      outcome: 'differs',
      missed: { turn: 2, how: 'it waits for somebody' },
    });
  });
});

describe('a scene as a script', () => {
  it('maps and calls as the scenario says, with a byte for each store', async () => {
    const { scene } = await prepare(
      await loadDesign('v6.1'),
      'a=hole, b=block, c=unwritten: store b; write a || [mm2, ro] load c; fsync || truncate b',
      { properties: [] },
    );
    expect(scriptOf(scene)).toEqual({
      lines: [
        ...['before trunc 4', 'before write 2 1 0', 'before falloc 3 1'],
        ...['watch 1 2 3', 'map a 0 shared rw 1 3', 'map b 1 shared r 1 3'],
        ...['process 0 store a 2 0; write 1 1 1', 'process 1 load b 3; fsync', 'process 0 trunc 2', 'run'],
      ],
      tokens: ['T0.store0', 'T0.write0'],
    });
  });

  const scriptFor = async (scenario: string, config = parseConfig([])) =>
    scriptOf((await prepare(await loadDesign('v6.1'), scenario, { config, properties: [] })).scene);
  const linesFor = async (scenario: string, config = parseConfig([])): Promise<readonly string[]> => {
    const script = await scriptFor(scenario, config);
    return typeof script === 'string' ? [] : script.lines;
  };

  it('gives a forked process a line of its own, and the copies of the mappings that it begins with', async () => {
    expect(await linesFor('a=hole: store a; fork; store a')).toEqual([
      ...['before trunc 2', 'watch 1', 'map a 0 shared rw 1 1', 'map b 1 shared rw 1 1 copy a'],
      ...['process 0 store a 1 0; fork 1; store a 1 1', 'forked 1 store b 1 2', 'run'],
    ]);
  });

  it('maps parts of the file, where no PMD fits, or with MAP_SYNC', async () => {
    const lines = await linesFor('a=hole, b=hole: [maps=b] load b || [mm2, unaligned] load b || [mm2, sync] store a');
    expect(lines.filter((l) => l.startsWith('map'))).toEqual([
      ...['map a 0 shared rw 2 1', 'map b 1 sync rw 1 2', 'map c 1 shared rw 1 2 unaligned'],
    ]);
  });

  it('has, with huge pages, a range of 2 MiB in parts', async () => {
    expect(await linesFor('a=block, b=block: store a; punch b', parseConfig(['thp=on']))).toEqual([
      ...['huge', 'before trunc 1024', 'before falloc 512 512', 'before write 512 256 0', 'before write 768 256 0'],
      ...['watch 512 768', 'map a 0 shared rw 512 512', 'process 0 store a 512 0; punch 768 256', 'run'],
    ]);
  });

  it('has one call for one write(2) of several pages', async () => {
    const scenario = 'a=hole, b=hole, c=hole: write b+c; write a';
    expect((await linesFor(scenario)).at(-2)).toBe('process 0 write 2 2 0; write 1 1 1');
    expect((await linesFor(scenario, parseConfig(['thp=on']))).at(-2)).toBe(
      'process 0 write 682 342 0; write 512 170 1',
    );
  });

  it('that needs what no call does: why not', async () => {
    expect(await scriptFor('a=hole: load a; invalidate a')).toContain(
      'no system call does what the operation invalidate',
    );
    expect(await scriptFor('a=hole: load a || dropcaches')).toContain('has nothing for the operation dropcaches');
  });
});
