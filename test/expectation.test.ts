/** What the matchers of vitest say, and what they refuse. */
import { describe, expect, it } from 'vitest';
import type { FaultlineError } from '../explorer/errors.ts';
import { asDeclared, holds, type ViolationOptions, violates } from '../verify/expectation.ts';
import { captured } from './cli-fixtures.ts';

const STORE = 'a=block: load a; store a';
const refusal = (what: Promise<unknown>): Promise<string> =>
  what.then(
    () => 'nothing refused',
    (e: FaultlineError) => e.report(),
  );

describe('what is expected of a design', () => {
  it('may be said of a built-in one by its id', async () => {
    expect(await violates('v4.0', 'mtime-on-write', { scenario: STORE })).toEqual({
      pass: true,
      message: `v4.0, ${STORE}: mtime-on-write is violated`,
    });
    expect(await refusal(holds('v4.00', 'mtime-on-write', { scenario: STORE }))).toContain('Did you mean v4.0');
    expect(await refusal(asDeclared('./test/variations/flush-first.ts'))).toContain('is not a design');
  });

  it('is told in sentences', async () => {
    const said = async (scenario: string, property = 'mtime-on-write') =>
      (await holds('v4.14', property, { scenario })).message;
    expect(await said(STORE)).toBe(`v4.14, ${STORE}: mtime-on-write holds`);
    expect(await said('fsync')).toMatch(/^v4\.14, fsync: mtime-on-write is vacuous: its premise never happens/);
  });

  it('may be the length of the shortest run', async () => {
    const steps = (n: number) => violates('v4.0', 'mtime-on-write', { scenario: STORE, steps: n });
    expect((await steps(18)).pass).toBe(true);
    expect(await steps(17)).toEqual({
      pass: false,
      message: `v4.0, ${STORE}: mtime-on-write is violated in 18 steps, expected in 17 steps`,
    });
    expect(await refusal(steps(1.5))).toContain('steps cannot be 1.5');
  });

  it('has no option that would be ignored', async () => {
    const misspelt = { scenario: STORE, step: 18 } as ViolationOptions;
    expect(await refusal(violates('v4.0', 'mtime-on-write', misspelt))).toMatch(
      /toViolate\(\) has no option "step"\n {2}Did you mean .*steps/,
    );
    const notHere: object = { scenario: STORE, steps: 18 };
    expect(await refusal(holds('v4.0', 'mtime-on-write', notHere as ViolationOptions))).toContain(
      'toHold() has no option "steps"',
    );
    expect(await refusal(asDeclared('v4.0', notHere))).toContain('toBehaveAsDeclared() has no option "scenario"');
  });

  it('names a scenario as the command line does, and is told the same of one that does not exist', async () => {
    const told = await refusal(holds('v4.0', 'fsync-durable', { scenario: 'store-fsnc' }));
    expect(told).toContain('there is no scenario "store-fsnc"\n  Did you mean store-fsync');
    const { err } = await captured(['verify', 'v4.0', '--scenario', 'store-fsnc']);
    expect(err.trim()).toBe(told);
  });
});
