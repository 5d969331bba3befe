/** Where alternatives were written: recorded on demand, read from stacks of every form that loaders make. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { otherwise, unreached, when } from '../../explorer/chart.ts';
import { recordingSites, sitesIn } from '../../explorer/site.ts';

const HERE = fileURLToPath(import.meta.url);

describe('sites', () => {
  it('are the calls that made an alternative, innermost first', () => {
    const helper = () => otherwise('x', '');
    const made = recordingSites(true, () => helper());
    const [inner, outer] = made.sites!();
    expect([inner!.file, outer!.file]).toEqual([HERE, HERE]);
    expect(outer!.line).toBe(inner!.line + 1);
  });
  it('stay with an alternative that is copied', () => {
    const made = recordingSites(true, () =>
      unreached(
        'never',
        when(() => true, 'x', ''),
      ),
    );
    expect(made.sites!()[0]!.file).toBe(HERE);
  });
  it('are not recorded unless asked for, nor after a build that threw', () => {
    expect(otherwise('x', '')).not.toHaveProperty('sites');
    expect(() =>
      recordingSites(true, () => {
        throw new Error('broken');
      }),
    ).toThrow('broken');
    expect(when(() => true, 'x', '')).not.toHaveProperty('sites');
  });
  it('are read from frames with a name, without one, with a query, and with a plain path', () => {
    const stack = [
      'Error',
      '    at insert_pfn (file:///a%20b/my.ts:12:34)',
      '    at file:///c/d.js?version=3:5:6',
      '    at async Object.part [as fault] (/e/f.js:7:8)',
      '    at ModuleJob.run (node:internal/modules/esm/module_job:263:25)',
      '    at <anonymous>',
    ].join('\n');
    expect(sitesIn(stack)).toEqual([
      { file: '/a b/my.ts', line: 12, column: 34 },
      { file: '/c/d.js', line: 5, column: 6 },
      { file: '/e/f.js', line: 7, column: 8 },
    ]);
  });
});
