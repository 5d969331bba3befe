import { spawnSync } from 'node:child_process';
import { cpSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Installed, install } from './installed.ts';

let user: Installed;
beforeAll(() => {
  user = install();
}, 120_000);
afterAll(() => user?.remove());

const STORE = 'a=block: load a; store a';
/** A design of three files, in the ways that TypeScript and people write imports. */
const DESIGN = `
import { chart, defineDesign, defineProperty, FaultlineError, kernelMarks, violated, type IomapParts } from 'faultline';
import base from 'faultline/designs/v4.14';
import { isNone } from 'faultline/entries/pte';
import { handler } from './parts/handler.js';
import { title } from './title';

export const properties = [
  defineProperty({
    id: 'one-trap',
    sentence: 'A store traps at most once.',
    promisedBy: 'nobody',
    premise: 'a trap',
    instance: () => ({
      step: (seen) =>
        kernelMarks(seen.marks).some((m) => m.type === 'trap' && m.op.endsWith('store0')) ? violated('it traps') : undefined,
    }),
  }),
];
if (process.env.MODULES) console.log(JSON.stringify([typeof chart, isNone.name, FaultlineError.name]));
if (process.env.THROWN) throw new FaultlineError('E_USAGE', 'thrown by the file', 'Mend it.');
export default defineDesign<IomapParts>({ ...base, id: 'mine', title, parts: { ...base.parts, pfn_mkwrite: handler } });
`;

describe('the packed package, installed in an empty folder', () => {
  beforeAll(() => {
    // As npm init writes it: "commonjs" does not make a design file one.
    user.write('package.json', '{ "name": "user", "type": "commonjs" }');
    user.write('my-design.ts', DESIGN);
    user.write(
      'parts/handler.ts',
      "export const handler: null = null;\nexport type Unused = import('../title.ts').T;\n",
    );
    user.write('title.ts', "export type T = string;\nexport const title = 'without a handler' satisfies T;\n");
  });

  it('has what it needs and no more', () => {
    expect(user.packed).toEqual(
      expect.arrayContaining(['package.json', 'README.md', 'dist/cli/main.js', 'dist/index.d.ts', 'dist/vitest.js']),
    );
    const kinds = user.packed.filter(
      (f) =>
        !/^(dist|docs|lab\/conformance\/(tables|traces)|lab\/(kernel|replay)\/guest|model)\/|^(package\.json|README\.md|index\.ts)$/.test(
          f,
        ),
    );
    expect(kinds).toEqual([]);
    expect(user.packed.filter((f) => /(^|\/)(test|node_modules|\.)/.test(f))).toEqual([]);
  });

  it('runs nothing when it is installed', () => {
    const manifest = (name: string): { scripts?: object; dependencies?: Readonly<Record<string, string>> } =>
      JSON.parse(readFileSync(`${user.folder}/node_modules/${name}/package.json`, 'utf8'));
    const { scripts, dependencies = {} } = manifest('faultline');
    expect(scripts).toBeUndefined();
    const seen = new Set<string>();
    const visit = (name: string): void => {
      if (seen.has(name)) return;
      seen.add(name);
      expect(
        Object.keys(manifest(name).scripts ?? {}).filter((s) => /^(pre|post)?install$/.test(s)),
        name,
      ).toEqual([]);
      for (const next of Object.keys(manifest(name).dependencies ?? {})) visit(next);
    };
    for (const name of Object.keys(dependencies)) visit(name);
    expect(seen.size).toBeGreaterThan(5);
  });

  it('verifies a design written in TypeScript', () => {
    const { code, out, err } = user.npx(
      'verify',
      './my-design.ts',
      '--scenario',
      STORE,
      '--property',
      'mtime-on-write',
    );
    expect(err).toBe('');
    expect(out).toMatch(/mtime-on-write +violated in \d+ steps/);
    expect(code).toBe(1);
  });

  it('checks the properties that the file brings', async () => {
    const all = await user.faultline('verify', './my-design.ts', '--scenario', STORE, '--json');
    const { runs } = JSON.parse(all.out) as { runs: { properties: { id: string; verdict: string }[] }[] };
    expect(runs[0]!.properties).toContainEqual(expect.objectContaining({ id: 'one-trap', verdict: 'violated' }));
    const one = await user.faultline(
      'verify',
      './my-design.ts',
      'v4.14',
      '--scenario',
      STORE,
      '--property',
      'one-trap',
    );
    expect(one.err).toBe('');
    expect(one.out).toMatch(/one-trap +violated/);
  });

  it('gives the file the very modules that run', async () => {
    // Its FaultlineError is the checker's: told as one, not as a mistake of the file.
    const { code, err } = await withEnv({ THROWN: '1' }, () => user.faultline('verify', './my-design.ts'));
    expect(err).toBe('E_USAGE: thrown by the file\n  Mend it.\n');
    expect(code).toBe(2);
  });

  it('verifies a file that lies elsewhere, beside another faultline', async () => {
    user.write('../elsewhere/node_modules/faultline/package.json', '{ "name": "faultline", "main": "index.js" }');
    user.write('../elsewhere/node_modules/faultline/index.js', "throw new Error('the wrong one');");
    user.write(
      '../elsewhere/far.ts',
      "import base from 'faultline/designs/v4.14';\nexport default { ...base, id: 'far' };",
    );
    const { code, err } = await user.verifyLoad('../elsewhere/far.ts');
    expect(err).toBe('');
    expect(code).toBe(0);
  });

  it('keeps what the file prints out of the results', async () => {
    const { out, err } = await withEnv({ MODULES: '1' }, () =>
      user.faultline('verify', './my-design.ts', '--scenario', STORE, '--json'),
    );
    expect(err).toContain('["function","none","FaultlineError"]\n');
    expect(() => JSON.parse(out)).not.toThrow();
  });

  const onto = (redirection: string, ...args: readonly string[]) =>
    spawnSync('sh', ['-c', `node_modules/.bin/faultline "$@" ${redirection}`, 'sh', ...args], {
      cwd: user.folder,
      encoding: 'utf8',
    });
  const holds = ['verify', 'v4.14', '--scenario', 'a=block: load a', '--property', 'no-warn'];

  it('says so where its results cannot be written, and never that all is as wanted', () => {
    for (const args of [holds, ['verify', './my-design.ts', ...holds.slice(2)]]) {
      const { status, stderr } = onto('> /dev/full', ...args);
      expect(stderr).toMatch(/^E_OUTPUT: cannot write the results: ENOSPC: [^\n]*\n {2}Is the disk full\?\n$/);
      expect(status).toBe(2);
    }
  });

  it('ends without a word where the reader of its results has gone, or nobody reads its progress', () => {
    const { stdout, stderr } = onto('| head -n 1', 'verify', 'v4.0', '--scenario', 'store-punch');
    expect([stdout, stderr]).toEqual(['v4.0: a=block: load a; store a || punch a  (store-punch)\n', '']);
    expect(onto('2> /dev/full', ...holds, '--progress').status).toBe(0);
  });

  it('has declarations with which nothing misspelt compiles', () => {
    cpSync(fileURLToPath(new URL('./user', import.meta.url)), `${user.folder}/types`, { recursive: true });
    // The declarations of the libraries are checked as well.
    const compilerOptions = {
      strict: true,
      module: 'nodenext',
      target: 'es2022',
      noEmit: true,
      types: [],
      skipLibCheck: false,
    };
    user.write('types/tsconfig.json', JSON.stringify({ compilerOptions }));
    user.write('types/package.json', '{ "type": "module" }');
    expect(user.script('typescript/bin/tsc', '-p', 'types')).toEqual({ code: 0, out: '', err: '' });
  });

  it('is a library: verdicts, readings, costs, replays, the state graph, stored results', async () => {
    const { out: stored } = await user.faultline(
      ...['verify', 'v4.14', '--scenario', 'store-write', '--property', 'no-warn', '--json'],
    );
    user.write('result.json', stored);
    user.write('library/package.json', '{ "type": "module" }');
    const compiled = user.script('typescript/bin/tsc', '-p', 'types', '--noEmit', 'false', '--outDir', 'library');
    expect(compiled).toEqual({ code: 0, out: '', err: '' });
    const { code, out, err } = user.script('../library/library.js', 'result.json');
    expect(err).toBe('');
    expect(out.trim().split('\n')).toEqual([
      'verdict violated 34 2 33',
      'says 4 true',
      'costs store a 1 1',
      'replayed 33 insert_pfn false holds',
      'nothing E_USAGE',
      'graph true true true T0',
      'explained 1 no-warn undefined',
    ]);
    expect(code).toBe(0);
  });

  it('has matchers for vitest', () => {
    const test = (name: string, expectation: string) =>
      `it('${name}', async () => { await expect(design).${expectation}; });`;
    user.write(
      'my-design.test.ts',
      [
        "import { expect, it } from 'vitest';",
        "import 'faultline/vitest';",
        "import design, { properties } from './my-design.ts';",
        test('passes', `toViolate('mtime-on-write', { scenario: 'load-store' })`),
        test('passes with a property', `toViolate(properties[0], { scenario: '${STORE}' })`),
        test('fails', `toHold('mtime-on-write', { scenario: 'load-store' })`),
      ].join('\n'),
    );
    const { out } = user.script('vitest/vitest.mjs', 'run', '--reporter=json', 'my-design.test.ts');
    const { testResults } = JSON.parse(out) as {
      testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
    };
    const results = testResults[0]!.assertionResults;
    expect(results.map(({ title, status }) => [title, status])).toEqual([
      ['passes', 'passed'],
      ['passes with a property', 'passed'],
      ['fails', 'failed'],
    ]);
    expect(results[2]!.failureMessages[0]).toContain('*** mtime-on-write violated');
  });
});

async function withEnv<T>(env: Readonly<Record<string, string>>, act: () => Promise<T>): Promise<T> {
  Object.assign(process.env, env);
  try {
    return await act();
  } finally {
    for (const name of Object.keys(env)) delete process.env[name];
  }
}

/** Times and memory differ from run to run. */
const stable = (text: string): string =>
  text
    .replace(/"(seconds|peakBytes)": [\d.e-]+/g, '"$1": 0')
    .replace(/[\d.]+ s, [\d.]+ [KMG]iB at most|sec=[\d.]+| \d+\.\d\d(?= )/g, '…');

/** On several threads, which only what was built can have. */
describe('runs side by side', () => {
  const both = async (...args: string[]) => {
    const jobs = (n: string) => user.faultline(...args, '--jobs', n);
    const [alone, shared] = await Promise.all([jobs('1'), jobs('2')]);
    return [alone, shared].map(({ code, out, err }) => ({ code, out: stable(out), err: stable(err) }));
  };

  it.each([
    ['json', ['--json']],
    ['text', []],
    ['sarif', ['--format', 'sarif']],
  ])('print the same as one after the other, in the order of the plan (%s)', async (_, output) => {
    const [alone, shared] = await both('verify', 'v4.14', 'v4.0', '--scenario', 'load-store', ...output);
    expect(alone!.out).toMatch(/v4\.14[\s\S]*v4\.0/);
    expect(alone!.code).toBe(1);
    expect(shared).toEqual(alone);
  });

  it('report a run that a design cannot do, and go on with the others', async () => {
    const [alone, shared] = await both('verify', 'v4.0', 'v6.1', '--scenario', 'a=block: [sync] load a', '--quiet');
    expect(alone!.err).toContain('v4.0: E_UNSUPPORTED');
    expect(alone!.code).toBe(2);
    expect(shared).toEqual(alone);
  });

  it('have all the memory for a run that has too little as one of two', async () => {
    const texts = ['--scenario', 'a=hole: load a; store a || load a; store a || write a', '--scenario', 'load-store'];
    const complete = async (memory: string, jobs: string): Promise<boolean> => {
      const asked = ['--property', 'none', '--json', '--max-memory', memory, '--jobs', jobs];
      const { out } = await user.faultline('verify', 'v4.14', ...texts, ...asked);
      return JSON.parse(out).runs[0].complete;
    };
    expect(await complete('750K', '1')).toBe(false);
    expect(await complete('1500K', '1')).toBe(true);
    expect(await complete('1500K', '2')).toBe(true);
  });

  it('have it as well for a case of the casebook', async () => {
    const codeOf = async (memory: string, jobs: string): Promise<number | null> =>
      (await user.faultline('casebook', 'C01', 'C02', '--max-memory', memory, '--jobs', jobs)).code;
    expect(await codeOf('500K', '1')).toBe(3);
    expect(await codeOf('1000K', '1')).toBe(0);
    expect(await codeOf('1000K', '2')).toBe(0);
  });

  it('do themselves what a thread had taken that died', async () => {
    const built = `${user.folder}/node_modules/faultline/dist/cli/side-by-side/side-by-side.js`;
    const { SideBySide } = (await import(
      pathToFileURL(built).href
    )) as typeof import('../../cli/side-by-side/side-by-side.ts');
    user.write(
      'dies.mjs',
      "import { workerData } from 'node:worker_threads';\nAtomics.add(workerData.next, 0, 1);\nprocess.exit(1);\n",
    );
    const file = pathToFileURL(`${user.folder}/dies.mjs`);
    const slow = async (n: number): Promise<number> => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return n * n;
    };
    const runs = new SideBySide({ count: 4, here: slow, file, given: 0 }, 3);
    expect(runs.shared).toBe(true);
    expect([await runs.of(0), await runs.of(1), await runs.of(2), await runs.of(3)]).toEqual([0, 1, 4, 9]);
    await runs.end();
  });

  it('decide cases as one thread does', async () => {
    const [alone, shared] = await both('casebook', 'S0.10', 'C01', 'C03', '--json');
    expect(JSON.parse(alone!.out).cases).toHaveLength(3);
    expect(shared).toEqual(alone);
  });
});
