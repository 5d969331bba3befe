/** What is listed as known to differ: the variation of the design that has the cause does what the kernel did. */
import { describe, expect, it } from 'vitest';
import { conform } from '../../conform/conform.ts';
import { parseTable } from '../../conform/table.ts';
import { recordedRaces } from '../../lab/conformance/races.ts';
import { parseConfig } from '../../model/config.ts';
import { loadDesign } from '../../verify/registry.ts';

/** What differed while a write(2) of the model was of one page. */
describe('one write(2) of several pages, whose blocks are there before they are filled', () => {
  it.each([
    [
      'linux-6.1.192-xfs.txt',
      'both-back-hole-writev-ld+ld',
      'a0 none, entry block, DIRTY; a1 none, entry block, DIRTY',
    ],
    [
      'linux-6.1.192-xfs.txt',
      'both-back-hole-writev-st+st',
      'a0 none, entry block, DIRTY; a1 none, entry block, DIRTY',
    ],
    ['linux-6.12.117-xfs.txt', 'huge-all-zero-writev-ld', 'a0 2 MiB ro block, entry 2 MiB block'],
    ['linux-7.2.12-ext4.txt', 'huge-all-zero-writev-ld', 'a0 2 MiB ro block, entry 2 MiB block'],
  ])('%s %s: what the kernel came to is admitted', async (name, pair, outcome) => {
    const { table } = recordedRaces().find((r) => r.name === name)!;
    const some = table.scenarios.filter((s) => s.name === pair);
    const design = await loadDesign(table.facts.design!);
    const { scenarios } = await conform(design, { ...table, scenarios: some }, parseConfig([`fs=${table.facts.fs}`]));
    expect(scenarios.flatMap((s) => s.differences)).toEqual([]);
    expect(scenarios.flatMap((s) => s.race!.seen.map((o) => o.outcome))).toContainEqual(
      expect.stringContaining(outcome),
    );
    // One write(2) for each page does not come to it.
    const each = some.map((s) => ({
      ...s,
      operations: s.operations.map((o) => ({ ...o, words: o.words.map((w) => (w === 'writev' ? 'write' : w)) })),
    }));
    const twice = await conform(design, { ...table, scenarios: each }, parseConfig([`fs=${table.facts.fs}`]));
    expect(twice.scenarios.flatMap((s) => s.differences.map((d) => d.kernel))).toContainEqual(
      expect.stringContaining(outcome),
    );
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
