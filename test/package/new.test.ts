import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { partSource } from '../../cli/new/part-source.ts';
import { partsOf } from '../../cli/new/parts-list.ts';
import { designText } from '../../cli/new/template.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { type Installed, install } from './installed.ts';

let user: Installed;
const TSCONFIG = JSON.stringify({
  compilerOptions: {
    strict: true,
    noUnusedLocals: true,
    module: 'nodenext',
    target: 'es2022',
    noEmit: true,
    types: [],
    skipLibCheck: true,
    allowImportingTsExtensions: true,
  },
});
const text = (file: string): string => readFileSync(join(user.folder, file), 'utf8');
const files = (): string[] => readdirSync(user.folder).filter((f) => f !== 'node_modules');

beforeAll(() => {
  user = install();
}, 120_000);
afterAll(() => user?.remove());
beforeEach(() => {
  for (const f of files()) rmSync(join(user.folder, f), { recursive: true });
  user.write('package.json', '{ "type": "module" }');
});

describe('faultline new', () => {
  it.each(['v4.0', 'v4.14', 'zero-page-v3-no-handler'])(
    'from %s writes a design that compiles, with a test that passes',
    async (base) => {
      const { code, out } = await user.faultline('new', 'my-fix', '--from', base);
      expect(out).toBe('my-fix.ts\nmy-fix.test.ts\n');
      expect(code).toBe(0);
      user.write('tsconfig.json', TSCONFIG);
      expect(user.script('typescript/bin/tsc', '-p', '.').out).toBe('');
      const { out: report } = user.script('vitest/vitest.mjs', 'run', '--reporter=json');
      const { numPassedTests, numTotalTests } = JSON.parse(report) as Record<string, number>;
      expect(numPassedTests).toBe(numTotalTests);
      expect(numTotalTests).toBeGreaterThanOrEqual(2);
    },
  );

  it('fills in the verdicts that exploring the base finds', async () => {
    await user.faultline('new', 'my-fix', '--from', 'v4.14');
    const { expects } = await loadDesign('v4.14');
    for (const [property, scenarios] of Object.entries(expects)) {
      expect(text('my-fix.ts')).toContain(`    '${property}': [${scenarios.map((s) => `'${s}'`).join(', ')}],\n`);
    }
  });

  it('lists every part with its return values and its kernel function', async () => {
    await user.faultline('new', 'my-fix', '--from', 'v4.14');
    const written = text('my-fix.ts');
    for (const part of Object.keys((await loadDesign('v4.14')).parts)) expect(written).toMatch(` * ${part} `);
    expect(written).toMatch(/ \* insert_pfn +OK \| EBUSY +insert_pfn\(\) in mm\/memory\.c \(linux v4\.14\)\n/);
    expect(written).toMatch(/ \* insert_pfn +args: \{ readonly pfn: /);
    expect(written).toMatch(/ \* hole_pages +false\n/);
    expect(written).toMatch(/ \* user_access +DONE \| KILLED +no kernel function: Intel SDM/);
    expect(written).toMatch(/ \* dax_load_hole .* only calls dax_insert_mapping_entry\(\), insert_pfn\(\)\n/);
  });

  it('says what a part returns in the kernel of the base', async () => {
    await user.faultline('new', 'get-block', '--from', 'v4.0');
    expect(text('get-block.ts')).toMatch(/ \* dax_load_hole +LOCKED \| SIGBUS \| OOM /);
    await user.faultline('new', 'iomap', '--from', 'zero-page-v3');
    expect(text('iomap.ts')).toMatch(/ \* dax_load_hole +RETURN \| LOCKED /);
    expect(text('iomap.ts')).toMatch(/ \* dax_insert_mapping +RETURN /);
    expect(text('iomap.ts')).toMatch(/ \* grab_mapping_entry +RETURN \| ENOMEM /);
  });

  it('writes a line that checks the types of both files, and works as typed', async () => {
    await user.faultline('new', 'my-fix', '--from', 'v4.1-pfn-mkwrite', '--part', 'wp_pfn_shared');
    const args = /npx tsc (?<args>.*)/.exec(text('my-fix.ts'))!.groups!.args!.split(' ');
    expect(args).toContain('my-fix.test.ts');
    expect(user.script('typescript/bin/tsc', ...args)).toMatchObject({ code: 0, out: '' });
    user.write('my-fix.ts', text('my-fix.ts').replace('ret.DONE', 'ret.DNOE'));
    expect(user.script('typescript/bin/tsc', ...args).out).toMatch(/^my-fix\.ts.*'DNOE' does not exist/);
    // The samples are of runs with a store on a page that was read: wp_pfn_shared() runs nowhere else.
    const samples = [...text('my-fix.test.ts').matchAll(/^it\('(?:holds|violates) .*: (?<scenario>.*)',/gm)];
    expect(samples.length).toBeGreaterThan(0);
    for (const { groups } of samples) expect(groups!.scenario).toMatch(/load a.*store a/);
    expect(text('my-fix.test.ts')).not.toContain('fsync-no-spurious-error');
  });

  it.each([
    ['v4.14', 'dax_load_hole', 'loadHole', /const V414_INSERTIONS: Insertions = \{[\s\S]*here\.at\(entry\)/],
    [
      'v4.14',
      'dax_insert_mapping_entry',
      'insertEntry',
      /s\.send\(here\.slot\(s\), \{ type: 'TAG'[\s\S]*const insertEntry =/,
    ],
    ['v4.14', 'dax_iomap_pte_fault', 'iomapPteFault', /const iomapPteFault =[\s\S]*check_size: step\(/],
    ['v6.1', 'unmap_mapping_range', 'unmapMappingRange', /const unmapMappingRange =/],
    ['v6.12', 'dax_writeback_one', 'writebackOne', /^function writebackOne\([\s\S]*dax_flush: step\(/],
  ])('of %s copies the steps of %s, which %s() makes', async (base, part, factory, steps) => {
    const source = await partSource(await loadDesign(base), part);
    expect(source?.factory).toBe(factory);
    expect([...source!.imports.values()].flat()).not.toContain(factory);
    expect([...source!.helpers, source!.definition].join('\n')).toMatch(steps);
  });

  it('takes a design file as its base', async () => {
    await user.faultline('new', 'first', '--from', 'v4.14');
    const { code } = await user.faultline('new', 'second', '--from', './first.ts', '--part', 'pfn_mkwrite');
    expect(code).toBe(0);
    expect(text('second.ts')).toContain("import base from './first.ts';");
    const { code: verified } = await user.verifyLoad('./second.ts');
    expect(verified).toBe(0);
  });

  it('never overwrites without --force', async () => {
    user.write('my-fix.test.ts', 'mine');
    const refused = await user.faultline('new', 'my-fix', '--from', 'v4.14');
    expect(refused).toMatchObject({ code: 2, out: '' });
    expect(refused.err).toMatch(/^E_OUTPUT: there is a my-fix\.test\.ts already\n.*--force/);
    expect(files()).toEqual(['my-fix.test.ts', 'package.json']);
    expect(text('my-fix.test.ts')).toBe('mine');
    expect((await user.faultline('new', 'my-fix', '--from', 'v4.14', '--force')).code).toBe(0);
    expect(text('my-fix.test.ts')).toContain('toBehaveAsDeclared');
  });

  it('writes nothing outside the folder, through a link neither', async () => {
    mkdirSync(join(user.folder, 'elsewhere'));
    user.write('elsewhere/target.ts', 'theirs');
    symlinkSync('elsewhere/target.ts', join(user.folder, 'my-fix.ts'));
    expect((await user.faultline('new', 'my-fix', '--from', 'v4.14')).code).toBe(2);
    expect((await user.faultline('new', 'my-fix', '--from', 'v4.14', '--force')).code).toBe(0);
    expect(text('elsewhere/target.ts')).toBe('theirs');
    expect(text('my-fix.ts')).toContain('defineDesign');
  });

  it.each([
    ['../my-fix', 'E_USAGE: "../my-fix" is no name'],
    ['a/b', 'E_USAGE: "a/b" is no name'],
    ['/tmp/x', 'E_USAGE: "/tmp/x" is no name'],
    ['.hidden', 'E_USAGE: ".hidden" is no name'],
    ['my fix', 'E_USAGE: "my fix" is no name'],
    ["a'b", 'E_USAGE: "a\'b" is no name'],
    ['a..b', 'E_USAGE: "a..b" is no name'],
    ['', 'E_USAGE: "" is no name'],
    ['x'.repeat(61), 'E_USAGE: "x+" is no name'],
    ['my-fix.ts', 'E_USAGE: "my-fix.ts" is a file'],
    ['v4.14', 'E_USAGE: "v4.14" is a built-in design'],
  ])('refuses the name "%s"', async (name, message) => {
    const { code, err } = await user.faultline('new', name, '--from', 'v4.14');
    expect(err).toMatch(new RegExp(`^${message}`));
    expect(code).toBe(2);
    expect(files()).toEqual(['package.json']);
  });

  it.each([
    ['an unknown base', ['--from', 'v4.15'], 'E_UNKNOWN_NAME: there is no design "v4.15"'],
    ['no base', [], "E_USAGE: required option '--from"],
    ['an unknown part', ['--from', 'v4.14', '--part', 'insert_pfm'], 'E_UNKNOWN_NAME: v4.14 has no part "insert_pfm"'],
    [
      'a part that is no function',
      ['--from', 'v4.0', '--part', 'pfn_mkwrite'],
      'E_UNKNOWN_NAME: part pfn_mkwrite of v4.0 is null',
    ],
  ])('refuses %s', async (_, args, message) => {
    const { code, err } = await user.faultline('new', 'my-fix', ...args);
    expect(err).toMatch(new RegExp(`^${message}`));
    expect(code).toBe(2);
    expect(files()).toEqual(['package.json']);
  });
});

it('every part of every built-in design can be the one to begin with: what is written compiles', async () => {
  let copied = 0;
  let all = 0;
  for (const base of await designIds()) {
    const design = await loadDesign(base);
    const parts = await partsOf(design);
    for (const { name: part, value, returns } of parts) {
      if (value !== undefined) continue;
      expect(returns, `${part} declares what it returns`).not.toEqual([]);
      const source = await partSource(design, part);
      const explored = { violated: {}, held: {}, reaching: [] };
      const draft = { name: `x-${all}`, base, baseModule: `faultline/designs/${base}`, parts, part, source, explored };
      user.write(`all/${base}-${part}.ts`, designText(draft));
      // The compiler's word for what the header says.
      const returned = `keyof Parameters<NonNullable<typeof base.parts.${part}>>[2]`;
      const said = returns.map((r) => `'${r}'`).join(' | ');
      const same = `const same: [${returned}, ${said}] extends [${said}, ${returned}] ? true : false = true;`;
      user.write(
        `all/returns-${base}-${part}.ts`,
        `import base from 'faultline/designs/${base}';\n${same}\nexport default same;\n`,
      );
      all++;
      // A call has no steps to edit: those are in the function that is called.
      if (source && (/=>/.test(source.definition.split('\n', 8).join(' ')) || source.factory)) copied++;
    }
  }
  user.write('all/tsconfig.json', TSCONFIG);
  expect(user.script('typescript/bin/tsc', '-p', 'all').out).toBe('');
  // The rest uses two things of one name, from two files, or has no steps of its own.
  expect(copied / all).toBeGreaterThan(0.97);
  expect(existsSync(join(user.folder, 'all'))).toBe(true);
});
