/** `faultline compare` on the real checker. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { captured, type Ran } from './cli-fixtures.ts';

const compare = (...argv: string[]): Promise<Ran> => captured(['compare', ...argv]);
const QUICK = ['--scenario', 'a=hole: load a; store a', '--property', 'hole-reads-allocate-nothing'];

describe('two designs in one scenario', () => {
  let ran: Ran;
  beforeAll(async () => {
    ran = await compare('v4.12', 'v4.14', ...QUICK);
  });

  it('are answered, judged and counted, in at most 100 columns', () => {
    expect(ran.out).toMatch(/first store to a hole +2 +1\n/);
    expect(ran.out).toMatch(/a load of a hole allocates +1 page +nothing\n/);
    expect(ran.out).toMatch(/hole-reads-allocate-nothing +violated 9 +holds\n/);
    expect(ran.out).toContain('v4.12: hole-reads-allocate-nothing in "a=hole: load a; store a" (9)');
    expect(Math.max(...ran.out.split('\n').map((l) => l.length))).toBeLessThanOrEqual(100);
    expect([ran.code, ran.err]).toEqual([1, '']);
  });

  it('and the counterexample of one is refused by the other', () => {
    expect(ran.out).toContain(
      'step 9, T0 pagecache_get_page(): find_or_create_page(): alloc, __SetPageLocked(): refused',
    );
    expect(ran.out).toContain('v4.14 instead: T0 insert_pfn(): set_pte_at(ro)');
  });

  it('give the same text twice', async () => {
    const again = await compare('v4.12', 'v4.14', ...QUICK);
    const plain = (text: string): string => text.replace(/sec=\S+/, '');
    expect(plain(again.out)).toBe(plain(ran.out));
  });
});

it('the zero-page series beside its neighbours fits a terminal and answers what a reviewer asks first', async () => {
  const { code, out, err } = await compare('v4.12', 'zero-page-v2', 'zero-page-v3', 'v4.14');
  expect([code, err]).toEqual([1, '']);
  expect(Math.max(...out.split('\n').map((l) => l.length))).toBeLessThanOrEqual(100);
  expect(
    out
      .split('\n')
      .slice(0, 9)
      .map((l) => l.split(/ {2,}/)),
  ).toEqual([
    ['', 'zero-page-', 'zero-page-'],
    ['in short', 'v4.12', 'v2', 'v3', 'v4.14'],
    ['traps: first store to a hole', '2', '1', '1', '1'],
    ['traps: first store to a block', '2', '1', '1', '1'],
    ['traps: store after a load, hole', '2', '1', '1', '1'],
    ['traps: store after a load, block', '1', '1', '1', '1'],
    ['traps: store after fsync', '1', '1', '1', '1'],
    ['a load of a hole allocates', '1 page', 'nothing', 'nothing', 'nothing'],
    ['properties that it violates', expect.any(String), expect.any(String), expect.any(String), expect.any(String)],
  ]);
  // The bug of each of the two posted versions, and how the other one does it.
  expect(out).toMatch(/zero-page-v2: .*no-silent-overwrite in store-write/);
  expect(out).toMatch(/zero-page-v3: .*zero-page-readonly in store-write/);
  expect(out).toMatch(
    /zero-page-v2 instead: T0 insert_pfn\(\): set_pte_at\(rw\) \(pte\[mm1\]\.a: ro zero -> rw blk\.a dirty\)/,
  );
});

it('designs that violate nothing end with 0', async () => {
  const ran = await compare('zero-page-v2', 'v4.14', ...QUICK);
  expect([ran.code, ran.err]).toEqual([0, '']);
  expect(ran.out).toContain('Unsafe: none of them, in these scenarios.');
});

it('costs alone need no property', async () => {
  const ran = await compare('v4.12', 'v4.14', '--property', 'none', '--quiet');
  expect([ran.code, ran.out]).toEqual([0, expect.not.stringMatching(/verdicts|Unsafe|What is counted/)]);
  expect(ran.out).toMatch(/TL sections +6 +4\n/);
});

it('one design under several configs is a comparison', async () => {
  const labels = async (...configs: string[]): Promise<string[]> => {
    const settings = configs.flatMap((c) => ['--config', c]);
    const ran = await compare('v4.14', ...settings, '--property', 'none', '--json');
    return (JSON.parse(ran.out) as { variants: { label: string }[] }).variants.map((v) => v.label);
  };
  const both = ['v4.14 [block-reuse=same]', 'v4.14 [block-reuse=none]'];
  expect(await labels('block-reuse=same,none')).toEqual(both);
  expect(await labels('block-reuse=same', 'thp=off', 'block-reuse=none')).toEqual(both);
});

it('a limit leaves something unknown: 3, and no verdict is claimed', async () => {
  const ran = await compare(
    'v4.14',
    'zero-page-v2',
    '--max-states',
    '10',
    '--scenario',
    'store-store',
    '--property',
    'no-warn',
  );
  expect(ran.code).toBe(3);
  expect(ran.out).toMatch(/no-warn +unknown +unknown/);
  expect(ran.out).toMatch(/first store to a hole +\? +\?/);
});

describe('bad usage', () => {
  it.each([
    [['v4.14'], 'E_USAGE', 'nothing to be compared with'],
    [['v4.14', 'v4.13'], 'E_UNKNOWN_NAME', 'v4.1'],
    [['v4.12', 'v4.14', '--format', 'itff'], 'E_UNKNOWN_NAME', 'no format "itff"'],
    [['v4.14', '--config', 'fs=ext4', '--config', 'fs=ext4'], 'E_USAGE', 'nothing to be compared with'],
    [['v4.12', 'v4.14', '--format', 'json', '--format', 'markdown'], 'E_USAGE', '--out'],
    [['v4.12', 'v4.14', '--json', '--format', 'markdown'], 'E_USAGE', 'both go to stdout'],
    [['v4.12', 'v4.14', '--out', 'somewhere'], 'E_USAGE', '--format'],
    [['v4.12', 'v4.14', '--config', 'fs'], 'E_USAGE', 'name=value'],
    [['v4.12', 'v4.14', '--config', '__proto__=on'], 'E_UNKNOWN_NAME', 'no config "__proto__"'],
    [['v4.12', 'v4.14', '--scenario', 'a=hole: lod a'], 'E_UNKNOWN_NAME', 'load'],
    [['v4.12', 'v4.14', '--property', 'no-such'], 'E_UNKNOWN_NAME', 'no-such'],
  ])('%j: %s', async (argv, code, told) => {
    const ran = await compare(...argv);
    expect([ran.code, ran.out]).toEqual([2, '']);
    expect(ran.err).toContain(code);
    expect(ran.err).toContain(told);
    expect(ran.err).not.toMatch(/\n\s+at /);
  });
});

describe('files', () => {
  const scratch = mkdtempSync(join(tmpdir(), 'compare-'));
  afterAll(() => rmSync(scratch, { recursive: true }));

  it('are written into the directory and nowhere else, beside the text', async () => {
    const directory = join(scratch, 'reports');
    const ran = await compare('v4.12', 'v4.14', ...QUICK, '--out', directory, '--format', 'markdown,json,table');
    expect(readdirSync(scratch)).toEqual(['reports']);
    expect(readdirSync(directory).sort()).toEqual(['comparison.json', 'comparison.md', 'comparison.txt']);
    expect(JSON.parse(readFileSync(join(directory, 'comparison.json'), 'utf8'))).toMatchObject({
      schema: 'faultline.compare/1',
    });
    expect(readFileSync(join(directory, 'comparison.txt'), 'utf8')).toBe(ran.out);
    expect([ran.code, ran.err]).toEqual([1, expect.stringContaining('3 files written')]);
  });

  it('of the formats of verify show the counterexamples of all columns, each with its config', async () => {
    const directory = join(scratch, 'all');
    const formats = 'table,markdown,json,itf,sarif,junit,mermaid';
    const configs = ['--config', 'block-reuse=same,none'];
    const ran = await compare('v4.12', 'v4.14', ...QUICK, ...configs, '--out', directory, '--format', formats);
    expect([ran.code, ran.err]).toEqual([1, expect.stringContaining('9 files written')]);
    const name = (config: string) => `v4.12--block-reuse-${config}--a-hole-load-a-store-a--hole-reads-allocate-nothing`;
    expect(readdirSync(directory).sort()).toEqual([
      'comparison.json',
      'comparison.md',
      'comparison.txt',
      'faultline.junit.xml',
      'faultline.sarif',
      ...['none', 'same'].flatMap((c) => [`${name(c)}.itf.json`, `${name(c)}.mmd`]),
    ]);
    expect(readFileSync(join(directory, 'faultline.junit.xml'), 'utf8')).toContain('v4.12 [block-reuse=none]: a=hole');
    const { runs } = JSON.parse(readFileSync(join(directory, 'faultline.sarif'), 'utf8'));
    const failed = runs[0].results.filter((r: { kind: string }) => r.kind === 'fail');
    expect(failed.map((r: { message: { text: string } }) => r.message.text.split(' violates')[0])).toEqual([
      'v4.12 [block-reuse=same]',
      'v4.12 [block-reuse=none]',
    ]);
    // What is stored replays.
    for (const [file, replays] of [
      ['comparison.json', 2],
      [`${name('none')}.itf.json`, 1],
    ] as const) {
      const explained = await captured(['explain', join(directory, file)]);
      expect([explained.code, explained.out.match(/as\s+stored/g)?.length]).toEqual([0, replays]);
    }
  });

  it('are not begun where the usage is bad', async () => {
    const directory = join(scratch, 'never');
    expect((await compare('v4.12', 'v4.99', '--out', directory, '--format', 'json')).code).toBe(2);
    expect(existsSync(directory)).toBe(false);
  });
});

describe('flush-first, whose base violates fsync-durable in fsync-fsync in the same way', () => {
  const FILE = './test/variations/flush-first.ts';

  it('is as declared, and the text names the cell in which its own bug hides, and says how to look there', async () => {
    const { code, out } = await captured(['verify', FILE, '--quiet']);
    expect(code).toBe(0);
    expect(out).toMatch(/hides any other .*:\n {2}flush-first: fsync-durable in fsync-fsync\n/);
    expect(out).toContain('faultline compare BASE FILE --scenario TEXT');
    expect(out).toContain('faultline explain RESULT --design BASE');
  });

  it('does not differ from it there, and is said to violate it by the same run', async () => {
    const { out } = await compare('zero-page-v3', FILE, '--scenario', 'fsync-fsync', '--property', 'fsync-durable');
    expect(out).toContain('\nThe verdicts do not differ in these scenarios.\n');
    expect(out.replace(/\s+/g, ' ')).toContain(
      'fsync-durable in fsync-fsync: the run of flush-first (28 steps) violates it under zero-page-v3, too',
    );
  });

  it('differs from it where the base holds', async () => {
    const own = ['--scenario', 'a=block: store a; fsync; fsync || store a', '--property', 'fsync-durable', '--quiet'];
    const { out } = await compare('zero-page-v3', FILE, ...own);
    expect(out).toMatch(/fsync-durable +holds +violated 34/);
    expect(out).toMatch(/violated, of those asked +none +1/);
    expect(out).not.toContain('do not differ');
  });
});
