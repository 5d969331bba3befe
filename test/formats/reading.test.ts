/** How to read a counterexample, in every format that has room for it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { parseMermaid } from './mermaid-parser.ts';
import { LASSO, TWO_THREADS, written } from './written.ts';

const ALL = 'table,markdown,json,itf,sarif,junit,mermaid';
const NAME = 'v4.0--store-punch--no-freed-block-mapped';
const squeezed = (text: string): string => text.replace(/\s+/g, ' ');

describe('how to read a counterexample', () => {
  let files: Readonly<Record<string, string>>;
  let says: readonly string[];
  beforeAll(async () => {
    ({ files } = await written(ALL, ...TWO_THREADS));
    says = JSON.parse(files[`${NAME}.itf.json`]!)['#meta'].faultline.reading.says;
  });

  it('is told in the same sentences by table, Markdown, JUnit, SARIF and ITF', () => {
    expect(says[0]).toMatch(/^\d context switch(es)?, the fewest of all shortest runs\.$/);
    expect(says[1]).toMatch(/^(From step \d+ on every continuation is bad|Only step \d+ itself is bad.*)\.$/);
    expect(says.slice(2)).toEqual([
      expect.stringMatching(/^Last good choice: before step \d+; e\.g\. /),
      expect.stringMatching(/^A good run beside it: steps 1 to \d+, then .*all have finished\.$/),
    ]);
    const { runs } = JSON.parse(files['faultline.sarif']!);
    const flow = runs[0].results.find((r: { kind: string }) => r.kind === 'fail').codeFlows[0];
    for (const text of [
      files['faultline.txt']!,
      files['faultline.md']!,
      files['faultline.junit.xml']!,
      flow.message.text,
    ]) {
      for (const sentence of says) expect(squeezed(text)).toContain(sentence);
    }
  });

  it('is in JSON and ITF as figures, with the good run', () => {
    const { reading } = JSON.parse(files['faultline.json']!).runs[0].properties[0];
    const { says: _, ...stored } = JSON.parse(files[`${NAME}.itf.json`]!)['#meta'].faultline.reading;
    expect(stored).toMatchObject({ switches: reading.switches, goodUntil: reading.goodUntil });
    expect(stored.goodRun.length).toBe(reading.goodRun.length);
    expect(reading.goodRun[0]).toMatchObject(stored.goodRun[0]);
  });

  it('stands in SARIF with the first fatal step, in Mermaid above it', async () => {
    const { reading } = JSON.parse(files['faultline.json']!).runs[0].properties[0];
    const { runs } = JSON.parse(files['faultline.sarif']!);
    const flow = runs[0].results.find((r: { kind: string }) => r.kind === 'fail').codeFlows[0];
    const bad = flow.threadFlows
      .flatMap((t: { locations: object[] }) => t.locations)
      .filter((l: { location: { message: { text: string } } }) => /continuation is bad/.test(l.location.message.text));
    expect(bad.map((l: { executionOrder: number }) => l.executionOrder)).toEqual([reading.goodUntil + 1]);
    const lines = files[`${NAME}.mmd`]!.split('\n');
    const at = lines.findIndex((l) => l.startsWith('  Note over P0,P1: Last good choice: before step'));
    expect(lines[at + 1]).toMatch(new RegExp(`^ {2}P\\d->>P\\d: ${reading.goodUntil + 1}\\. `));
    expect(await parseMermaid(files[`${NAME}.mmd`]!)).toBe('sequence');
  });

  it('of a run that never ends without a good one beside it says just that', async () => {
    const lasso = (await written(ALL, ...LASSO)).files;
    const text = 'No run is good: every one violates store-completes or never finishes.';
    for (const [name, content] of Object.entries(lasso)) {
      if (name !== 'faultline.json') expect(squeezed(content), name).toContain(text);
    }
  });
});
