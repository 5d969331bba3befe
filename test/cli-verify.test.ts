import { cpus } from 'node:os';
import { describe, expect, it } from 'vitest';
import { TOPICS } from '../cli/topics.ts';
import { FaultlineError } from '../explorer/errors.ts';
import { SCENARIOS } from '../model/scenarios.ts';
import type { VerifyOptions } from '../verify/index.ts';
import { type Box, boxed, captured } from './cli-fixtures.ts';

const TEXTS = Object.values(SCENARIOS).flat();

/** What the checker is asked to do. */
async function asked(...argv: readonly string[]) {
  const calls: { design: string; scenario: string; options: VerifyOptions }[] = [];
  const ran = await boxed(['verify', ...argv], {
    judge: (design, scenario, options) => {
      calls.push({ design, scenario, options });
      return { p: 'holds', q: 'holds' };
    },
  });
  return { ...ran, calls };
}
const runs = async (...argv: readonly string[]) => (await asked(...argv)).calls.map((c) => `${c.design} ${c.scenario}`);

describe('verify explores', () => {
  it('all designs in all default scenarios', async () => {
    const want = ['d1', 'd2', 'zero-page-v3'].flatMap((d) => TEXTS.map((text) => `${d} ${text}`));
    expect(await runs()).toEqual(want);
  });
  it('a design in the default scenarios', async () => {
    expect(await runs('d2')).toEqual(TEXTS.map((text) => `d2 ${text}`));
  });
  it('all designs in a scenario that is named', async () => {
    const [text] = SCENARIOS['three-two']!;
    expect(await runs('--scenario', 'three-two')).toEqual(['d1', 'd2', 'zero-page-v3'].map((d) => `${d} ${text}`));
  });
  it('all texts of a name', async () => {
    expect(await runs('d1', '--scenario', 'load-store')).toHaveLength(2);
  });
  it('texts, also a lone operation without page', async () => {
    expect(await runs('d1', '--scenario', 'fsync', '--scenario', 'load a')).toEqual(['d1 fsync', 'd1 load a']);
  });
  it('nothing twice', async () => {
    const [text] = SCENARIOS['store-store']!;
    expect(await runs('d1', 'd1', '--scenario', 'store-store', '--scenario', text!)).toHaveLength(1);
  });
  it('nothing if one of several scenarios is wrong', async () => {
    expect(await runs('d1', '--scenario', 'load a', '--scenario', 'load')).toEqual([]);
  });
});

describe('verify hands on', () => {
  const options = async (...argv: readonly string[]) =>
    (await asked('d1', '--scenario', 'load a', ...argv)).calls[0]!.options;

  it('engine, config and limits', async () => {
    const got = await options(
      ...[
        '--engine',
        'interpreter',
        '--config',
        'block-reuse=none',
        '--max-states',
        '2M',
        '--max-memory',
        '1.5G',
        '--stop',
      ],
    );
    expect(got).toMatchObject({
      engine: 'interpreter',
      config: { 'block-reuse': 'none', tlb: 'off' },
      maxStates: 2e6,
      maxBytes: 1.5 * 2 ** 30,
      stop: true,
    });
  });
  it('reductions, in one order whatever the order given', async () => {
    expect((await options('--reduce', 'por, merge')).reduce).toEqual({ merge: true, por: true });
    expect((await options('--reduce', 'all')).reduce).toEqual({ merge: true, symmetry: true, por: true });
    expect(await options('--reduce', 'none')).not.toHaveProperty('reduce');
  });
  it('workers, up to the number of cores', async () => {
    expect(await options('--workers', '1')).not.toHaveProperty('workers');
    const most = cpus().length;
    if (most > 1) expect((await options('--workers', String(most))).workers).toBe(most);
  });
  it('no limits by default, and the packed engine', async () => {
    const got = await options();
    expect(got).toMatchObject({ engine: 'packed', stop: false });
    expect(got).not.toHaveProperty('maxStates');
    expect(got).not.toHaveProperty('reduce');
    expect(got).not.toHaveProperty('workers');
    expect(got).not.toHaveProperty('maxBytes');
    expect(got).not.toHaveProperty('properties');
  });
  it('properties: those named, and none for the bare model', async () => {
    expect((await options('--property', 'q')).properties).toEqual(['q']);
    expect((await options('--property', 'none')).properties).toEqual([]);
  });
});

describe('verify prints', () => {
  const scenario = ['--scenario', 'a=hole: store a'];

  it('the bounds behind every holds', async () => {
    const { out } = await boxed(['verify', 'd1', ...scenario]);
    const lines = out.split('\n').filter((l) => l.includes('holds'));
    expect(lines).toHaveLength(2);
    for (const line of lines) {
      expect(line).toMatch(
        /^ {2}[pq] {2}holds: 1 process, 1 address space, 1 page, default config, sequentially consistent, no errors injected$/,
      );
    }
  });
  it('a block with figures and verdicts, then the counterexample, then the totals', async () => {
    const { out } = await boxed(['verify', 'd1', ...scenario], { judge: () => ({ p: 1, q: 'vacuous' }) });
    expect(out.replace(/sec=[\d.]+/, 'sec=0')).toBe(`d1: a=hole: store a
  1,200 states, 3,400 transitions, depth 12, complete, 0.50 s, 3.0 MiB at most
  p  violated in 1 step: the block is free
  q  vacuous: its premise never happened

d1 violates p in "a=hole: store a", shortest run: 1 step

     T0: store a
     -----------
     store a
  1    store a [*]

 *** p violated: the block is free ***

Exit code 1: violated: p.
Exit code 1: vacuous: q. The premise never happened in this run, so that nothing was checked: choose
  a scenario in which it does, or accept it with --allow-vacuous.

Done. runs=1 states=1200 transitions=3400 sec=0
`);
  });
  it('for several runs a table of figures, and a matrix by scenario or by design', async () => {
    const single = (await boxed(['verify', 'd1', '--scenario', 'load-store', '--scenario', 'store a'])).out;
    expect(single).toMatch(/^design {2}name {8}states {2}transitions/m);
    expect(single).toMatch(/^d1 in {16}p {6}q$/m);
    expect(single).toMatch(/^load-store, a=hole {3}holds {2}holds$/m);
    expect(single).toMatch(/^store a {14}holds {2}holds$/m);
    const several = (await boxed(['verify', 'd1', 'd2', '--scenario', 'store a'])).out;
    expect(several).toMatch(/^design {2}p {6}q$/m);
  });
  it('with --quiet no blocks and no counterexamples', async () => {
    const { out } = await boxed(['verify', 'd1', ...scenario, '--quiet'], { judge: () => ({ p: 1 }) });
    expect(out).toMatch(/^a=hole: store a {2}violated 1$/m);
    expect(out).not.toContain('***');
    expect(out).not.toContain('1,200 states');
  });
  it('with --json one object and nothing else', async () => {
    const { out, err } = await boxed(['verify', 'd1', ...scenario, '--json'], {
      judge: () => ({ p: 1, q: 'vacuous' }),
    });
    expect(JSON.parse(out).runs[0].properties.map((p: { verdict: string }) => p.verdict)).toEqual([
      'violated',
      'vacuous',
    ]);
    expect(err).toBe('vacuous: q (--allow-vacuous accepts that)\n');
  });
  it('in JSON the differences from what is declared, where that is compared', async () => {
    const { out } = await boxed(['verify', '--json'], { judge: (d) => ({ p: d === 'd1' ? 1 : 'holds' }) });
    expect(JSON.parse(out).unexpected[0]).toEqual({
      design: 'd1',
      scenario: 'load-store',
      property: 'p',
      declared: 'not violated',
      found: 'violated',
    });
  });
  it('with --coverage a report per design', async () => {
    const { out } = await boxed(['verify', 'd1', 'd2', ...scenario, '--coverage']);
    expect(out).toContain('Coverage of d1 over 1 run: 0 of 0 alternatives taken');
    expect(out).toContain('Coverage of d2 over 1 run: 0 of 0 alternatives taken');
  });
  it('progress on a terminal, or where asked for', async () => {
    const argv = ['verify', 'd1', ...scenario];
    expect((await boxed(argv)).err).toBe('');
    expect((await boxed(argv, { terminal: true })).err).toContain('1 states');
    expect((await boxed([...argv, '--quiet'], { terminal: true })).err).toBe('');
    expect((await boxed([...argv, '--json', '--progress'])).err).toContain('d1: a=hole: store a\n');
  });
});

it('a scenario text in several lines is one text', async () => {
  const { out } = await boxed(['verify', 'd1', '--scenario', ' a=hole:\n\tload a;\n  store a\n']);
  expect(out).toContain('d1: a=hole: load a; store a\n');
});

it('a property that applies in no run has no column: it is named below the table', async () => {
  const argv = ['verify', 'v4.0', '--scenario', 'load-store', '--quiet'];
  const { out } = await captured(argv);
  const [table, below] = out.split('Not applicable to any of them here:');
  expect(below).toMatch(/\bzero-page-readonly\b/);
  expect(table).not.toContain('no-mapping-beyond-eof');
  const all = [...argv.slice(0, 2), '--scenario', 'store-truncate', '--scenario', 'load-store', '--quiet'];
  // Here it applies in one of them.
  expect((await captured(all)).out.split('Not applicable')[1]).not.toContain('no-mapping-beyond-eof');
});

describe('list', () => {
  it('shows each topic, and the same as JSON', async () => {
    const expected: Readonly<Record<string, RegExp>> = {
      designs: /^d1 +the design d1 +a mail$/m,
      scenarios: /^store-store +a=hole: store a \|\| store a$/m,
      properties: /^p\n {4}It is so\.\n {4}Promised by: mmap\(2\)$/m,
      configs: /^block-reuse +same \(default\), none, foreign$/m,
      operations: /^store P +stores a page$/m,
      observables: /^pte +every PTE .* \(default\)$/m,
      formats: /^export --to +promela +\.pml +Promela, for SPIN$/m,
    };
    for (const [topic, pattern] of Object.entries(expected)) {
      expect((await boxed(['list', topic])).out).toMatch(pattern);
      const { schema, [topic]: items } = JSON.parse((await boxed(['list', topic, '--json'])).out);
      expect(schema).toBe('faultline.list/1');
      expect(items.length).toBeGreaterThan(1);
    }
  });
});

describe('what a filesystem does not have', () => {
  const without = (missing: (scenario: string) => boolean): Box => ({ lacks: missing });

  it('is left out where nobody named it, with a line that says so', async () => {
    const ran = await boxed(
      ['verify', 'd1', '--config', 'fs=ext2'],
      without((s) => s.includes('punch')),
    );
    expect(ran.err).toBe('not run, as not supported with fs=ext2: store-punch\n');
    expect(ran.out).not.toMatch(/punch/);
  });

  it('is named in the results, too', async () => {
    const box = without((s) => s.includes('punch'));
    const notRun = [{ design: 'd1', scenario: SCENARIOS['store-punch']![0] }];
    const json = await boxed(['verify', 'd1', '--config', 'fs=ext2', '--json'], box);
    expect(JSON.parse(json.out)).toMatchObject({ notRun });
    expect(JSON.parse((await boxed(['verify', 'd1', '--json'], {})).out)).not.toHaveProperty('notRun');
  });

  it('is run, and refused, where it was named', async () => {
    const judge = () => new FaultlineError('E_UNSUPPORTED', 'no punch here', 'Leave it out.');
    const box = { ...without(() => true), judge };
    const scenario = await boxed(['verify', 'd1', '--scenario', 'store-punch', '--config', 'fs=ext2'], box);
    const design = await boxed(['verify', 'd1', '--config', 'fs=ext2'], box);
    for (const ran of [scenario, design]) {
      expect(ran.err).toBe('d1: E_UNSUPPORTED: no punch here\n  Leave it out.\n');
      expect(ran.code).toBe(2);
    }
  });

  it('is refused where nothing else is left to run: no run is no success', async () => {
    const judge = () => new FaultlineError('E_UNSUPPORTED', 'no punch here', 'Leave it out.');
    const ran = await boxed(['verify', '--config', 'fs=ext2'], { ...without(() => true), judge });
    expect(ran.err).toBe(
      'not run, as not supported with fs=ext2: d2, zero-page-v3\nd1: E_UNSUPPORTED: no punch here\n  Leave it out.\n',
    );
    expect(ran.code).toBe(2);
  });
});

it('a file whose ./ and extension are left out is suggested', async () => {
  const { code, err } = await captured(['verify', 'vitest']);
  expect([code, err.trim()]).toEqual([
    2,
    'E_UNKNOWN_NAME: there is no design "vitest"\n  Did you mean the file ./vitest.ts? A file is given by its path.',
  ]);
});

it('a name is suggested whatever its capitals, its word that was meant, and the nearest first', async () => {
  const said = async (...argv: string[]): Promise<string> => (await captured(argv)).err.split('\n')[1]!.trim();
  expect(await said('verify', 'V4.14')).toBe('Did you mean v4.14? A file is given by its path.');
  expect(await said('verify', 'v4.144')).toBe('Did you mean v4.14, v4.12? A file is given by its path.');
  expect(await said('new', 'a', '--from', 'v4.14', '--part', 'insrt')).toMatch(/^Did you mean insert_pfn, /);
  expect(await said('verify', 'v4.14', '--property', '')).toMatch(/^The nearest is /);
  expect(await said('verify', 'v4.14', '--property', 'zzz')).toMatch(/; all \d+: faultline list properties\.$/);
  expect(await said('verify', 'nofile')).toMatch(/; all \d+: faultline list designs\. A file is given by its path\.$/);
  expect(await said('new', 'a', '--from', 'v4.14', '--part', 'zzz')).toMatch(
    /; all \d+: docs\/reference\/parts\.md\.$/,
  );
  expect(await said('verify', 'v4.14', '--reduce', 'foo')).toBe('Known: none, all, merge, symmetry, por.');
});

it('a wrong command line names the help of its command', async () => {
  const said = async (...argv: string[]): Promise<string> => (await captured(argv)).err.split('\n').at(-2)!;
  expect(await said('explain')).toBe('  faultline explain --help shows what it takes.');
  expect(await said('verify', '--scenrio', 'x')).toBe('  faultline verify --help shows what it takes.');
  expect(await said('list')).toBe(`  faultline list --help shows what it takes: ${TOPICS.join(', ')}.`);
  expect(await said('verfy')).toMatch(/^ {2}faultline --help shows the commands/);
});

it('help is wrapped, also where a terminal is narrow', async () => {
  const { out } = await captured(['--help']);
  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

it('an operation that there is not is marked in the text, also one of --with', async () => {
  const { err } = await captured(['verify', 'v4.14', '--scenario', 'store-store', '--with', 'dropcache']);
  expect(err).toBe(
    [
      'E_UNKNOWN_NAME: column 31: there is no operation "dropcache"',
      '  a=hole: store a || store a || dropcache',
      `${' '.repeat(32)}^`,
      '  Did you mean dropcaches?',
      '',
    ].join('\n'),
  );
});

it('"all" and "none" of --reduce go alone', async () => {
  for (const list of ['all,por', 'merge,none']) {
    const { code, err } = await captured(['verify', 'v4.14', '--reduce', list]);
    expect([code, err]).toEqual([
      2,
      expect.stringMatching(/^E_USAGE: --reduce cannot be "(all|none)" beside others\n/),
    ]);
  }
});

it('what is not built is not offered', async () => {
  const { out } = await captured(['verify', '--help']);
  expect(out).toContain('--engine');
  expect(out).toContain('--workers');
});

describe('--with', () => {
  const explored = async (...argv: string[]): Promise<string[]> => {
    const seen: string[] = [];
    await boxed(['verify', 'd1', ...argv], {
      judge: (_, scenario) => {
        seen.push(scenario);
        return { p: 'holds' };
      },
    });
    return seen;
  };

  it('adds a process for each operation to a scenario', async () => {
    expect(await explored('--scenario', 'store a', '--with', 'fsync,write a')).toEqual(['store a || fsync || write a']);
    expect(await explored('--scenario', 'store a', '--with', 'fsync', '--with', 'fsync')).toEqual([
      'store a || fsync || fsync',
    ]);
  });

  it('adds it to every default scenario, and what the design declares is about other ones', async () => {
    const texts = Object.values(SCENARIOS).flat();
    expect(await explored('--with', 'fsync')).toEqual([...new Set(texts)].map((text) => `${text} || fsync`));
    const judge = () => ({ p: 2 });
    const { code, out } = await boxed(['verify', 'd1', '--with', 'fsync'], { judge });
    expect(code).toBe(1);
    expect(out).toContain('Exit code 1: violated: p.');
    expect(out).not.toContain('declared');
  });
});
