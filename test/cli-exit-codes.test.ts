import { describe, expect, it } from 'vitest';
import { FaultlineError } from '../explorer/errors.ts';
import { type Box, boxed } from './cli-fixtures.ts';

const ONE = ['verify', 'd1', '--scenario', 'a=hole: store a'];
const code = async (argv: readonly string[], box: Box = {}) => (await boxed(argv, box)).code;
const broken = new FaultlineError('E_SECTION', 'the PTE is written outside PTL', 'Take the lock.', { machine: 'T0' });

describe('with a scenario, the exit code', () => {
  it('is 0 where all hold', async () => {
    expect(await code(ONE)).toBe(0);
  });
  it('is 1 where something is violated', async () => {
    expect(await code(ONE, { judge: () => ({ p: 2, q: 'holds' }) })).toBe(1);
  });
  it('is 3 where a verdict is unknown', async () => {
    const { code, out } = await boxed(ONE, { judge: () => ({ p: 'unknown', q: 'holds' }) });
    expect(code).toBe(3);
    expect(out).toContain('Exit code 3: unknown: 1 of 1 run ended before all states were explored');
  });
  it('is 1 where a property is vacuous over all runs, and says which and how to accept it', async () => {
    const box: Box = { judge: () => ({ p: 'vacuous', q: 'holds' }) };
    const { code, out } = await boxed(ONE, box);
    expect(code).toBe(1);
    expect(out.replace(/\s+/g, ' ')).toContain('Exit code 1: vacuous: p. The premise never happened in this run');
    expect(out).toContain('--allow-vacuous');
    expect((await boxed([...ONE, '--allow-vacuous'], box)).code).toBe(0);
  });
  it('is 0 where a property is vacuous in some runs only', async () => {
    const judge = (_: string, s: string) => ({ p: s === 'store a' ? 'vacuous' : 'holds' }) as const;
    expect(await code(['verify', 'd1', '--scenario', 'store a', '--scenario', 'load a'], { judge })).toBe(0);
  });
  it('is 1 before 3, and 2 before both', async () => {
    expect(await code(ONE, { judge: () => ({ p: 'unknown', q: 2 }) })).toBe(1);
    const judge = (design: string) => (design === 'd2' ? broken : ({ p: 'unknown', q: 2 } as const));
    expect(await code(['verify', 'd1', 'd2', '--scenario', 'store a'], { judge })).toBe(2);
  });
  it('does not depend on what the design declares', async () => {
    const expects = { d1: { p: ['store-store'] } };
    expect(await code(['verify', 'd1', '--scenario', 'store-store'], { judge: () => ({ p: 2 }), expects })).toBe(1);
  });
});

const judge = (design: string, scenario: string) =>
  ({ p: design === 'd1' && scenario.includes('store a || store a') ? 3 : 'holds' }) as const;

describe('of designs by name, in all default scenarios and for all properties, the exit code', () => {
  const expects = { d1: { p: ['store-store'] } };
  it('is 0 where all is as they declare, and says what they declare', async () => {
    const one = await boxed(['verify', 'd1'], { judge, expects });
    expect(one.code).toBe(0);
    expect(one.out).toContain('All verdicts are as declared: by d1 violations of p.');
    expect(one.out).toMatch(/A declared violation hides any other .*:\n {2}d1: p in store-store\n\n/);
    const two = await boxed(['verify', 'd1', 'd2', '--quiet'], { judge, expects });
    expect(two.code).toBe(0);
    expect(two.out).toContain('by d1 violations of p; by d2 no violation.');
    expect((await boxed(['verify', 'd2', '--quiet'], { judge, expects })).out).not.toContain('hides');
    expect(JSON.parse((await boxed(['verify', 'd1', '--json'], { judge, expects })).out).unexpected).toEqual([]);
  });
  it('is 1 where a violation is not declared, or a declared one is not found', async () => {
    const undeclared = await boxed(['verify', 'd1'], { judge });
    expect(undeclared.code).toBe(1);
    expect(undeclared.out).toContain('d1: p in store-store: found violated, declared not violated');
    const missed = await boxed(['verify', 'd2'], { judge, expects: { d2: { p: ['load-write'] } } });
    expect(missed.code).toBe(1);
    expect(missed.out).toContain('d2: p in load-write: found holds, declared violated');
    expect(missed.out).toContain('Exit code 1: verdicts are not as declared.');
  });
  it('is that of the verdicts where a property is named, or another config', async () => {
    expect(await code(['verify', 'd1', '--property', 'p'], { judge, expects })).toBe(1);
    expect(await code(['verify', 'd1', '--config', 'block-reuse=none'], { judge, expects })).toBe(1);
  });
  it('is 3 where a limit leaves open what is declared', async () => {
    expect(await code(['verify', 'd1'], { judge: () => ({ p: 'unknown' }), expects })).toBe(3);
  });
});

describe('without design and scenario, the exit code', () => {
  it('is 0 where all is as the designs declare, and shows the matrix and one counterexample', async () => {
    const { code, out } = await boxed(['verify'], { judge, expects: { d1: { p: ['store-store'] } } });
    expect(code).toBe(0);
    expect(out).toContain('d1            violated 3\n');
    expect(out).toContain('All verdicts are as the 3 designs declare them.');
    expect(out).toContain('One counterexample in full:');
    expect(out).toMatch(/\nDone\. runs=33 states=\d+ transitions=\d+ sec=\d+\.\d+\n$/);
  });
  it('is 1 where a violation is not declared', async () => {
    const { code, out } = await boxed(['verify'], { judge });
    expect(code).toBe(1);
    expect(out).toContain('d1            violated 3 !\n');
    expect(out).toContain('  d1: p in store-store: found violated, declared not violated');
  });
  it('is 1 where a declared violation is not found', async () => {
    const expects = { d1: { p: ['store-store'] }, d2: { p: ['load-write'] } };
    const { code, out } = await boxed(['verify'], { judge, expects });
    expect(code).toBe(1);
    expect(out).toContain('  d2: p in load-write: found holds, declared violated');
  });
  it('is that of the verdicts under another config, which the declarations are not about', async () => {
    const { code, out } = await boxed(['verify', '--config', 'block-reuse=none'], {
      judge,
      expects: { d1: { p: ['store-store'] } },
    });
    expect(code).toBe(1);
    expect(out).toContain('Not compared with what the designs declare');
  });
});

describe('the exit code is 2, with one paragraph on stderr and nothing on stdout, for', () => {
  const cases: Readonly<Record<string, readonly [argv: readonly string[], message: RegExp]>> = {
    'no command': [[], /Usage: faultline/],
    'an unknown command': [['vrify'], /E_USAGE: unknown command 'vrify'\n.*verify/],
    'an unknown option': [['verify', '--scenaro', 'x'], /E_USAGE: unknown option '--scenaro'\n.*--scenario/],
    'an option without its value': [['verify', '--scenario'], /E_USAGE: option '--scenario/],
    'an unknown design': [['verify', 'd3'], /E_UNKNOWN_NAME: there is no design "d3"\n.*d1/],
    'an unknown scenario': [['verify', '--scenario', 'store-stor'], /E_UNKNOWN_NAME: .*"store-stor"\n.*store-store/],
    'an unknown property': [['verify', '--property', 'r'], /E_UNKNOWN_NAME: there is no property "r"\n.*p, q/],
    'an unknown config': [['verify', '--config', 'thb=on'], /E_UNKNOWN_NAME: there is no config "thb"\n.*thp/],
    'a config given twice': [
      ['verify', '--config', 'block-reuse=same', '--config', 'block-reuse=none'],
      /E_USAGE: block-reuse is given twice: same and none\n.*compare/,
    ],
    'a name with control characters': [
      ['verify', '--property', 'p\u001b[31m'],
      /^E_UNKNOWN_NAME: there is no property "p\\u001b\[31m"\n/,
    ],
    'a design as an option': [
      ['verify', '--design', 'v6.12'],
      /E_USAGE: unknown option '--design'\n {2}A design is named without an option: faultline verify v6\.12/,
    ],
    'an option with control characters': [['verify', '--x\u001b[31m'], /^E_USAGE: unknown option '--x\ufffd\[31m'\n/],
    'a scenario without end': [
      ['verify', '--scenario', 'store a;'.repeat(300)],
      /^E_SCENARIO: a scenario of 2400 char/,
    ],
    'a directory where none can be made': [
      ['verify', '--out', '/dev/null/reports', '--format', 'json'],
      /^E_OUTPUT \(\/dev\/null\/reports\): cannot write: /,
    ],
    'a scenario that does not parse': [['verify', '--scenario', 'a=hole: load a;'], /E_SCENARIO: column 16: /],
    'an unknown operation': [
      ['verify', '--scenario', 'stoer a'],
      /E_UNKNOWN_NAME: column 1: .*"stoer"\n {2}stoer a\n {2}\^\n.*store/,
    ],
    'an unknown engine': [['verify', '--engine', 'paked'], /E_USAGE: there is no engine "paked"\n.*packed/],
    'a count that is none': [['verify', '--max-states', 'many'], /E_USAGE: --max-states cannot be "many"/],
    'a size that is none': [['verify', '--max-memory', '2X'], /E_USAGE: --max-memory cannot be "2X"/],
    'none together with a property': [['verify', '--property', 'none', '--property', 'p'], /E_USAGE: --property none/],
    '--with an unknown operation': [
      ['verify', '--with', 'fsnc'],
      /E_UNKNOWN_NAME: .*no operation "fsnc"\n.*\n.*\^\n.*fsync/,
    ],
    '--with more than operations': [
      ['verify', '--with', 'fsync || fsync'],
      /E_USAGE: --with cannot be "fsync \|\| fsync"/,
    ],
    '--workers of none': [['verify', '--workers', '0'], /E_USAGE: --workers cannot be "0"/],
    '--workers of more than there are cores': [['verify', '--workers', '9999'], /E_USAGE: --workers cannot be "9999"/],
    '--jobs of none': [['verify', '--jobs', '0'], /E_USAGE: --jobs cannot be "0"/],
    '--jobs of more than there are cores': [['casebook', '--jobs', '9999'], /E_USAGE: --jobs cannot be "9999"/],
    'several runs of several workers': [
      ['verify', '--jobs', '2', '--workers', '2'],
      /--jobs goes without --workers|cannot be "2"/,
    ],
    '--workers that are no number': [['verify', '--workers', 'two'], /E_USAGE: --workers cannot be "two"/],
    'a reduction that does not exist': [
      ['verify', '--reduce', 'por,merg'],
      /E_USAGE: --reduce cannot be "merg"\n.*merge/,
    ],
    'all and none together': [['verify', '--reduce', 'all,none'], /E_USAGE: --reduce cannot be "all"/],
    'the interpreter with a reduction': [
      ['verify', '--engine', 'interpreter', '--reduce', 'all'],
      /E_REDUCE: --engine int/,
    ],
    'hashes with a reduction': [
      ['verify', '--compact', '--reduce', 'por'],
      /E_COMPACT: --compact goes without --reduce por/,
    ],
    'hashes with several workers': [['verify', '--compact', '--workers', '2'], /E_COMPACT|--workers cannot be "2"/],
    'hashes with the interpreter': [
      ['verify', '--engine', 'interpreter', '--compact'],
      /E_COMPACT: --compact goes without --engine interpreter/,
    ],
    'a format that does not exist': [
      ['verify', '--out', 'dir', '--format', 'dot'],
      /E_UNKNOWN_NAME: there is no format "dot"/,
    ],
    'a case that is not there': [['casebook', 'S9.1'], /E_UNKNOWN_NAME: there is no case "S9.1"/],
    'an unknown list': [['list', 'desgns'], /E_UNKNOWN_NAME: there is no list of "desgns"\n.*designs/],
  };
  for (const [name, [argv, message]] of Object.entries(cases)) {
    it(name, async () => {
      const { code, out, err } = await boxed(argv);
      expect(err).toMatch(message);
      expect(err).not.toMatch(/^\s+at /m);
      expect(out).toBe('');
      expect(code).toBe(2);
    });
  }
});

describe('a design that breaks on a run', () => {
  const judge = (design: string) => (design === 'd1' ? broken : ({ p: 'holds', q: 'holds' } as const));

  it('is reported once, with code, place and mend, and the other designs are explored', async () => {
    const { code, out, err } = await boxed(['verify', 'd1', 'd2'], { judge });
    expect(code).toBe(2);
    expect(err).toBe('d1: E_SECTION (machine T0): the PTE is written outside PTL\n  Take the lock.\n');
    expect(out).toContain('d2: a=hole: load a; store a');
    expect(out).toContain('Exit code 2: 11 runs did not come about');
  });
  it('is named in the JSON result', async () => {
    const { code, out } = await boxed(['verify', 'd1', '--scenario', 'store a', '--json'], { judge });
    expect(code).toBe(2);
    expect(JSON.parse(out).errors).toEqual([{ design: 'd1', scenario: 'store a', error: broken.report() }]);
  });
});

describe('an unexpected exception', () => {
  const judge = () => new Error('slot is undefined\nsecond line');

  it('is one line and a request to report it', async () => {
    const { code, err } = await boxed(ONE, { judge });
    expect(code).toBe(2);
    expect(err.split('\n')).toHaveLength(3);
    expect(err).toMatch(/^internal error: slot is undefined\n.*please report it/);
  });
  it('shows its stack with FAULTLINE_DEBUG=1', async () => {
    expect((await boxed(ONE, { judge, debug: true })).err).toMatch(/^\s+at /m);
  });
});

it('help and version are no errors', async () => {
  for (const argv of [['--help'], ['verify', '--help'], ['help', 'list'], ['--version']]) {
    const { code, out, err } = await boxed(argv);
    expect([code, err]).toEqual([0, '']);
    expect(out).not.toBe('');
  }
});

it('help does not load the checker', async () => {
  const load = () => Promise.reject(new Error('loaded'));
  const { captured } = await import('./cli-fixtures.ts');
  expect((await captured(['--help'], { load })).code).toBe(0);
  expect((await captured(['list', 'scenarios'], { load })).code).toBe(0);
  expect((await captured(['list', 'configs'], { load })).code).toBe(0);
});
