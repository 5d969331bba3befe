/** Reports are written into the directory that was named, and nowhere else. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fileName, fileNames, writeFiles } from '../../cli/files.ts';
import { boxed, captured } from '../cli-fixtures.ts';
import { textsIn } from './written.ts';

let root = '';
const at = (name: string): string => join(root, name);
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'faultline-files-'));
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('the name of a file', () => {
  it('is one plain name within the directory, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const name = fileName(text);
        expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._+-]*$/);
        expect(name.length).toBeLessThanOrEqual(180);
        expect(resolve('/out', name)).toBe(`/out/${basename(name)}`);
      }),
    );
  });
  it('keeps what can be kept', () => {
    expect(fileName('v4.0--a=hole: load a; store a || [mm2] load a--p')).toBe(
      'v4.0--a-hole-load-a-store-a-mm2-load-a--p',
    );
    expect(fileName('../../etc/passwd')).toBe('etc-passwd');
    expect(fileName('..')).toBe('unnamed');
  });
  it('is of one file only, also where case does not count', () => {
    const files = ['a b', 'a/b', 'A-B'].map((name) => ({ name, extension: 'x', text: '' }));
    expect(fileNames(files)).toEqual(['a-b.x', 'a-b-2.x', 'A-B-3.x']);
  });
});

describe('writing', () => {
  const file = (text: string) => ({ name: 'report', extension: 'txt', text });

  it('replaces a file of the name, and leaves nothing else behind', () => {
    writeFiles(root, [file('one')]);
    writeFiles(root, [file('two')]);
    expect(textsIn(root)).toEqual({ 'report.txt': 'two' });
  });
  it('replaces a link of the name, and does not follow it', () => {
    const secret = at('secret');
    const out = at('out');
    writeFileSync(secret, 'untouched');
    mkdirSync(out);
    symlinkSync(secret, join(out, 'report.txt'));
    writeFiles(out, [file('new')]);
    expect(readFileSync(secret, 'utf8')).toBe('untouched');
    expect(readFileSync(join(out, 'report.txt'), 'utf8')).toBe('new');
  });
  it('says what is wrong where it cannot write, and leaves no half file', () => {
    mkdirSync(at('report.txt'));
    mkdirSync(at('report.txt/full'));
    expect(() => writeFiles(root, [file('x')])).toThrow(/cannot write/);
    expect(readdirSync(root)).toEqual(['report.txt']);
  });
});

describe('--out and --format', () => {
  const verify = (...argv: string[]) =>
    boxed(['verify', 'd1', '--scenario', 'store a', ...argv], { judge: () => ({ p: 1 }) });
  const outside = () => readdirSync(root).filter((name) => name !== 'out');

  it('writes each format that is named, beside the text on the terminal', async () => {
    const { out, err } = await verify('--out', at('out'), '--format', 'json,table', '--format', 'junit');
    expect(out).toContain('d1 violates p');
    expect(err).toBe(`3 files written to ${at('out')}\n`);
    expect(Object.keys(textsIn(at('out')))).toEqual(['faultline.json', 'faultline.junit.xml', 'faultline.txt']);
    expect(outside()).toEqual([]);
  });
  it('writes the same text as the terminal shows, and the same JSON as --json prints', async () => {
    const { out } = await verify('--out', at('out'), '--format', 'table,json');
    const files = textsIn(at('out'));
    const still = (text: string) => text.replace(/sec=[\d.]+/, '');
    expect(still(files['faultline.txt']!)).toBe(still(out));
    expect(files['faultline.json']).toBe((await verify('--json')).out);
  });
  it('prints one format on stdout and nothing else, where no directory is named', async () => {
    for (const [format, start] of Object.entries({
      json: '{',
      junit: '<?xml',
      markdown: '# ',
      mermaid: 'sequence',
      itf: '{',
    })) {
      const { out, err, code } = await verify('--format', format);
      expect(out.startsWith(start)).toBe(true);
      expect(out).not.toContain('Done. runs=');
      expect([err, code]).toEqual(['', 1]);
    }
    expect((await verify('--format', 'table')).out).toContain('Done. runs=');
  });
  it('prints one of several counterexamples on stdout, and says so', async () => {
    const { out, err } = await boxed(['verify', 'd1', '--scenario', 'store a', '--format', 'itf'], {
      judge: () => ({ p: 1, q: 1 }),
    });
    expect(JSON.parse(out)['#meta'].faultline.property).toBe('p');
    expect(err).toMatch(/^d1--store a--p: the first of 2 counterexamples; --out DIR --format itf writes all/);
  });

  const refused: Readonly<Record<string, [argv: string[], error: RegExp]>> = {
    'several formats on stdout': [
      ['--format', 'json', '--format', 'itf'],
      /^E_USAGE: --format json, itf without --out\n/,
    ],
    '--json and another format on stdout': [['--json', '--format', 'itf'], /^E_USAGE: --json and --format itf both/],
    'a directory without a format': [
      ['--out', 'out'],
      /^E_USAGE: --out without --format\n {2}Say which: --format itf, /,
    ],
    'a format that does not exist': [
      ['--format', 'sarf'],
      /^E_UNKNOWN_NAME: there is no format "sarf"\n {2}Did you mean sarif\?/,
    ],
    'a format that is a path': [['--format', '../formats/json'], /^E_UNKNOWN_NAME: there is no format/],
    'no format': [['--format', 'json,'], /^E_USAGE: --format without a name/],
  };
  for (const [what, [argv, error]] of Object.entries(refused)) {
    it(`refuses ${what} before exploring`, async () => {
      const { code, out, err } = await verify(...argv);
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(error);
    });
  }
  it('refuses a directory that is a file', async () => {
    writeFileSync(at('out'), 'a file');
    const { code, err } = await verify('--out', at('out'), '--format', 'json');
    expect(code).toBe(2);
    expect(err).toMatch(/^E_OUTPUT \(.*out\): cannot write: /);
  });
  it('refuses a design whose id is a path, and writes nothing', async () => {
    const design = at('design.mjs');
    const base = resolve('model/designs/v4.14.ts');
    writeFileSync(design, `import d from ${JSON.stringify(base)}; export default { ...d, id: '../../evil' };`);
    const { code, err } = await captured([
      'verify',
      design,
      '--scenario',
      'load a',
      '--out',
      at('out'),
      '--format',
      'itf',
    ]);
    expect(code).toBe(2);
    expect(err).toContain('id is "../../evil"');
    expect(readdirSync(root)).toEqual(['design.mjs']);
  });
});
