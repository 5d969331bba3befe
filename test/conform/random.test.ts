import { describe, expect, it } from 'vitest';
import { readCall } from '../../conform/script.ts';
import { parseTable } from '../../conform/table.ts';
import { translate } from '../../conform/translate.ts';
import { randomScript } from '../../lab/kernel/random.ts';
import { scenariosIn, scriptOf, smaller } from '../../lab/kernel/shrink.ts';

describe('a random script', () => {
  const script = randomScript(30, 7);
  const lines = script.trimEnd().split('\n').slice(1);

  it('is the same for the same seed, and another for another', () => {
    expect(randomScript(30, 7)).toBe(script);
    expect(randomScript(30, 8)).not.toBe(script);
  });

  it('has as many scenarios as are asked for, each with a file, three mappings and 8 to 12 operations', () => {
    const sizes = script
      .split(/^S .*\n/m)
      .slice(1)
      .map((s) => s.trimEnd().split('\n'))
      // What is unmapped is mapped again.
      .map((all) => all.length - all.filter((l) => l.startsWith('munmap')).length);
    expect(sizes).toHaveLength(30);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(4 + 8);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4 + 12);
  });

  it('has no line that the comparison does not know', () => {
    expect(lines.filter((l) => !l.startsWith('S ') && readCall(l.split(' ')) === null)).toEqual([]);
  });
});

describe('many random scenarios', () => {
  const scenarios = randomScript(200, 9).split(/^S /m).slice(1);

  it('have preallocation, zeroed ranges, populated and synchronous mappings, and huge pages', () => {
    const text = scenarios.join('');
    for (const what of [/^falloc 1 3$/m, /^zero 2 1$/m, /populate$/m, / sync( other)?$/m, /^mmap a 0 2m .* al2m$/m]) {
      expect(text).toMatch(what);
    }
  });

  it('have nothing that the model refuses, but for forks, truncate(2) and a large unwritten extent', () => {
    const refused = scenarios.flatMap((s) => {
      const [name = '', ...lines] = s.trimEnd().split('\n');
      const rows = lines.map((l) => `  ${l.padEnd(28)}| min=0 m- c- |  |`);
      const { scenarios: parsed } = parseTable(`# kernel: any\n# design: any\n## ${name}\n${rows.join('\n')}\n`);
      return translate(parsed[0]!).operations.flatMap((o) => o.notModelled ?? []);
    });
    expect([...new Set(refused)].filter((r) => !/fork\(2\)|truncate\(2\)|unwritten extent/.test(r))).toEqual([]);
  });
});

describe('a scenario that differs', () => {
  const script =
    'smaps 0\nS one\ntrunc 4\nmmap a 0 4 shared rw\nst a 1 3\nmunmap a\nmmap a 0 4 shared rw\nfsync\nld a 1\nst a 2 1\n';
  const [one] = scenariosIn(script);

  it('is told from what it begins with', () => {
    expect(one).toMatchObject({ name: 'one', before: ['trunc 4', 'mmap a 0 4 shared rw'] });
    expect(scriptOf([one!])).toBe(script);
  });

  it('is made smaller by leaving out what comes before, the most at first; no mapping goes without coming again', () => {
    const all = smaller(one!, 4).map((s) => s.operations.join(', '));
    expect(all[0]).toBe('ld a 1');
    expect(all.at(-1)).toBe('st a 1 3, munmap a, mmap a 0 4 shared rw, fsync, ld a 1');
    // Of st and fsync any; the two that belong together both or none.
    expect(all).toHaveLength(8);
  });
});
