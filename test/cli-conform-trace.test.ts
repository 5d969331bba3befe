/** `faultline conform --trace` on the real checker. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { captured, type Ran } from './cli-fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultline-trace-'));
afterAll(() => rmSync(folder, { recursive: true }));

const GOLDEN = fileURLToPath(new URL('../lab/conformance/traces/linux-6.1.192-ext4-load-fsync.txt', import.meta.url));
const lines = readFileSync(GOLDEN, 'utf8').split('\n');
const conform = (...argv: string[]): Promise<Ran> => captured(['conform', ...argv]);
/** @returns the file's path */
function file(name: string, text: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, text.join('\n'));
  return path;
}

describe('a raw trace', () => {
  it('that some run of the design shows: exit 0, with what was derived from it', async () => {
    const { code, out, err } = await conform('v6.1', '--trace', GOLDEN, '--initial', '0=block');
    expect([code, err]).toEqual([0, '']);
    expect(out.replaceAll(GOLDEN, 'trace')).toBe(`v6.1 beside a raw trace, ext4: trace

  T0 is sides-122; T1 is sides-121; a is page 0 of the file
  as a scenario of the model: a=block: load a; fsync || [mm2] load a; store a; fsync

Matched: 42 of 42 events, in 382 states. Not compared: 51 other lines.

Done. traces=1 events=42 matched=42
`);
  });

  it('that no run shows: exit 1, the first line that does not match, and what the design allows there', async () => {
    const { code, out } = await conform('v6.12', '--trace', GOLDEN, '--initial', '0=block', '--quiet');
    expect(code).toBe(1);
    expect(out).toContain(` *** ${GOLDEN}:71 does not match ***\n     ${lines[70]!.trim()}\n`);
    expect(out).toMatch(/^ +T0 \(sides-122\) +sys_exit_fsync +before its end$/m);
  });

  it('whose lines of the function tracer are left out is judged by its events', async () => {
    const told = ['v6.12', '--trace', GOLDEN, '--initial', '0=block', '--ignore', 'dax_writeback_mapping_range'];
    const { out } = await conform(...told, '--quiet');
    expect(out).toContain(`${GOLDEN}:72 does not match`);
  });

  it('that has lost events: exit 3, and as far as it goes it matches', async () => {
    const lost = file('lost', lines.toSpliced(80, 0, 'CPU:0 [LOST 7 EVENTS]'));
    const { code, out } = await conform('v6.1', '--trace', lost, '--initial', '0=block', '--quiet');
    expect(code).toBe(3);
    expect(out).toContain('Not compared from line 81 on: events were lost here.');
    expect(out).toContain('Exit code 3: a trace could be compared in part only.');
  });

  it('as JSON has all of it', async () => {
    const { code, out } = await conform('v6.12', '--trace', GOLDEN, '--json');
    const { schema, runs, exitCode } = JSON.parse(out);
    expect([code, schema, exitCode, runs.length]).toEqual([1, 'faultline.trace/1', 1, 1]);
    expect(runs[0]).toMatchObject({
      design: 'v6.12',
      trace: GOLDEN,
      events: 42,
      fits: [],
      mismatch: { line: 71, task: 'sides-122', event: 'dax_writeback_mapping_range()' },
      best: { initial: 'a=block', matched: 13 },
    });
    expect(runs[0].best.allowed).toContainEqual({
      process: 'T0',
      task: 'sides-122',
      event: 'sys_exit_fsync',
      optional: false,
      step: 'its end',
    });
    expect(runs[0].attempts).toHaveLength(3);
  });

  it.each([
    [['--trace', GOLDEN], 'E_USAGE: a raw trace names no design'],
    [['v6.1', '--trace', GOLDEN, '--table', 'x'], 'E_USAGE: --table and --trace are given together'],
    [['v6.1', '--trace', 'nowhere'], 'E_RESULT_FILE: "nowhere" cannot be read'],
    [['v6.1', '--trace', file('empty', ['nothing'])], 'has no line of a trace'],
    [['v6.1', '--trace', GOLDEN, '--initial', '0=holes'], 'Did you mean hole?'],
    [['v6.1', '--trace', GOLDEN, '--fd', 'four'], 'E_USAGE: --fd is not "four"'],
    [['v6.1', '--trace', GOLDEN, '--file', '7'], 'has no inode'],
    [['v6.13', '--trace', GOLDEN], 'E_UNKNOWN_NAME'],
    [['v6.1', '--trace', GOLDEN, '--before', 'laod a'], 'E_UNKNOWN_NAME'],
    [['v6.1', '--file', '7'], 'E_USAGE'],
  ])('%j is refused: exit 2', async (argv, message) => {
    const { code, out, err } = await conform(...argv);
    expect([code, out]).toEqual([2, '']);
    expect(err).toContain(message);
  });
});
