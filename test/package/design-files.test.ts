import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BASE, BROKEN, ENDLESS } from './hostile-files.ts';
import { type Installed, install, type Ran } from './installed.ts';

let user: Installed;
beforeAll(() => {
  user = install();
  user.write('base.ts', BASE);
}, 120_000);
afterAll(() => user?.remove());

const fileOf = (name: string): string => `${name.replace(/\W+/g, '-')}.ts`;
const verified = (name: string): Promise<Ran> =>
  user.faultline('verify', `./${fileOf(name)}`, '--scenario', 'a=block: load a; store a', '--quiet');

/** One error with one thing to do about it, on stderr, and nothing of Node's own. */
function expectOneError({ code, out, err }: Ran, error: RegExp): void {
  expect(err).toMatch(new RegExp(error.source, 'm'));
  expect(err).toMatch(/^(\w+: )?E_[A-Z]+.*\n {2}.*\n$/);
  expect(`${out}${err}`).not.toMatch(/^\s+at |internal error|node:internal|Node\.js v/m);
  expect(code).toBe(2);
}

describe('a broken design file is one clear error, exit 2', () => {
  for (const [name, { source, error }] of Object.entries(BROKEN)) {
    it(name, async () => {
      user.write(fileOf(name), source);
      expectOneError(await verified(name), error);
    });
  }
});

describe('a design file without end is ended', () => {
  for (const [name, { source, error }] of Object.entries(ENDLESS)) {
    it.concurrent(name, async () => {
      user.write(fileOf(name), source);
      expectOneError(await verified(name), error);
    });
  }
});

describe('a design file that is fine', () => {
  it('ends when it is done, whatever timers it left behind', async () => {
    user.write(
      'timer.ts',
      "import { made } from './base.ts';\nsetInterval(() => {}, 1000);\nexport default made(() => true);",
    );
    const { code, err } = await user.verifyLoad('./timer.ts');
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  it('may inherit its parts', async () => {
    user.write(
      'inherits.ts',
      "import { made } from './base.ts';\nconst d = made(() => true);\nexport default { ...d, parts: Object.create(d.parts) };",
    );
    const { code } = await user.verifyLoad('./inherits.ts');
    expect(code).toBe(0);
  });

  it('may declare a property of its own, where it exports that as well', async () => {
    const own =
      "const p = { id: 'p', sentence: 's', promisedBy: 'p', premise: 'p', instance: () => ({ step: () => true }) };";
    const source = (exported: string): string =>
      `import { made } from './base.ts';\n${own}\n${exported}\nexport default { ...made(() => true), expects: { p: ['load-store'] } };`;
    user.write('own.ts', source('export const properties = [p];'));
    user.write('not-exported.ts', source(''));
    const asked = ['--scenario', 'a=block: load a', '--property', 'no-deadlock'];
    expect(await user.faultline('verify', './own.ts', ...asked)).toMatchObject({ code: 0, err: '' });
    expectOneError(
      await user.faultline('verify', './not-exported.ts', ...asked),
      /E_DESIGN_FILE .*expects: there is no property "p"\n.*One of your own is exported beside the design/,
    );
  });

  it('may be JavaScript', async () => {
    user.write(
      'plain.mjs',
      "import { defineDesign, loadDesign } from 'faultline';\nexport default defineDesign({ ...(await loadDesign('v4.14')), id: 'plain' });",
    );
    const { code, out } = await user.faultline(
      'verify',
      './plain.mjs',
      '--scenario',
      'store-write',
      '--property',
      'no-warn',
    );
    expect(out).toContain('plain: a=hole: load a; store a || write a');
    expect(code).toBe(1);
  });
});

describe('a path that is no design file', () => {
  it.each([
    ['that does not exist', './nowhere.ts', 'there is no such file'],
    ['of a folder', './node_modules', 'it is not a file'],
    ['of something else', './package.json', 'it is no module'],
  ])('%s', async (_, path, message) => {
    user.write('package.json', '{}');
    const { code, err } = await user.faultline('verify', path);
    expect(err).toMatch(new RegExp(`^E_DESIGN_FILE \\(${path}\\): ${message}\n  .*\n$`));
    expect(code).toBe(2);
  });

  it('two designs of one id are told apart', async () => {
    user.write('one.ts', "import { made } from './base.ts';\nexport default made(() => true);");
    user.write('two.ts', "import { made } from './base.ts';\nexport default made(() => false);");
    const { code, err } = await user.faultline('verify', './one.ts', './two.ts');
    expect(err).toMatch(/^E_DESIGN_FILE \(\.\/two\.ts\): there are two designs "hostile"/);
    expect(code).toBe(2);
  });
});
