/**
 * Whatever is given as a scenario, a config or a stored result comes to an end with an answer or with one clear error: no
 * stack trace, no internal error, nothing written but below --out, and nothing changed in JavaScript's own objects.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareRequest } from '../cli/compare-request.ts';
import { FaultlineError } from '../explorer/errors.ts';
import { CONFIGS } from '../model/config.ts';
import { configText } from '../report/bounds.ts';
import { captured, type Ran } from './cli-fixtures.ts';
import './explorer/seed.ts';
import { LASSO, TWO_THREADS, written } from './formats/written.ts';

const RUNS = Number(process.env.FC_RUNS ?? 90);

function expectAnAnswer({ code, out, err }: Ran): void {
  expect([0, 1, 2, 3]).toContain(code);
  expect(`${out}${err}`).not.toMatch(/internal error|^\s+at .*:\d+:\d+\)?$/m);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal
  expect(`${out}${err}`).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
  expect(Object.keys(Object.prototype)).toEqual([]);
  if (code !== 2) return;
  expect(err).toMatch(/^(?:\S+: )?E_[A-Z_]+[ :]/);
  expect(err.length).toBeLessThan(10_000);
}

/** Texts that mean something to a file system, a terminal, a regular expression or JavaScript. */
const HOSTILE = [
  '__proto__',
  'constructor',
  'toString',
  '../../outside',
  '/etc/passwd',
  './design.mjs',
  'a\u0000b',
  '\u001b[31mred',
  'line\nbreak',
  '\u202egnirts',
  '\ud800',
  '$&',
  '%s',
  '',
  ' ',
  'x'.repeat(30_000),
  '٣',
];
const hostile = fc.constantFrom(...HOSTILE);

describe('a scenario text', () => {
  const word = fc.oneof(
    {
      weight: 8,
      arbitrary: fc.constantFrom(...'a b z A hole block load store write fsync private ro mm2 mm0'.split(' ')),
    },
    { weight: 8, arbitrary: fc.constantFrom('=', ',', ':', ';', '||', '|', '[', ']', 'maps', 'truncate a', 'a=hole:') },
    { weight: 1, arbitrary: fc.oneof(hostile, fc.string({ unit: 'binary', maxLength: 8 })) },
  );
  const text = fc.oneof(
    fc.array(word, { maxLength: 14 }).map((words) => words.join(' ')),
    fc.string({ unit: 'binary', maxLength: 60 }),
    hostile,
  );

  it('is explored or refused', async () => {
    await fc.assert(
      fc.asyncProperty(text, async (scenario) => {
        const limits = ['--max-states', '200', '--property', 'no-warn'];
        expectAnAnswer(await captured(['verify', 'v4.14', `--scenario=${scenario}`, ...limits]));
      }),
      { numRuns: RUNS },
    );
  });
});

describe('a config', () => {
  const name = fc.oneof(fc.constantFrom(...Object.keys(CONFIGS)), hostile);
  const value = fc.oneof(fc.constantFrom(...Object.values(CONFIGS).flat()), hostile);
  const setting = fc.oneof(
    fc.tuple(name, value).map((pair) => pair.join('=')),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );

  it('is taken by verify, or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(setting, { maxLength: 3 }), async (settings) => {
        const configs = settings.map((s) => `--config=${s}`);
        const few = ['--scenario', 'a=hole: load a', '--property', 'no-warn', '--max-states', '20', '--quiet'];
        expectAnAnswer(await captured(['verify', 'v4.14', ...configs, ...few]));
      }),
      { numRuns: RUNS / 2 },
    );
  });

  it('is taken by compare, where it may have several values, or refused', () => {
    fc.assert(
      fc.property(fc.array(setting, { maxLength: 6 }), (config) => {
        try {
          const { configs } = compareRequest(['v4.14', 'v4.12'], { config });
          expect(new Set(configs.map(configText)).size).toBe(configs.length);
        } catch (error) {
          expect(error).toBeInstanceOf(FaultlineError);
          expectAnAnswer({ code: 2, out: '', err: (error as FaultlineError).report() });
        }
      }),
      { numRuns: RUNS * 10 },
    );
  });
});

describe('a stored result', () => {
  let root: string;
  let documents: readonly unknown[];
  beforeAll(async () => {
    root = mkdtempSync(join(tmpdir(), 'faultline-fuzz-'));
    const one = await written('json,itf', ...TWO_THREADS);
    const lasso = await written('json,itf', ...LASSO);
    documents = [...Object.values(one.files), ...Object.values(lasso.files)].map((text) => JSON.parse(text) as unknown);
  });
  afterAll(() => rmSync(root, { recursive: true }));

  async function explained(text: string | Uint8Array): Promise<Ran> {
    const directory = mkdtempSync(join(root, 'case-'));
    const here = readdirSync('.');
    writeFileSync(join(directory, 'result.json'), text);
    mkdirSync(join(directory, 'out'));
    const out = ['--out', join(directory, 'out'), '--format', 'itf,mermaid,json'];
    const ran = await captured(['explain', join(directory, 'result.json'), ...out]);
    expect(readdirSync(directory).sort()).toEqual(['out', 'result.json']);
    for (const name of readdirSync(join(directory, 'out'))) expect(name).toMatch(/^[A-Za-z0-9][\w.+-]*$/);
    expect(readdirSync('.')).toEqual(here);
    rmSync(directory, { recursive: true });
    return ran;
  }

  const value = fc.oneof(
    hostile,
    fc.constantFrom<unknown>(null, true, -1, 0.5, 3, 40, 65_536, 1e308, [], {}, [[]], ['a', 'b']),
    fc.constant(JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}') as unknown),
    fc.jsonValue({ maxDepth: 3 }),
  );
  const change = fc.record({
    document: fc.nat(),
    /** Which of the places in the document, from its root downwards. */
    place: fc.array(fc.nat(), { minLength: 1, maxLength: 8 }),
    what: fc.constantFrom('set', 'delete', 'add', 'twice'),
    key: hostile,
    value,
  });

  /** One thing changed somewhere. */
  function changed(c: {
    readonly document: number;
    readonly place: readonly number[];
    readonly what: string;
    readonly key: string;
    readonly value: unknown;
  }): unknown {
    const root = structuredClone(documents[c.document % documents.length]) as object;
    let holder: object = root;
    let key = '';
    let at: unknown = root;
    for (const n of c.place) {
      if (typeof at !== 'object' || at === null) break;
      const keys = Object.keys(at);
      if (keys.length === 0) break;
      holder = at;
      key = keys[n % keys.length]!;
      at = Reflect.get(at, key);
    }
    // Not an assignment: that would set a prototype here, in the test.
    const define = (o: object, name: string, v: unknown): unknown =>
      Object.defineProperty(o, name, { value: v, enumerable: true, configurable: true, writable: true });
    if (c.what === 'delete') Reflect.deleteProperty(holder, key);
    else if (c.what === 'add') define(holder, c.key, c.value);
    else if (c.what === 'twice' && Array.isArray(holder)) holder.splice(Number(key), 0, at);
    else define(holder, key, c.value);
    return root;
  }

  it('with anything in it changed is explained or refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 2 }), async ([first, second]) => {
        let document = changed(first!);
        if (second) {
          documents = [...documents, document];
          document = changed({ ...second, document: documents.length - 1 });
          documents = documents.slice(0, -1);
        }
        expectAnAnswer(await explained(JSON.stringify(document)));
      }),
      { numRuns: RUNS },
    );
  });

  it('with bytes cut off, put in or changed is explained or refused', async () => {
    const edit = fc.tuple(
      fc.nat(),
      fc.nat({ max: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.uint8Array({ maxLength: 6 }),
    );
    await fc.assert(
      fc.asyncProperty(edit, async ([which, cut, where, bytes]) => {
        const text = Buffer.from(JSON.stringify(documents[which % documents.length]));
        const at = Math.floor(where * text.length);
        const rest = cut === 1 ? Buffer.alloc(0) : text.subarray(at + bytes.length);
        expectAnAnswer(await explained(Buffer.concat([text.subarray(0, at), bytes, rest])));
      }),
      { numRuns: RUNS / 2 },
    );
  });

  it.each([
    ['a million brackets', '['.repeat(1e6)],
    ['a hundred thousand objects within each other', `${'{"runs":'.repeat(1e5)}0${'}'.repeat(1e5)}`],
    ['runs within runs', `{"schema":"faultline.result/1","runs":${'[{"runs":'.repeat(1e5)}0${'}]'.repeat(1e5)}}`],
    ['a key a million times', `{"schema":"faultline.result/1","runs":[],${'"x":1,'.repeat(1e6)}"y":1}`],
    ['a million runs', `{"schema":"faultline.result/1","runs":[${'{},'.repeat(1e6)}{}]}`],
    ['a number of a million digits', `{"schema":"faultline.result/1","runs":${'9'.repeat(1e6)}}`],
  ])('of %s is refused', async (_, text) => {
    const ran = await explained(text);
    expectAnAnswer(ran);
    expect(ran.code).toBe(2);
  });
});
