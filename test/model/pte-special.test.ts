/** Without PTE_SPECIAL the zero page is a counted page, of no mapping: findings.md, mechanism AA. */
import { describe, expect, it } from 'vitest';
import unmapsZero from '../../casebook/designs/zero-page-v2-unmaps-zero.ts';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';

const off = parseConfig(['pte-special=off']);
const LOAD_STORE = 'a=hole: load a; store a';

async function verdicts(design: string | Design, scenario: string, config = off): Promise<Record<string, string>> {
  const run = await verify(typeof design === 'string' ? await loadDesign(design) : design, scenario, { config });
  expect(run.complete).toBe(true);
  return {
    ...Object.fromEntries(run.properties.map((p) => [p.id, p.verdict])),
    ...Object.fromEntries(run.notApplicable.map((id) => [id, 'n/a'])),
  };
}

describe('pte-special=off: unmap_mapping_range() without even_cows leaves the zero page mapped', () => {
  it('v2 overwrites the PTE and loses its reference', async () => {
    expect(await verdicts('zero-page-v2', LOAD_STORE)).toMatchObject({
      'zero-page-refcount': 'violated',
      'rss-balance': 'violated',
      'no-silent-overwrite': 'violated',
    });
  });
  it('v2 keeps the count if the zero page is unmapped first', async () => {
    expect(await verdicts(unmapsZero, LOAD_STORE)).toMatchObject({
      'zero-page-refcount': 'holds',
      'no-silent-overwrite': 'holds',
    });
  });
  it('v3 makes the zero page writable, and keeps the count', async () => {
    expect(await verdicts('zero-page-v3', LOAD_STORE)).toMatchObject({
      'zero-page-readonly': 'violated',
      'zero-page-refcount': 'holds',
    });
  });
  it('4.14 warns, and the store never completes', async () => {
    expect(await verdicts('v4.14', LOAD_STORE)).toMatchObject({ 'no-warn': 'violated', 'store-completes': 'violated' });
  });
  it('a load after the own write(2) still reads zeros', async () => {
    expect(await verdicts('v4.14', 'a=hole: load a; write a; load a')).toMatchObject({ 'no-stale-read': 'violated' });
  });
  it.each(['a=hole: load a; munmap a', 'a=hole: load a || truncate a', 'a=hole: [private] load a; store a'])(
    'what takes the PTE away gives the reference back: %s',
    async (scenario) => {
      expect(await verdicts('v4.14', scenario)).toMatchObject({ 'zero-page-refcount': 'holds' });
    },
  );
});

it.each(['v5.10', 'v6.1'])('%s is refused: its VMAs are not VM_MIXEDMAP', async (id) => {
  await expect(verdicts(id, LOAD_STORE)).rejects.toMatchObject({ code: 'E_UNSUPPORTED' });
});

it('zero-page-refcount is not applicable with PTE_SPECIAL, and where holes are page-cache pages', async () => {
  expect(await verdicts('v4.14', LOAD_STORE, parseConfig([]))).toMatchObject({ 'zero-page-refcount': 'n/a' });
  expect(await verdicts('v4.12', LOAD_STORE)).toMatchObject({ 'zero-page-refcount': 'n/a' });
});

it('zero-page-refcount is vacuous where no PTE maps the zero page', async () => {
  expect(await verdicts('v4.14', 'a=block: load a')).toMatchObject({ 'zero-page-refcount': 'vacuous' });
});

const withoutZero = (await Promise.all((await designIds()).map(loadDesign))).filter((d) => !d.facts.mapsZeroPage);
it.each(withoutZero.map((d) => [d.id, d] as const))(
  '%s maps no zero page: the config changes nothing',
  async (_, d) => {
    const counts = async (config: typeof off) => {
      const { states, transitions } = await verify(d, 'a=hole: load a; store a || truncate a', { config });
      return { states, transitions };
    };
    expect(await counts(off)).toEqual(await counts(parseConfig([])));
  },
);
