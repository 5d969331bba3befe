/** The report in Markdown, and the text of the terminal as a file. */
import { describe, expect, it } from 'vitest';
import markdown from '../../report/formats/markdown.ts';
import { boxed, captured } from '../cli-fixtures.ts';
import { reportOf } from './made-report.ts';
import { HOLDS, inFile, TWO_THREADS, written } from './written.ts';

/** Cells of each row of each table; a bar with a backslash is part of a cell. */
const tables = (text: string): string[][] =>
  text
    .split('\n')
    .filter((l) => l.startsWith('| '))
    .map((l) => l.slice(2, -2).split(/(?<!\\) ?\| ?/));

describe('Markdown', () => {
  it('has the figures of each run, the verdicts, and the counterexample as the terminal shows it', async () => {
    const text = (await written('markdown', ...TWO_THREADS)).files['faultline.md']!;
    const { states, transitions } = JSON.parse((await captured([...TWO_THREADS, '--json'])).out).runs[0];
    const rows = tables(text.replaceAll(',', ''));
    expect(rows).toContainEqual(
      expect.arrayContaining([
        '`v4.0`',
        '`a=block: load a; store a \\|\\| punch a`',
        `${states}`,
        `${transitions}`,
        'yes',
      ]),
    );
    expect(text).toMatch(/^\| `no-freed-block-mapped` \| \*\*violated \d+\*\* \|$/m);
    const table = /```text\n([\s\S]*?)\n```/.exec(text)![1]!;
    expect((await captured(TWO_THREADS)).out).toContain(table);
    expect(table).toMatch(/^ {5}T0: load a; store a/);
  });

  it('says the bounds of what holds', async () => {
    const text = (await written('markdown', ...HOLDS)).files['faultline.md']!;
    expect(text).toMatch(/^Bounds: 1 process, 1 address space, 1 page, default config, sequentially consistent/m);
    expect(text).toMatch(/^\| `mtime-on-write` \| holds \|$/m);
  });

  it('has a column per design, and the differences from what they declare', async () => {
    const { out } = await boxed(['verify', '--format', 'markdown'], {
      judge: (d) => ({ p: d === 'd1' ? 1 : 'holds', q: 'holds' }),
    });
    expect(tables(out)).toContainEqual(['property', '`d1`', '`d2`', '`zero-page-v3`']);
    expect(tables(out)).toContainEqual(['`p`', '**violated 1**', 'holds', 'holds']);
    expect(out).toContain('- d1: p in load-store: found violated, declared not violated');
  });

  it('keeps markup in texts as text: tables keep their columns, fences end where they should', () => {
    const [file] = markdown.render(reportOf('a | b ``` c', 'x|y', '*bold* <b> | `tick`'));
    expect(file!.text).toMatch(/^\\\*bold\\\* \\<b\\> \\\| \\`tick\\`/m);
    const fence = /^(`{3,})text\n[\s\S]*?^\1$/m.exec(file!.text)!;
    expect(fence[1]).toBe('````');
    expect(new Set(tables(file!.text).map((row) => row.length))).toEqual(new Set([7, 2]));
  });

  it('of a result that no longer replays says where it departs', async () => {
    const { out } = await captured([...TWO_THREADS, '--json']);
    const tampered = out.replaceAll('set_pte_at(ro)', 'set_pte_at(rwx)');
    for (const [format, pattern] of Object.entries({
      markdown: /^## Not as stored\n\n```text\n[\s\S]*departs at step/m,
      table: /departs at step \d+ of \d+/,
      junit: /<error type="broken"/,
      json: /"error": ".*departs at step/,
      sarif: /"executionSuccessful": false/,
    })) {
      const ran = await inFile(tampered, (file) => captured(['explain', file, '--format', format]));
      expect(ran.out).toMatch(pattern);
      expect(ran.code).toBe(1);
    }
  });
});
