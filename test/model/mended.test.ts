/** With every fix of docs/findings.md v5.10, v6.1, v6.12 and v7.2 hold all properties in the default scenarios: there is nothing else. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import { SCENARIOS } from '../../model/scenarios.ts';
import { verify } from '../../verify/verify.ts';
import { MENDED } from '../variations/mended.ts';

const NIGHTLY = process.env.FAULTLINE_NIGHTLY !== undefined;
const OTHERS = [
  'journal=on',
  'fs=xfs',
  'fs=ext2',
  'thp=on',
  'thp=on es-cache=on',
  'thp=on fs=xfs',
  'errors=on',
  'tlb=on',
  'pte-gap=on',
];

describe.each(NIGHTLY ? ['', ...OTHERS] : [''])('with %s', (settings) => {
  const config = parseConfig(settings === '' ? [] : settings.split(' '));
  // ext2 is not modelled for v7.2, and has no punch.
  const designs = MENDED.filter((d) => settings !== 'fs=ext2' || !d.id.startsWith('v7.2'));
  const texts = Object.values(SCENARIOS).flat();
  const possible = settings === 'fs=ext2' ? texts.filter((t) => !t.includes('punch')) : texts;
  it.each(designs.map((d) => [d.id, d] as const))('%s violates nothing', async (_, design) => {
    for (const text of possible) {
      const run = await verify(design, text, { config });
      expect(run.complete).toBe(true);
      expect(
        run.properties.filter((p) => p.verdict === 'violated').map((p) => p.id),
        text,
      ).toEqual([]);
    }
  });
});
