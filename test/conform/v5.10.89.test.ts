/** v5.10 is the longterm 5.10 as it runs today; up to 5.10.112 fallocate(2) on ext4 set the times where it changed something. */
import { describe, expect, it } from 'vitest';
import { conform } from '../../conform/conform.ts';
import type { Conformance } from '../../conform/conformance.ts';
import { recordedTables } from '../../conform/recorded.ts';
import { judgedRaces, recordedRaces } from '../../lab/conformance/races.ts';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import v510 from '../../model/designs/v5.10.ts';
import { verify } from '../../verify/verify.ts';
import v51089 from '../variations/v5.10.89.ts';

const mtimes = async (design: Design, text: string, ...settings: string[]): Promise<string[]> => {
  const run = await verify(design, text, { config: parseConfig(settings), properties: [] });
  return [...new Set(run.ends().map((end) => /"mtime":"(\w+)"/.exec(end)?.[1] ?? end))];
};

describe('preallocation', () => {
  it.each(['hole', 'block', 'unwritten'])(
    'of a page that is %s updates the mtime on ext4 since 5.10.113',
    async (state) => {
      const text = `a=${state}: fallocate a`;
      expect([await mtimes(v510, text), await mtimes(v51089, text)]).toEqual([['new'], ['old']]);
    },
  );

  it.each(['fallocate a', 'zero a', 'punch a'])('on XFS, and %s, updated it before as well', async (call) => {
    for (const design of [v510, v51089])
      expect([design.id, await mtimes(design, `a=hole: ${call}`, 'fs=xfs')]).toEqual([design.id, ['new']]);
  });
});

describe('beside 5.10.262 on ext4', () => {
  const beside = async (design: Design, of: 'operations' | 'races'): Promise<Conformance> => {
    const files = of === 'operations' ? recordedTables() : recordedRaces();
    const { table } = files.find((t) => t.name === 'linux-5.10.262-ext4.txt')!;
    const some =
      of === 'operations' ? table.scenarios : table.scenarios.filter((s) => /^fallocate-\w+-falloc-/.test(s.name));
    return conform(design, { ...table, scenarios: some }, parseConfig(['fs=ext4']));
  };
  const differences = ({ scenarios }: Conformance) => scenarios.flatMap((s) => s.differences);

  it('v5.10 does what it did', async () => {
    expect(differences(await beside(v510, 'operations'))).toEqual([]);
  });

  it('5.10.89 leaves the mtime alone where it moved', async () => {
    const found = differences(await beside(v51089, 'operations'));
    expect(found.map(({ operation, what, kernel, model }) => [operation.split(' ')[0], what, kernel, model])).toEqual([
      ['falloc', 'mtime', 'moved', 'same'],
    ]);
  });

  it('v5.10 has every outcome that preallocation beside another call came to; 26 of them 5.10.89 does not have', async () => {
    const race = await beside(v510, 'races');
    expect(race.scenarios.flatMap((s) => s.race!.seen).length).toBeGreaterThan(40);
    expect(differences(race)).toEqual([]);
    expect(differences(await beside(v51089, 'races'))).toHaveLength(26);
  });

  it('nothing of what was judged is explained by the release', () => {
    const { known } = judgedRaces().find((j) => j.table === 'linux-5.10.262-ext4.txt')!;
    expect(Object.keys(known).filter((title) => /mtime/.test(title))).toEqual([]);
  });
});
