/** Fixes of mm/ in the kernel's history: what they mend is violated before, and holds after. (mremap: mremap.test.ts; 5df397dec7c4: page-cache.test.ts.) */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import v510 from '../../model/designs/v5.10.ts';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';
import { noCowSplit } from '../variations/v4.14-no-cow-split.ts';
import { atOnce, underPtl } from '../variations/v4.14-without-fault.ts';
import setsDirtyOnly from '../variations/wp-shared-sets-dirty-only.ts';

/** The steps of the shortest run that violates a property, or the verdict. */
async function asked(design: string | Design, scenario: string, settings: string, property: string) {
  const loaded = typeof design === 'string' ? await loadDesign(design) : design;
  const config = parseConfig(settings === '' ? [] : settings.split(' '));
  const run = await verify(loaded, scenario, { config, properties: [property] });
  return run.properties[0]!.trace?.length ?? run.properties[0]!.verdict;
}

describe('4.5 "dax: Split pmd map when fallback on COW"', () => {
  const scenario = 'a=block: [private] load a; store a';
  it('a private store goes round for ever before the huge PMD', async () => {
    expect(await asked(noCowSplit(v414), scenario, 'thp=on', 'store-completes')).toBe(26);
    expect(await asked('v4.14', scenario, 'thp=on', 'store-completes')).toBe('holds');
  });
  it('since 5.8 wp_huge_pmd() would split it all the same (327e9fd48972)', async () => {
    expect(await asked(noCowSplit(v510), scenario, 'thp=on', 'store-completes')).toBe('holds');
  });
});

describe('2018 "mm/memory.c: recheck page table entry with page table lock held"', () => {
  const scenario = 'a=block: store a; load a || fsync';
  it('a load that meets a PTE which is cleared for a moment gets SIGBUS, if nobody looks again under the PTL', async () => {
    expect(await asked(atOnce, scenario, 'pte-gap=on', 'no-spurious-sigbus')).toBe(29);
    expect(await asked(underPtl, scenario, 'pte-gap=on', 'no-spurious-sigbus')).toBe('holds');
    expect(await asked(atOnce, scenario, '', 'no-spurious-sigbus')).not.toBeTypeOf('number');
  });
});

describe('7a30df49f63a (5.2) "mm: mmu_gather: remove __tlb_reset_range() for force flush"', () => {
  const scenario = 'a=block, b=block: load b; load b || load a; munmap b || truncate a';
  it('a walk that flushes its own range alone leaves what another has cleared beside it', async () => {
    const whole: Design = { ...v414, id: 'v4.14-flushes-mm', parts: { ...v414.parts, tlb_flush_nested: 'mm' } };
    expect(await asked('v4.14', scenario, 'tlb=on', 'no-freed-block-mapped')).toBe(56);
    expect(await asked(whole, scenario, 'tlb=on', 'no-freed-block-mapped')).toBe('holds');
  });
});

describe('e4e3df290f65 (6.8) "mm/memory: fix folio_set_dirty() vs. folio_mark_dirty() in zap_pte_range()"', () => {
  const scenario = 'a=block: store a; fsync || dontneed a';
  it('a page that is dirty and not tagged is found by no fsync, as nobody tags it later', async () => {
    expect(await asked(setsDirtyOnly, scenario, 'page-mkwrite=off', 'fsync-durable')).toBe(41);
    expect(await asked(setsDirtyOnly, scenario, 'page-mkwrite=off', 'dirty-balance')).toBe(42);
    for (const property of ['fsync-durable', 'dirty-balance']) {
      expect(await asked('wp-shared-merged', scenario, 'page-mkwrite=off', property)).toBe('holds');
      // ->page_mkwrite() has dirtied the page before the PTE is writable.
      expect(await asked(setsDirtyOnly, scenario, '', property)).toBe('holds');
    }
  });
});
