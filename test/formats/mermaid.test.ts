/** Mermaid diagrams through Mermaid's parser. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import mermaidFormat from '../../report/formats/mermaid.ts';
import { mermaidText } from '../../report/mermaid-text.ts';
import { reportOf } from './made-report.ts';
import { parseMermaid } from './mermaid-parser.ts';
import { LASSO, TWO_THREADS, written } from './written.ts';

const diagramOf = async (argv: readonly string[]): Promise<string> => {
  const [text, ...others] = Object.values((await written('mermaid', ...argv)).files);
  expect(others).toEqual([]);
  return text!;
};

describe('a counterexample in Mermaid', () => {
  it('parses as a sequence diagram with a lane per process and per component that changes', async () => {
    const text = await diagramOf(TWO_THREADS);
    expect(await parseMermaid(text)).toBe('sequence');
    expect(text).toMatch(/^ {2}participant P0 as T0: load a#59; store a$/m);
    expect(text).toMatch(/^ {2}participant P1 as T1: punch a$/m);
    expect(text).toMatch(/^ {2}participant C\d as pte\[mm1\]\.a$/m);
    expect(text).toMatch(/^ {2}P0->>C\d: none → ro blk\.a$/m);
    expect(text).toMatch(/^ {2}Note over P0,P1: no-freed-block-mapped violated: /m);
  });

  it('shows a run that never ends with its loop in a frame', async () => {
    const text = await diagramOf(LASSO);
    expect(await parseMermaid(text)).toBe('sequence');
    expect(text).toMatch(/^ {2}loop for ever\n(?: {4}.*\n)+ {2}end$/m);
  });

  it('parses whatever the texts of steps, components and damages hold', async () => {
    const markup = fc.constantFrom(
      '<',
      '>',
      '&',
      '"',
      "'",
      '`',
      ';',
      '#',
      '%%',
      '|',
      '\\',
      '{',
      '}',
      '[',
      ']',
      '(',
      ')',
    );
    const words = fc.constantFrom(
      'end',
      'loop',
      'Note over',
      'as',
      '->>',
      '-->',
      '\n',
      '\u0000',
      ':',
      ',',
      ' ',
      '+',
      '-',
    );
    const text = fc.string({ unit: fc.oneof(markup, words, fc.string({ maxLength: 1, minLength: 1 })), maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(text, text, text, async (step, component, damage) => {
        const [file] = mermaidFormat.render(reportOf(step, component, damage));
        expect(await parseMermaid(file!.text)).toBe('sequence');
      }),
      { numRuns: 300 },
    );
  });
});

describe('a text in Mermaid', () => {
  it('is never empty, and keeps plain text as it is', () => {
    expect(mermaidText(' ')).toBe('#160;');
    expect(mermaidText('set_pte_at(rw)')).toBe('set_pte_at(rw)');
  });
  it('has its markup as codes that stand for the same characters', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const shown = mermaidText(text).replace(/#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
        expect(shown.replaceAll('\u00a0', ' ').trim()).toBe(text.replace(/[\p{Cc}\p{Cs}\s]+/gu, ' ').trim());
      }),
    );
  });
});
