/** JUnit XML through a reader of it. */
import { parse } from 'junit2json';
import { describe, expect, it } from 'vitest';
import { type Box, boxed } from '../cli-fixtures.ts';
import { HOLDS, TWO_THREADS, written } from './written.ts';

type Node = Readonly<Record<string, unknown>> & { readonly name?: string };
interface Suites extends Node {
  readonly tests?: number;
  readonly failures?: number;
  readonly errors?: number;
  readonly testsuite: readonly (Node & { readonly testcase: readonly Node[] })[];
}

const read = async (xml: string): Promise<Suites> => (await parse(xml)) as unknown as Suites;
const suitesOf = async (...argv: readonly string[]) =>
  read((await written('junit', ...argv)).files['faultline.junit.xml']!);
const fromBox = async (box: Box, ...argv: readonly string[]) =>
  read((await boxed(['verify', ...argv, '--format', 'junit'], box)).out);
/** What became of each case: the one of its elements that says so. */
const outcomes = ({ testsuite }: Suites) =>
  testsuite.flatMap((s) =>
    s.testcase.map((c) => [
      s.name,
      c.name,
      ['failure', 'error', 'skipped'].find((k) => c[k] !== undefined) ?? 'passed',
    ]),
  );

describe('JUnit XML', () => {
  it('has a suite per run and a case per property; a violation is a failure with its table', async () => {
    const suites = await suitesOf(...TWO_THREADS, '--property', 'no-warn');
    const scenario = 'v4.0: a=block: load a; store a || punch a';
    expect(outcomes(suites)).toEqual([
      [scenario, 'no-freed-block-mapped', 'failure'],
      [scenario, 'no-warn', 'passed'],
    ]);
    const [failure] = suites.testsuite[0]!.testcase[0]!.failure as { message: string; inner: string }[];
    expect(failure!.message).toMatch(/^violated in \d+ steps: /);
    expect(failure!.inner).toContain('->fault()');
    expect(failure!.inner).toContain('*** no-freed-block-mapped violated');
    expect(suites).toMatchObject({ tests: 2, failures: 1, errors: 0 });
  });

  it('says with the suite how far the search went, and with what holds its bounds', async () => {
    const [suite] = (await suitesOf(...HOLDS)).testsuite;
    const properties = suite!.properties as { name: string; value: string }[];
    expect(properties).toContainEqual({ name: 'exhaustive', value: 'true' });
    expect(properties).toContainEqual({ name: 'fs', value: 'ext4' });
    expect(JSON.stringify(suite!.testcase[0])).toContain('sequentially consistent');
  });

  it('is an error where a limit was hit, and skipped where a property does not apply', async () => {
    const limited = await suitesOf(...HOLDS.slice(0, 4), '--max-states', '5', '--property', 'no-warn');
    expect(outcomes(limited).map(([, , o]) => o)).toEqual(['error']);
    const inapplicable = await suitesOf(
      ...HOLDS.slice(0, 1),
      'v4.0',
      ...HOLDS.slice(2, 4),
      '--property',
      'writable-implies-dirty',
    );
    expect(outcomes(inapplicable).map(([, , o]) => o)).toEqual(['skipped']);
  });

  it('fails what is vacuous just where the exit code counts it', async () => {
    const box: Box = { judge: () => ({ p: 'vacuous', q: 'holds' }) };
    const argv = ['d1', '--scenario', 'store a'];
    expect(outcomes(await fromBox(box, ...argv)).map(([, , o]) => o)).toEqual(['failure', 'passed']);
    expect(outcomes(await fromBox(box, ...argv, '--allow-vacuous')).map(([, , o]) => o)).toEqual(['skipped', 'passed']);
  });

  it('passes a violation that the design declares, fails one that it does not, and one that did not come', async () => {
    const box: Box = {
      judge: (d) => ({ p: d === 'd1' ? 1 : 'holds', q: d === 'zero-page-v3' ? 1 : 'holds' }),
      expects: { d1: { p: ['store-store'] }, d2: { p: ['store-store'] } },
    };
    const of = outcomes(await fromBox(box)).filter(([suite]) => suite!.endsWith(': a=hole: store a || store a'));
    expect(of.map(([suite, name, o]) => [suite!.split(':')[0], name, o])).toEqual([
      ['d1', 'p', 'passed'],
      ['d1', 'q', 'passed'],
      ['d2', 'p', 'failure'],
      ['d2', 'q', 'passed'],
      ['zero-page-v3', 'p', 'passed'],
      ['zero-page-v3', 'q', 'failure'],
    ]);
  });

  it('fails a declaration about a scenario that does not exist', async () => {
    const suites = await fromBox({ expects: { d1: { p: ['no-such'] } } });
    expect(outcomes(suites)).toContainEqual(['declared verdicts', 'p', 'failure']);
  });
});
