/** The command line on the real checker: what is printed of real designs, not which verdicts they have. */
import { describe, expect, it } from 'vitest';
import { TOPICS } from '../cli/topics.ts';
import { captured } from './cli-fixtures.ts';

const DESIGN = 'zero-page-v3';
const LOAD_STORE = ['verify', DESIGN, '--scenario', 'a=block: load a; store a'];

describe('the command line on the real checker', () => {
  it('verifies a design and prints the bounds of what holds', async () => {
    const { code, out, err } = await captured([...LOAD_STORE, '--property', 'writable-implies-dirty']);
    expect(err).toBe('');
    expect(out).toContain(
      'writable-implies-dirty  holds: 1 process, 1 address space, 1 page, default config, sequentially consistent, no errors injected\n',
    );
    expect(code).toBe(0);
  });

  it('shows a counterexample with functions of the kernel, its steps and the damage', async () => {
    const argv = ['verify', 'zero-page-v3-no-handler', ...LOAD_STORE.slice(2), '--property', 'writable-implies-dirty'];
    const { code, out } = await captured(argv);
    expect(code).toBe(1);
    expect(out).toMatch(/^ {5}T0: load a; store a$/m);
    expect(out).toMatch(/^ {7}do_page_fault\(\)$/m);
    expect(out).toMatch(/^ +\/\/ pte\[mm1\]\.a: none -> ro blk\.a$/m);
    expect(out).toMatch(/\[\*\]$/m);
    expect(out).toMatch(/^ \*\*\* writable-implies-dirty violated: [^*]* \*\*\*$/m);
  });

  it('prints the same again, but for times and memory', async () => {
    const argv = ['verify', 'v4.0', '--scenario', 'load-store', '--scenario', 'store-fsync'];
    const stable = (text: string) => text.replace(/[\d.]+ s, [\d.]+ [KMG]iB at most|sec=[\d.]+|\d+\.\d\d {2}/g, '…');
    const [first, second] = [await captured(argv), await captured(argv)];
    expect(stable(first.out)).toBe(stable(second.out));
  });

  it('says unknown, not holds, where a limit ends the search', async () => {
    const argv = ['verify', DESIGN, '--scenario', 'store-store', '--max-states', '50', '--json'];
    const { code, out } = await captured(argv);
    const [run] = JSON.parse(out).runs;
    expect(run.complete).toBe(false);
    expect(new Set(run.properties.map((p: { verdict: string }) => p.verdict))).toEqual(new Set(['unknown']));
    expect(code).toBe(3);
  });

  it.each(['packed', 'interpreter'])('ends at a small budget of memory, by the %s engine', async (engine) => {
    const scenario = 'a=hole: load a; store a; fsync || write a; fsync || store a';
    const asked = ['verify', DESIGN, '--scenario', scenario, '--property', 'no-deadlock', '--engine', engine];
    const { code, out } = await captured([...asked, '--max-memory', '1M']);
    expect(out).toContain('NOT complete');
    expect(out).toContain('no-deadlock  unknown');
    expect(out.replace(/\s+/g, ' ')).toMatch(
      /ended by --max-memory.* with [\d,]+ states left to expand; every run of at most/,
    );
    expect(code).toBe(3);
  });

  it('says the same of a violation with reductions, but for what takes all states', async () => {
    const result = async (...reduce: string[]) => {
      const asked = [
        'verify',
        DESIGN,
        '--scenario',
        'store-fsync',
        '--property',
        'fsync-durable',
        '--property',
        'no-warn',
      ];
      const { out, code } = await captured([...asked, ...reduce, '--json']);
      const [{ properties, reduced }] = JSON.parse(out).runs;
      const told = properties.map(({ reading, ...rest }: { reading?: { switches: number } }) => [
        rest,
        reading?.switches,
      ]);
      return { code, told, reduced };
    };
    const { reduced, ...with_ } = await result('--reduce', 'merge,por');
    const plain = await result();
    expect(with_).toEqual({ code: plain.code, told: plain.told });
    expect(reduced).toMatchObject({ by: ['merge', 'por'] });
    expect(plain.reduced).toBeUndefined();
  });

  it('has the same result from both engines', async () => {
    const result = async (engine: string) => {
      const { out } = await captured([...LOAD_STORE, '--engine', engine, '--json']);
      const { seconds, peakBytes, ...run } = JSON.parse(out).runs[0];
      return run;
    };
    expect(await result('interpreter')).toEqual(await result('packed'));
  });

  it('explores the bare model without monitors, with as many states at most', async () => {
    const states = async (...more: string[]) =>
      JSON.parse((await captured([...LOAD_STORE, '--json', ...more])).out).runs[0].states;
    expect(await states('--property', 'none')).toBeLessThanOrEqual(await states());
  });

  it('covers: names functions of the path that were not taken', async () => {
    const { out } = await captured([...LOAD_STORE, '--coverage', '--quiet']);
    expect(out).toMatch(/^Coverage of zero-page-v3 over 1 run: \d+ of \d+ alternatives taken/m);
    expect(out).toMatch(/^ {4}handle_pte_fault\(\)$/m);
  });

  it('leaves out what the config does not have, where nobody named it', async () => {
    const asked = ['verify', 'v4.14', '--config', 'fs=ext2', '--property', 'no-deadlock', '--quiet'];
    const { code, out, err } = await captured(asked);
    expect(out).not.toContain('store-punch');
    expect(out).toContain('store-truncate');
    expect(code).toBe(0);
    expect((await captured(asked.slice(0, -1))).err).toBe('not run, as not supported with fs=ext2: store-punch\n');
    expect(err).toBe('');
  });

  it('covers: counts what the scenarios of coverage take that the design has', async () => {
    const { code, out, err } = await captured(['verify', 'v4.0', '--coverage', '--quiet']);
    expect(err).toBe('');
    expect(code).toBe(0);
    expect(out).toMatch(/^Coverage of v4\.0 over 11 runs: \d+ of \d+ alternatives taken, \d+ by another scenario/m);
  }, 60_000);

  it('lists every topic', async () => {
    for (const topic of TOPICS) {
      const { code, out } = await captured(['list', topic]);
      expect(code).toBe(0);
      expect(out.split('\n').length).toBeGreaterThan(3);
    }
  });

  it('refuses a file that is no design', async () => {
    const { code, err } = await captured(['verify', './no-such-design.ts']);
    expect(code).toBe(2);
    expect(err).toMatch(/^E_DESIGN_FILE \(\.\/no-such-design\.ts\): /);
  });
});
