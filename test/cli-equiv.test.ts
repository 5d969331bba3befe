/** `faultline equiv` on the real checker. */
import { describe, expect, it } from 'vitest';
import { captured, type Ran } from './cli-fixtures.ts';

const equiv = (...argv: string[]): Promise<Ran> => captured(['equiv', ...argv]);
const within = (text: string): string => text.replace(/\s+/g, ' ');

describe('two designs', () => {
  it('that look the same: exit 0, and what was proved', async () => {
    const { code, out, err } = await equiv('v4.14', 'zero-page-v3', '--scenario', 'load-store');
    expect([code, err]).toEqual([0, '']);
    expect(out.match(/same \(branching bisimilar\)/g)).toHaveLength(2);
    // Wherever the line breaks.
    expect(out.replace(/\s+/g, ' ')).toContain('sequentially consistent');
  });

  it('that show the same though they choose at other points are the same by their traces', async () => {
    const { code, out } = await equiv('zero-page-v2', 'vmf-insert-pfn', '--scenario', 'store-write');
    expect(code).toBe(0);
    expect(out).toContain('same (the same traces)');
  });

  it('that differ: exit 1, the shortest run of one, and what the other can do there', async () => {
    const { code, out } = await equiv('v4.14', 'zero-page-v3', '--scenario', 'store-write');
    expect(code).toBe(1);
    expect(out).toContain('different: zero-page-v3 can, in 34 steps');
    expect(within(out)).toContain(
      '*** seen at [*]: pte[mm1].a: ro zero -> rw zero dirty. After the same, v4.14 can show only: pte[mm1].a: ro zero -> none ***',
    );
    expect(Math.max(...out.split('\n').map((l) => l.length))).toBeLessThanOrEqual(100);
  });

  it('have the same verdict and run length in either order', async () => {
    const { code, out } = await equiv('zero-page-v3', 'v4.14', '--scenario', 'store-write');
    expect(code).toBe(1);
    expect(out).toContain('different: zero-page-v3 can, in 34 steps');
  });

  it('of different eras: what only one of them has is not looked at', async () => {
    const { out } = await equiv('v4.12', 'v4.14', '--scenario', 'a=hole: load a', '--observe', 'times');
    expect(out).toContain('same (branching bisimilar)');
    expect(within(out)).toContain('Not looked at, as only v4.12 has it: page.a.0, PG_locked[page.a.0], page.a.1');
    expect(within(out)).toContain('Not looked at, as only v4.14 has it: zero');
  });

  it('of which one maps a page and one the zero page for a hole differ by the PTE, not by the translation', async () => {
    const scenario = ['--scenario', 'a=hole: load a'];
    expect((await equiv('v4.12', 'v4.14', ...scenario)).code).toBe(1);
    expect((await equiv('v4.12', 'v4.14', ...scenario, '--observe', 'translation,results')).code).toBe(0);
  });

  it('are compared by what their runs end with alone, if that is asked', async () => {
    const scenario = ['--scenario', 'a=block: store a; fsync || store a; fsync'];
    expect((await equiv('v5.10', 'v4.14', ...scenario, '--observe', 'ends,media')).code).toBe(0);
    const tags = await equiv('v5.10', 'v4.14', ...scenario, '--observe', 'ends,tags');
    expect(tags.code).toBe(1);
    expect(within(tags.out)).toContain('*** the run is over (every process has finished: entry.a: TOWRITE).');
  });

  it('can be seen on the way by one thing, and at the end by another', async () => {
    const scenario = ['--scenario', 'a=hole: load a || write a'];
    // v4.12 maps a page for the hole, and write(2) takes it away.
    const onTheWay = await equiv('v4.12', 'v4.14', ...scenario, '--observe', 'results,translation');
    expect(onTheWay.code).toBe(1);
    const atEnd = await equiv('v4.12', 'v4.14', ...scenario, '--observe', 'results,translation@end');
    expect(within(atEnd.out)).toContain('to an observer of: results, translation@end');
  });

  it('as a program sees them: "user" is a name for several', async () => {
    const { out } = await equiv('v4.14', 'zero-page-v3', '--scenario', 'load-store', '--observe', 'user');
    expect(within(out)).toContain('to an observer of: file@end, media@end, results, times');
    expect(out.match(/same \(branching bisimilar\)/g)).toHaveLength(2);
  });

  it('are looked at in all default scenarios that both have', async () => {
    const { out } = await equiv('v4.0', 'v4.0', '--quiet');
    expect(out.match(/^a=.*same \(branching bisimilar\)/gm)).toHaveLength(11);
    expect(out).toMatch(/Done\. runs=11 /);
  });
});

describe('the object of --json', () => {
  const scenario = ['--scenario', 'store-write', '--json'];
  it('has the verdict, and the run with what replays it', async () => {
    const { code, out } = await equiv('v4.14', 'zero-page-v3', ...scenario);
    expect(code).toBe(1);
    const result = JSON.parse(out);
    expect(result).toMatchObject({
      schema: 'faultline.equiv/1',
      designs: ['v4.14', 'zero-page-v3'],
      runs: [
        {
          scenario: 'a=hole: load a; store a || write a',
          name: 'store-write',
          observed: ['page', 'pte', 'tags', 'times'],
          verdict: 'different',
          difference: {
            design: 'zero-page-v3',
            other: 'v4.14',
            length: 34,
            last: 'pte[mm1].a: ro zero -> rw zero dirty',
          },
        },
      ],
    });
    expect(result.runs[0].difference.run).toHaveLength(34);
  });

  it('is the same twice', async () => {
    expect((await equiv('v4.14', 'zero-page-v3', ...scenario)).out).toBe(
      (await equiv('v4.14', 'zero-page-v3', ...scenario)).out,
    );
  });
});

describe('what is refused', () => {
  it.each([
    ['one design', ['v4.14'], 'missing required argument'],
    ['an unknown design', ['v4.14', 'v4.15'], 'there is no design "v4.15"'],
    ['an unknown observable', ['v4.14', 'v4.12', '--observe', 'ptes'], 'Did you mean'],
    ['an unknown observable at the end', ['v4.14', 'v4.12', '--observe', 'ptes@end'], 'Did you mean'],
    ['no observable', ['v4.14', 'v4.12', '--observe', ''], '--observe without a name'],
    ['an unknown config', ['v4.14', 'v4.12', '--config', 'x=1'], 'there is no config "x"'],
  ])('%s: exit 2', async (_, argv, message) => {
    const { code, out, err } = await equiv(...argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });

  it('a config that one of the designs does not have: said once, exit 2, and not "the same everywhere"', async () => {
    const { code, out, err } = await equiv('v4.0', 'v6.12', '--config', 'thp=on');
    expect(code).toBe(2);
    expect(err.match(/E_UNSUPPORTED: v4\.0 has no PMD faults/g)).toHaveLength(1);
    expect(out).toContain('Exit code 2: 11 runs did not come about');
  });

  it('a scenario that the config does not have is left out, and named', async () => {
    const { out, err } = await equiv('v4.9', 'v4.9', '--config', 'fs=ext2', '--max-states', '50');
    expect(err).toBe('not run, as not supported with fs=ext2: store-punch\n');
    expect(out).not.toContain('punch');
    const json = await equiv('v4.9', 'v4.9', '--config', 'fs=ext2', '--max-states', '50', '--json');
    expect(JSON.parse(json.out)).toMatchObject({ notRun: ['a=block: load a; store a || punch a'] });
  });

  it('a limit makes the verdict unknown: exit 3', async () => {
    const { code, out } = await equiv('v4.14', 'zero-page-v3', '--scenario', 'store-write', '--max-states', '100');
    expect(code).toBe(3);
    expect(out).toContain('unknown: a limit was hit');
  });
});
