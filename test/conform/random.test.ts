import { describe, expect, it } from 'vitest';
import { readCall } from '../../conform/script.ts';
import { randomScript } from '../../lab/kernel/random.ts';

describe('a random script', () => {
  const script = randomScript(30, 7);
  const lines = script.trimEnd().split('\n').slice(1);

  it('is the same for the same seed, and another for another', () => {
    expect(randomScript(30, 7)).toBe(script);
    expect(randomScript(30, 8)).not.toBe(script);
  });

  it('has as many scenarios as are asked for, each with a file, two mappings and 8 to 12 operations', () => {
    const sizes = script
      .split(/^S .*\n/m)
      .slice(1)
      .map((s) => s.trimEnd().split('\n').length);
    expect(sizes).toHaveLength(30);
    expect(Math.min(...sizes)).toBeGreaterThanOrEqual(3 + 8);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(3 + 12);
  });

  it('has no line that the comparison does not know', () => {
    expect(lines.filter((l) => !l.startsWith('S ') && readCall(l.split(' ')) === null)).toEqual([]);
  });
});
