/** Two calls at once: what a kernel came to is one of the model's outcomes, or it is told. */
import { describe, expect, it } from 'vitest';
import { conform } from '../../conform/conform.ts';
import { parseTable } from '../../conform/table.ts';
import { translate } from '../../conform/translate.ts';
import { raceTableOf } from '../../lab/kernel/log.ts';
import { raceScript } from '../../lab/kernel/races.ts';
import { parseConfig } from '../../model/config.ts';
import { loadDesign } from '../../verify/registry.ts';

const HOLE = `  trunc 2 | min=0 m+ c+ size=8192 |  |
  mmap a 0 2 shared rw | min=0 m- c- |  |
`;
const race = (times: number, outcome: string, after = ''): string =>
  `## ld-write *${times}\n${HOLE}  par ld a 1 | write 1 1 0x55 | ${outcome} |\n${after}`;
const OLD = 'p0=0/0 p1=4096/-1 min=1 m+ c+ blocks=+8 |  ';
const NEW = 'p0=0/85 p1=4096/-1 min=1 m+ c+ blocks=+8 | a1{D0/sn pt=rdAS xa=D0}';

const conformed = async (text: string) => (await conform(await loadDesign('v5.10'), parseTable(text))).scenarios[0]!;

describe('the outcomes of a race', () => {
  it('are counted, and what the model allows besides is listed', async () => {
    const { race: found, differences, compared } = await conformed(race(17, OLD) + race(23, NEW));
    expect([differences, compared]).toEqual([[], 2]);
    expect(found!.runs).toBe(40);
    expect(found!.seen).toEqual([
      { outcome: 'returns 0; returns; faults 1; mtime moved; blocks 1', times: 17, allowed: true },
      {
        outcome: 'returns 85; returns; faults 1; mtime moved; blocks 1; a1 ro block, entry block',
        times: 23,
        allowed: true,
      },
    ]);
    // Mapped before write(2) copies, and found without its bytes.
    expect(found!.notSeen).toContain('returns 0; returns; faults 1; mtime moved; blocks 1; a1 ro block, entry block');
  });

  it('that the model does not allow are differences', async () => {
    const { race: found, differences } = await conformed(race(3, OLD.replace('p0=0/0', 'p0=0/7')));
    expect(found!.seen.map((s) => s.allowed)).toEqual([false]);
    expect(differences).toMatchObject([
      {
        what: 'outcome',
        kernel: 'returns 7; returns; faults 1; mtime moved; blocks 1',
        operation: 'par ld a 1 | write 1 1 0x55',
      },
    ]);
  });

  it('decide what may follow: a load after it sees the write', async () => {
    const load = (value: number): string =>
      `  ld a 1 | val=${value} min=1 m- c- | a1{D0/sn pt=rdAS xa=D0} | PF(0x4) ; pte_fault@1 ; done=NOPAGE\n`;
    expect((await conformed(race(1, OLD, load(85)))).differences).toEqual([]);
    expect((await conformed(race(1, OLD, load(0)))).differences).toMatchObject([
      { what: 'value', kernel: '0', model: '85' },
    ]);
  });

  it('allow a load to find the PTE cleared that fsync sets again', async () => {
    const text = `## ld-fsync\n${HOLE}  st a 1 3 | min=0 maj=1 m+ c+ blocks=+8 | a1{D0/sn pt=WDAS xa=D0+d} | PF(0x6) ; pte_fault[W]@1 ; done=NOPAGE
  par ld a 1 | fsync | p0=0/3 p1=0/-1 min=1 m- c- | a1{D0/sn pt=rdAS xa=D0} |\n`;
    expect((await conformed(text)).race!.seen).toMatchObject([{ allowed: true }]);
  });

  it('of two stores at once leave either byte', async () => {
    const two = (
      byte: number,
    ): string => `## st-st\n${HOLE}  par st a 1 5 | st a 1 6 | p0=0/-1 p1=0/-1 min=1 maj=1 m+ c+ blocks=+8 | a1{D0/sn pt=WDAS xa=D0+d} |
  ld a 1 | val=${byte} min=0 m- c- | a1{D0/sn pt=WDAS xa=D0+d} |\n`;
    expect((await conformed(two(5) + two(6))).differences).toEqual([]);
    expect((await conformed(two(9))).differences).toHaveLength(1);
  });
});

it('two sides of which one is no operation of the model are not compared', () => {
  const text = `## x\n${HOLE}  par falloc 0 4 | ld a 1 | p0=0/-1 p1=0/0 min=1 m- c- |  |\n`;
  expect(translate(parseTable(text).scenarios[0]!).operations.at(-1)!.notModelled).toContain('two sides at once');
});

it('a race on a machine that the design does not know is not compared', async () => {
  const table = parseTable(race(1, OLD));
  const { scenarios } = await conform(await loadDesign('v6.1'), table, parseConfig(['pte-special=off']));
  expect(scenarios).toMatchObject([{ compared: 0, differences: [] }]);
  expect(scenarios[0]!.notModelled).toContain('PTE_SPECIAL');
});

it('each pair of calls is run from each state of the page, with delays on both sides', () => {
  const script = raceScript(20);
  expect(new Set(script.match(/^S \S+/gm)).size).toBeGreaterThan(600);
  expect(script).toContain(
    'S dirty-st-fsync *2\ntrunc 2\nmmap a 0 2 shared rw\nst a 1 3\npar ~0 st a 1 5 | ~8000 fsync\n',
  );
  expect(
    raceScript(1, 'both-back-')
      .match(/^S \S+/gm)!
      .every((s) => s.startsWith('S both-back-')),
  ).toBe(true);
  // Each of them as often as is asked for.
  const runs = [...script.matchAll(/^S clean-ld-punch \*(\d+)$/gm)].map((m) => Number(m[1]));
  expect(runs.reduce((a, b) => a + b, 0)).toBe(20);
});

describe('a mapping that comes or goes on one side', () => {
  const par = (calls: string, outcome: string): string => `## gone\n${HOLE}  par ${calls} | ${outcome}\n`;

  it('munmap(2) is one operation for each page; what is accessed after it gets SIGSEGV, and the mapping is not looked at', async () => {
    const { scenario, race: found } = await conformed(
      par('munmap a | ld a 1', 'p0=0/-1 p1=-11000/-1 min=0 m- c- |  |'),
    );
    expect(scenario).toBe('a=hole, b=hole: munmap a; munmap b || load b');
    expect(found!.seen).toEqual([{ outcome: 'returns; SIGSEGV; mtime same; blocks 0', times: 1, allowed: true }]);
  });

  it('a call on what is not mapped any more has failed, of which the model does not tell', async () => {
    const { race: found } = await conformed(par('munmap a | dontneed a 1 1', 'p0=0/-1 p1=-12/-1 min=0 m- c- |  |'));
    expect(found!.seen).toMatchObject([{ outcome: 'returns; returns; faults 0; mtime same; blocks 0', allowed: true }]);
  });

  it('mmap(MAP_POPULATE) faults its pages in, one after the other; how many faults that were is not told', async () => {
    const zero = 'c0{Z/s pt=rdAS xa=Z} c1{Z/s pt=rdAS xa=Z} a0{. pt=- xa=Z} a1{. pt=- xa=Z}';
    const { scenario, race: found } = await conformed(
      par('mmap c 0 2 shared rw populate | fsync', `p0=0/-1 p1=0/-1 min=2 m- c- | ${zero} |`),
    );
    expect(scenario).toBe('a=hole, b=hole: [mm2] populate a; populate b || fsync');
    expect(found!.seen.map((s) => s.allowed)).toEqual([true]);
  });

  it('fallocate(2) makes its hole unwritten', async () => {
    const { scenario, differences } = await conformed(
      par('falloc 1 1 | fsync', 'p0=0/-1 p1=0/-1 min=0 m+ c+ blocks=+8 |  |'),
    );
    expect([scenario, differences]).toEqual(['a=hole, b=hole: fallocate b || fsync', []]);
  });
});

it('runs that went alike are one scenario with how often, whatever the delay and the blocks', () => {
  const run = (spin: number, block: string): string =>
    `S st-st\nO 0 | par ~${spin} st a 1 5 | st a 1 6 | rc=0 p0=0/-1 p1=0/-1 minflt=1/1 maj=1 mtime=MOVED ctime=MOVED us=9 | a1{${block}/sn pt=WDAS xa=${block}+d}\n  T daxt-1 [000] ..... 1.0: page_fault_user: address=0x1 ip=0x2 error_code=0x6\nE st-st us=1\n`;
  expect(raceTableOf(run(0, 'D8201') + run(2000, 'D8300'))).toBe(
    '## st-st *2\n  par st a 1 5 | st a 1 6     | p0=0/-1 p1=0/-1 min=1 maj=1 m+ c+ | a1{D0/sn pt=WDAS xa=D0+d} |\n',
  );
});

describe('calls on several pages', () => {
  it('are one operation of the model for each page, but one write(2) of several is one', async () => {
    const { scenario, differences } = await conformed(
      `## both\n${HOLE}  par writev 0 2 0x55 | ld a 1 | p0=8192/-1 p1=0/85 min=1 m+ c+ blocks=+16 | a0{. pt=- xa=-} a1{D0/sn pt=rdAS xa=D0} |\n`,
    );
    expect([scenario, differences]).toEqual(['a=hole, b=hole: write a+b || load b', []]);
    const each = await conformed(
      `## both\n${HOLE}  par write 0 2 0x55 | ld a 1 | p0=8192/-1 p1=0/85 min=1 m+ c+ blocks=+16 | a0{. pt=- xa=-} a1{D0/sn pt=rdAS xa=D0} |\n`,
    );
    expect([each.scenario, each.differences]).toEqual(['a=hole, b=hole: write a; write b || load b', []]);
  });

  it('on 2 MiB are on the pages that are looked at and on one that stands for all others', async () => {
    const block = 'a0{D1000/sn pt=2MWDA xa=D10002M+d} a1{D1001/sn pt=2MWDA xa=D10002M+d}';
    const {
      scenario,
      differences,
      race: found,
    } = await conformed(`## huge
  trunc 2m | min=0 m+ c+ size=2097152 |  |
  mmap a 0 2m shared rw al2m | min=0 m- c- |  |
  par dontneed a 0 2m | st a 1 5 | p0=0/-1 p1=0/-1 min=1 m+ c+ blocks=+4096 | ${block} |
  read 0 | rc=1 val=0 min=0 m- c- | ${block} |
`);
    expect([scenario, differences]).toEqual([
      'a=hole, b=hole, c=hole: dontneed a; dontneed b; dontneed c || store b || read a',
      [],
    ]);
    const mapped = '2 MiB rw block dirty, entry 2 MiB block, DIRTY';
    expect(found!.seen).toEqual([
      {
        outcome: `returns; returns; faults 1; mtime moved; blocks 512; a0 ${mapped}; a1 ${mapped}`,
        times: 1,
        allowed: true,
      },
    ]);
  });
});

it('blocks of 2 MiB keep their distances in a table, and others do not matter', () => {
  const run = (huge: number, block: string): string =>
    `S st\nO 0 | par st a 1 5 | punch 2 1 | rc=0 p0=0/-1 p1=0/-1 minflt=1/1 maj=0 mtime=MOVED ctime=MOVED us=9 | a1{D${(huge + 1).toString(16)}/sn pt=2MWDA xa=D${huge.toString(16)}2M+d} a2{D${block}/sn pt=WDAS xa=D${block}}\nE st us=1\n`;
  expect(raceTableOf(run(0x8400, '9123') + run(0x8600, '8123'))).toBe(
    '## st *2\n  par st a 1 5 | punch 2 1    | p0=0/-1 p1=0/-1 min=1 m+ c+ | a1{D1001/sn pt=2MWDA xa=D10002M+d} a2{D0/sn pt=WDAS xa=D0} |\n',
  );
});

describe('a side', () => {
  it('makes its calls one after the other, up to a signal', async () => {
    const cut = (left: string): string =>
      `## cut\n${HOLE}  par st a 1 5 ; ld a 1 | trunc 1 | ${left} p1=0/-1 min=0 maj=1 m+ c+ size=4096 |  |\n`;
    const done = await conformed(cut('p0=0/-1,0/5'));
    expect([done.differences, done.scenario]).toEqual([[], 'a=hole, b=hole: store b; load b || truncate b']);
    expect((await conformed(cut('p0=0/-1,-7000/-1'))).differences).toEqual([]);
    expect((await conformed(cut('p0=-7000/-1,0/5'))).differences).toHaveLength(1);
  });

  it('may be a child that is forked for it, whose faults are not told', async () => {
    const text = `## fork\n${HOLE}  par child ld a 1 | st a 1 5 | p0=0/5 p1=0/-1 min=11 maj=1 m+ c+ blocks=+8 | a1{D0/sn pt=WDAS xa=D0+d} |\n`;
    const { differences, scenario } = await conformed(text);
    expect([differences, scenario]).toEqual([[], 'a=hole, b=hole: fork; load b; exit || store b']);
  });

  it('may be another process, with an address space of its own', async () => {
    const text = `## other\n${HOLE}  mmap b 0 2 shared rw other | min=0 m- c- |  |
  par st a 1 5 | ld b 1 | p0=0/-1 p1=0/5 min=1 maj=1 m+ c+ blocks=+8 | a1{D0/sn pt=WDAS xa=D0+d} b1{D0/sn pt=rdAS xa=D0+d} |\n`;
    const { differences, scenario } = await conformed(text);
    expect([differences, scenario]).toEqual([[], 'a=hole, b=hole: store b || [mm6] load b']);
  });
});

describe('an outcome that the design has only with attempts at a PMD', () => {
  const munmapped = (store: string, before = '') => `## munmap-st *3
${HOLE}${before}  par munmap a | st a 1 5 | ${store} |  |
## munmap-st *2
${HOLE}${before}  par munmap a | st a 1 5 | p0=0/-1 p1=-11000/-1 min=0 m- c- |  |
`;
  // Under the lock of the VMA ->huge_fault updates the times and falls back; then the VMA is gone.
  const TIMES = 'p0=0/-1 p1=-11000/-1 min=0 m+ c+';
  const beside = async (id: string, text: string) =>
    (await conform(await loadDesign(id), parseTable(text))).scenarios[0]!;

  it.each(['v6.12', 'v7.2'])(
    '%s: is asked for with thp=on before it is called not allowed, and is told apart',
    async (id) => {
      const { race: found, differences } = await beside(id, munmapped(TIMES));
      expect(differences).toEqual([]);
      expect(found!.seen).toEqual([
        { outcome: 'returns; SIGSEGV; mtime moved; blocks 0', times: 3, allowed: true, thp: 'on' },
        { outcome: 'returns; SIGSEGV; mtime same; blocks 0', times: 2, allowed: true },
      ]);
      expect(found!.notSeen).not.toContain('returns; SIGSEGV; mtime moved; blocks 0');
    },
  );

  it.each(['v5.10', 'v6.1'])('%s has no such lock, and does not have it at all', async (id) => {
    const { race: found, differences } = await beside(id, munmapped(TIMES));
    expect(differences).toMatchObject([{ kernel: 'returns; SIGSEGV; mtime moved; blocks 0' }]);
    expect(found!.seen.map((s) => s.allowed)).toEqual([false, true]);
  });

  it('is not asked for where the mapping has MADV_NOHUGEPAGE, or what neither has', async () => {
    const no = await beside('v6.12', munmapped(TIMES, '  nohuge a | min=0 m- c- |  |\n'));
    expect(no.differences).toHaveLength(1);
    const both = await beside('v6.12', munmapped(`${TIMES} blocks=+16`));
    expect(both.differences).toHaveLength(1);
  });
});
