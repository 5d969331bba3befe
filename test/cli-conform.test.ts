/** `faultline conform` on the real checker. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { captured, type Ran } from './cli-fixtures.ts';

const folder = mkdtempSync(join(tmpdir(), 'faultline-conform-'));
afterAll(() => rmSync(folder, { recursive: true }));

const conform = (...argv: string[]): Promise<Ran> => captured(['conform', ...argv]);
/** @returns the file's path */
function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const HEADER = '# kernel: Linux 6.12.117, x86-64\n# fs: ext4\n# design: v6.1\n';
const SCENARIO = `## load-hole
  trunc 4                     | min=0 m+ c+ size=16384 |  |
  mmap a 0 4 shared rw        | min=0 m- c- |  |
  ld a 1                      | val=0 min=1 m- c- | a1{Z/s pt=rdAS xa=Z} | PF(0x4) ; pte_fault@1 ; load_hole ; done=NOPAGE
`;
const AGREES = SCENARIO.replace('xa=Z}', 'xa=Z+d}');
const UNKNOWN = '## other\n  trunc 1 | min=0 m+ c+ size=4096 |  |\n  sync | min=0 m- c- |  |\n';

describe('a table', () => {
  it('that agrees: exit 0, and how much was compared', async () => {
    const { code, out, err } = await conform('--table', file('agrees', HEADER + AGREES + UNKNOWN));
    expect([code, err]).toEqual([0, '']);
    expect(out.replace(/: \S*agrees$/m, ': agrees')).toBe(`v6.1 beside Linux 6.12.117, x86-64, ext4: agrees

scenario   operations
load-hole  2 of 2      agrees
other      0 of 1      not modelled: sync

Compared: 2 of 3 operations, in facts of what the caller sees: 10; PTEs and entries: 16; faults and
  tracepoints: 2.
Not modelled: sync (with what follows, 1 operation)

Done. tables=1 operations=2 differences=0
`);
  });

  it('that differs: exit 1, and both sides of the first difference', async () => {
    const path = file('differs', HEADER + SCENARIO);
    const { code, out } = await conform('--table', path, '--quiet');
    expect(code).toBe(1);
    expect(out.replaceAll(path, 'differs')).toBe(`v6.1 beside Linux 6.12.117, x86-64, ext4: differs

Compared: 2 of 2 operations, in facts of what the caller sees: 10; PTEs and entries: 16; faults and
  tracepoints: 2.

 *** load-hole, after ld a 1 (differs:7) ***
                                  kernel     model
     a1 entry (PTEs and entries)  zero page  zero page, DIRTY
     as a scenario of the model: a=hole, b=hole, c=hole, d=hole: load b

Exit code 1: something differs.
Done. tables=1 operations=2 differences=1
`);
  });

  it('may be a recorded one, by its name', async () => {
    const { code, out } = await conform('v6.1', '--table', 'linux-6.12.117-ext4.txt', '--quiet');
    expect(out).toContain('v6.1 beside Linux 6.12.117, x86-64, ext4: linux-6.12.117-ext4.txt');
    expect(code).toBe(1);
  });

  it('of which nothing can be compared: exit 3', async () => {
    const { code, out } = await conform('--table', file('unknown', HEADER + UNKNOWN));
    expect(code).toBe(3);
    expect(out).toContain('Exit code 3: nothing could be compared.');
  });

  it('is held beside the design that is named, under the config that is given', async () => {
    const path = file('other', HEADER + SCENARIO);
    const { code, out } = await conform('v5.10', '--table', path, '--config', 'fs=xfs', '--quiet');
    expect(code).toBe(0);
    expect(out).toContain('v5.10 beside Linux 6.12.117, x86-64, xfs');
    expect(out).toContain('--config has fs=xfs, and the table is of ext4.');
  });

  it.each([
    [['--table', 'nowhere'], 'E_RESULT_FILE: "nowhere" cannot be read'],
    [['--table', 'nowhere'], 'or the name of a recorded one: linux-5.10.262-ext4.txt, '],
    [['v4.0'], 'E_USAGE: there is no recorded table for v4.0'],
    [['--table', file('nameless', SCENARIO)], 'nameless): the table names no design'],
    [['v6.1', '--table', file('broken', '## one\n  ld a 1\n')], 'line 2 of the table is no row of a table'],
    [['--config', 'fs=ext9'], 'E_UNKNOWN_NAME'],
    [['v9.9'], 'E_UNKNOWN_NAME'],
    [['--table', file('ext9', HEADER.replace('ext4', 'ext9') + SCENARIO)], `${join(folder, 'ext9')}`],
    [['--table', file('errors', HEADER + AGREES), '--config', 'errors=on'], 'E_UNSUPPORTED'],
    [
      ['--table', file('half', `${HEADER}## one\n  par ld a 1 | st a 1 5 | min=0 m- c- p0=0/1 |  |\n`)],
      'does not say what p0 and p1 came to',
    ],
  ])('or a command line that is wrong is an error: %s', async (argv, message) => {
    const { code, err } = await conform(...argv);
    expect(code).toBe(2);
    expect(err).toContain(message);
  });
});

it('the object of --json has every difference', async () => {
  const { code, out } = await conform('--table', file('json', HEADER + SCENARIO), '--json');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({
    schema: 'faultline.conform/1',
    runs: [
      {
        design: 'v6.1',
        kernel: 'Linux 6.12.117, x86-64',
        scenarios: [
          {
            name: 'load-hole',
            operations: 2,
            compared: 2,
            facts: { user: 10, state: 16, events: 2 },
            differences: [
              { layer: 'state', what: 'a1 entry', kernel: 'zero page', model: 'zero page, DIRTY', line: 7 },
            ],
          },
        ],
      },
    ],
    exitCode: 1,
  });
});
