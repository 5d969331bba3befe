/**
 * The packed package on the Node that runs the tests, and on every other that `FAULTLINE_NODES` names (paths, separated as
 * in PATH): `npm run test:nodes` gets the oldest one that `engines` allows and the newer lines.
 */
import { execFileSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BASE } from './hostile-files.ts';
import { type Installed, install } from './installed.ts';

const NODES = [process.execPath, ...(process.env.FAULTLINE_NODES ?? '').split(delimiter).filter(Boolean)];
const STORE = ['--scenario', 'a=block: load a; store a', '--property', 'mtime-on-write'];

let user: Installed;
beforeAll(() => {
  user = install();
  user.write('base.ts', BASE);
  // Without the handler that updates the time. Types, and a module that TypeScript's way of writing imports names.
  user.write(
    'mine.ts',
    "import { defineDesign } from 'faultline';\nimport base from 'faultline/designs/v4.14';\n" +
      "import { parts } from './parts.js';\n" +
      "export default defineDesign<typeof base.parts>({ ...base, id: 'mine', parts: { ...base.parts, ...parts }, expects: {} });\n",
  );
  user.write('parts.ts', 'export const parts: { readonly pfn_mkwrite: null } = { pfn_mkwrite: null };\n');
  user.write('plain.mjs', "import base from 'faultline/designs/v4.14';\nexport default { ...base, id: 'plain' };\n");
  user.write(
    'broken.ts',
    "import { made } from './base.ts';\nexport default made(() => { throw new Error('boom'); });\n",
  );
  user.write('endless.ts', "import { made } from './base.ts';\nexport default made(() => { for (;;); });\n");
  user.write(
    'library.mjs',
    "import { loadDesign, verify } from 'faultline';\n" +
      "const run = await verify(await loadDesign('v4.14'), 'a=hole: load a', { properties: ['no-warn'] });\n" +
      'console.log(run.properties[0].verdict, run.complete);\n',
  );
}, 120_000);
afterAll(() => user?.remove());

describe.each(NODES)('on %s', (node) => {
  it(`which is ${execFileSync(node, ['--version'], { encoding: 'utf8' }).trim()}, a design in TypeScript is verified`, () => {
    const { code, out, err } = user.on(node, 'verify', './mine.ts', ...STORE);
    expect([code, err]).toEqual([1, '']);
    expect(out).toMatch(/mtime-on-write +violated in \d+ steps/);
  });

  it('a design in JavaScript is verified, and compared with a built-in one', () => {
    expect(user.on(node, 'verify', './plain.mjs', ...STORE)).toMatchObject({ code: 0, err: '' });
    const { out } = user.on(node, 'compare', 'v4.14', './mine.ts', ...STORE);
    expect(out).toMatch(/mtime-on-write +holds +violated/);
  });

  it('what a file does wrong is one error', () => {
    for (const [file, error] of [
      ['./broken.ts', /^hostile: E_THROWN .*: boom \(broken\.ts:2:\d+\)\n {2}.*\n$/],
      // Ten seconds; design-files.test.ts has it on the Node that runs the tests.
      ...(node === process.execPath
        ? []
        : [['./endless.ts', /^hostile: E_ENDLESS: .*\n {2}.*\n$|^E_ENDLESS: .*\n {2}.*\n$/] as const]),
      ['./nowhere.ts', /^E_DESIGN_FILE .*there is no such file\n {2}.*\n$/],
    ] as const) {
      const { code, err } = user.on(node, 'verify', file, ...STORE, '--quiet');
      expect([code, err]).toEqual([2, expect.stringMatching(error)]);
    }
  });

  it('the library is imported', () => {
    const out = execFileSync(node, ['library.mjs'], { cwd: user.folder, encoding: 'utf8' });
    expect(out).toBe('holds true\n');
  });
});
