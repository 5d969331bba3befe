/** mtime-by-msync where something forks: the stores that can still be late are followed, and no more. */
import { describe, expect, it } from 'vitest';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';

async function found(design: string, scenario: string) {
  const run = await verify(await loadDesign(design), scenario, { properties: ['mtime-by-msync'] });
  expect(run.complete).toBe(true);
  const { verdict, trace, damage } = run.properties[0]!;
  return [verdict, trace?.length, damage];
}

describe('mtime-by-msync beside fork', () => {
  it('is judged of three processes with stores and munmaps: its monitor stays within its bound', async () => {
    const scenario = 'a=block, b=block: store a; store b; fork; fork; store a; munmap a';
    expect(await found('v4.14', scenario)).toEqual(['holds', undefined, undefined]);
  });

  it.each([
    ['v4.9', 'a=block: store a; fork; store a; msync', 64, "T0c1's msync completes, and T0c1.store0"],
    ['v4.9', 'a=block, b=block: fork; store a; munmap b; msync', 89, "T0's munmap completes, and T0.store0"],
    ['v4.14', 'a=block: store a; fork; fsync; store a; fsync', 43, "T0's fsync completes, and T0.store1"],
    ['v5.10', 'a=block: fork; store a; fsync', 54, "T0c1's fsync completes, and T0c1.store0"],
  ])('is violated in %s by %s', async (design, scenario, steps, who) => {
    const [verdict, length, damage] = await found(design, scenario);
    expect([verdict, length]).toEqual(['violated', steps]);
    expect(damage).toContain(who);
  });

  it('is held, and vacuous where nothing is stored', async () => {
    expect((await found('v4.14', 'a=block: store a; fork; store a; msync'))[0]).toBe('holds');
    expect((await found('v4.14', 'a=block: fork; munmap a'))[0]).toBe('vacuous');
  });
});
