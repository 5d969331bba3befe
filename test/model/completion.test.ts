/** Runs that never end: what is said of them does not depend on how they are searched for, or on what else is judged. */
import { expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';

const SCENARIO = 'a=hole: [mm2 private] store a || [mm2 private] load a; truncate a';

it('two private accesses undo each other for ever in one run: alone, beside all properties, reduced, and in the interpreter', async () => {
  const design = await loadDesign('v6.12');
  const config = parseConfig(['thp=on']);
  const run = async (options: Parameters<typeof verify>[2]) => {
    const { properties } = await verify(design, SCENARIO, { config, ...options });
    const { verdict, run, loopFrom } = properties.find((p) => p.id === 'store-completes')!;
    return { verdict, run, loopFrom };
  };
  const alone = await run({ properties: ['store-completes'] });
  expect(alone.verdict).toBe('violated');
  expect(alone.run).toHaveLength(31);
  expect(await run({})).toEqual(alone);
  expect(await run({ reduce: { merge: true, por: true, symmetry: true } })).toEqual(alone);
  expect(await run({ engine: 'interpreter' })).toEqual(alone);
});
