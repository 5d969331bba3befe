/** What is listed as known to differ: the variation of the design that has the cause does what the kernel did. */
import { describe, expect, it } from 'vitest';
import { conform } from '../../conform/conform.ts';
import { ModelRun } from '../../conform/model-run.ts';
import { parseTable } from '../../conform/table.ts';
import { translate } from '../../conform/translate.ts';
import { parseConfig } from '../../model/config.ts';
import { loadDesign } from '../../verify/registry.ts';

describe('a load beside a write(2) of all of a range, which has one page', () => {
  const recorded = parseTable(`# kernel: any
# design: any
## write-ld *1
  trunc 1                    | min=0 m+ c+ size=4096 |  |
  mmap a 0 1 shared rw       | min=0 m- c- |  |
  ld a 0                     | val=0 min=1 m- c- |  |
  par write 0 1 0x55 | ld a 0 | p0=4096/-1 p1=0/0 min=1 m+ c+ |  |
`);
  const translated = { ...translate(recorded.scenarios[0]!), huge: true };

  it.each(['v5.10', 'v6.1', 'v6.12', 'v7.2'])('%s: may map its block by a PMD before it is filled', async (id) => {
    const run = await ModelRun.of(await loadDesign(id), translated, parseConfig([]));
    if (typeof run === 'string') throw new Error(run);
    for (const o of translated.operations.slice(0, -1)) run.perform(o);
    const outcomes = run.race(translated.operations.at(-1)!).map((r) => r.outcome);
    const found = outcomes.filter((o) => o.pages.get('a0')?.mapped === '2 MiB ro block');
    expect(found.flatMap((o) => o.sides[1]![0]!.values)).toContain(0);
  });
});

describe('accesses of two pages beside a write(2) of both', () => {
  const recorded = (first: number, second: number) =>
    parseTable(`# kernel: any
# design: v6.1
## both-hole-writev-ld+ld *1
  trunc 2                    | min=0 m+ c+ size=8192 |  |
  mmap a 0 2 shared rw       | min=0 m- c- |  |
  par writev 0 2 0x55 | ld a ${first} ; ld a ${second} | p0=8192/-1 p1=0/0,0/0 min=2 m+ c+ blocks=+16 | a0{. pt=- xa=D0+d} a1{. pt=- xa=D1+d} |
`);

  it('are unmapped again from the first to the second; the other way round one write(2) for each page does not', async () => {
    const design = await loadDesign('v6.1');
    const differing = async (first: number, second: number): Promise<number> =>
      (await conform(design, recorded(first, second), parseConfig(['fs=xfs']))).scenarios[0]!.differences.length;
    expect([await differing(0, 1), await differing(1, 0)]).toEqual([0, 1]);
  });
});

/** From the log of 6.12.117 on ext4; XFS of 6.12.117 logs nothing for a hole that is punched. */
const LOGGED = `# kernel: Linux 6.12.117
# design: v6.12
## punch-hole
  write 0 4 9                 | rc=16384 min=0 m+ c+ blocks=+32 size=16384 |  |
  punch 3 1                   | min=0 m+ c+ blocks=-8 |  |
  fsync                       | min=0 m- c- |  |
  mmap a 0 4 shared rw sync   | min=0 m- c- |  |
  punch 3 1                   | min=0 m+ c+ |  |
  st a 1 5                    | min=1 m+ c+ | a1{D8202/sn pt=WDAS xa=D8202+d} | PF(0x6) ; pte_fault[W]@1 ; done=NEEDDSYNC ; insert_pfn_mkwrite
## falloc-there
  write 0 4 9                 | rc=16384 min=0 m+ c+ blocks=+32 size=16384 |  |
  fsync                       | min=0 m- c- |  |
  mmap a 0 4 shared rw sync   | min=0 m- c- |  |
  falloc 1 1                  | min=0 m+ c+ |  |
  st a 1 5                    | min=1 m+ c+ | a1{D8206/sn pt=WDAS xa=D8206+d} | PF(0x6) ; pte_fault[W]@1 ; done=NEEDDSYNC ; insert_pfn_mkwrite
## overwrite
  write 0 4 9                 | rc=16384 min=0 m+ c+ blocks=+32 size=16384 |  |
  fsync                       | min=0 m- c- |  |
  mmap a 0 4 shared rw sync   | min=0 m- c- |  |
  write 1 1 7                 | rc=4096 min=0 m+ c+ |  |
  st a 2 5                    | min=1 m+ c+ | a2{D820b/sn pt=WDAS xa=D820b+d} | PF(0x6) ; pte_fault[W]@2 ; done=NOPAGE
`;

describe('a store through MAP_SYNC', () => {
  it('waits for what fallocate(2) has logged, though no block has come or gone', async () => {
    const { scenarios } = await conform(await loadDesign('v6.12'), parseTable(LOGGED));
    expect(scenarios.map((s) => [s.name, s.differences])).toEqual([
      ['punch-hole', []],
      ['falloc-there', []],
      ['overwrite', []],
    ]);
  });

  it('on XFS not for a hole that was punched', async () => {
    const { scenarios } = await conform(await loadDesign('v6.12'), parseTable(LOGGED), parseConfig(['fs=xfs']));
    const [differs] = scenarios[0]!.differences;
    expect(differs).toMatchObject({ what: 'events', model: 'PF(0x6); pte_fault[W]@1; done=NOPAGE' });
    expect(scenarios.slice(1).flatMap((s) => s.differences)).toEqual([]);
  });
});
