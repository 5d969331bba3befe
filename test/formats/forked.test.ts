/** A counterexample that goes through a forked child, in every format. */
import { describe, expect, it } from 'vitest';
import { processTexts } from '../../report/processes.ts';
import { written } from './written.ts';

const FORKED = [
  'verify',
  'v4.0',
  '--scenario',
  'a=block: store a; fork; store a; fsync',
  '--property',
  'mtime-by-msync',
];

describe('what each process runs', () => {
  const texts = (scenario: string, ...ids: string[]) =>
    processTexts(scenario, ids).map((p) => [p.id, p.text, p.operations]);

  it('of a child is what follows the fork', () => {
    expect(texts('a=block: [mm2] load a; fork; fork; store a || fsync', 'T0', 'T1', 'T0c1', 'T0c1c1', 'T0c2')).toEqual([
      ['T0', '[mm2] load a; fork; fork; store a', ['load a', 'fork', 'fork', 'store a']],
      ['T1', 'fsync', ['fsync']],
      ['T0c1', 'fork; store a', ['fork', 'store a']],
      ['T0c1c1', 'store a', ['store a']],
      ['T0c2', 'store a', ['store a']],
    ]);
  });

  it('is nothing for a child that the text does not fork', () => {
    expect(texts('a=block: load a', 'T0', 'T0c1')[1]).toEqual(['T0c1', '', ['']]);
  });
});

describe('a run in which the child does the damage', () => {
  it('has a column of its own in the changelog table', async () => {
    const { out, code } = await written('markdown', ...FORKED);
    expect(code).toBe(1);
    expect(out).toMatch(/T0: store a; fork; store a; fsync +T0c1: store a; fsync/);
    expect(out).toContain('wake_up_new_task(T0c1)');
  });

  it.each(['markdown', 'mermaid', 'itf', 'sarif', 'junit'])('is written as %s', async (format) => {
    const { files } = await written(format, ...FORKED);
    const [text] = Object.values(files);
    expect(text).toContain('T0c1');
  });
});
