/** `faultline replay` where nothing is run: what it refuses, and how it says so. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { captured, type Ran } from './cli-fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultline-replay-'));
const result = join(folder, 'result.json');
const harmless = join(folder, 'harmless.json');
const path = process.env.PATH;
const replay = (...argv: string[]): Promise<Ran> => captured(['replay', ...argv]);

beforeAll(async () => {
  const verify = (property: string): Promise<Ran> =>
    captured(['verify', 'v6.1', '--scenario', 'a=block: store a; fsync || load a', '--property', property, '--json']);
  writeFileSync(result, (await verify('fsync-durable')).out);
  writeFileSync(harmless, (await verify('no-warn')).out);
});
afterEach(() => {
  process.env.PATH = path;
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('replay', () => {
  it('where there is no QEMU: exit 2, and what to install', async () => {
    process.env.PATH = folder;
    const { code, err } = await replay(result, '--kernel', '6.1');
    expect(code).toBe(2);
    expect(err).toMatch(/^E_UNSUPPORTED: no kernel can be run here: .*qemu-system-x86_64/);
    expect(err).toContain('apt-get install qemu-system-x86');
  });

  it.each([
    ['--kernel', 'six', 'E_USAGE: --kernel is not "six"'],
    ['--times', '0', 'E_USAGE: --times is not "0"'],
    ['--property', 'no-warn', 'E_UNKNOWN_NAME'],
  ])('with %s %s: exit 2', async (option, value, said) => {
    const { code, err } = await replay(result, option, value);
    expect([code, err.includes(said)]).toEqual([2, true]);
  });

  it('of a result in which nothing is violated: exit 2', async () => {
    const { code, err } = await replay(harmless);
    expect([code, err]).toEqual([2, expect.stringContaining('nothing is violated in this result')]);
  });
});
