/** What kernels did to a hole of 2 MiB that ext4's cache of extents has in pieces: the designs do it with the cache, and not without. */
import { describe, expect, it } from 'vitest';
import { conform } from '../../conform/conform.ts';
import { parseTable } from '../../conform/table.ts';
import { recordedRaces } from '../../lab/conformance/races.ts';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import { loadDesign } from '../../verify/registry.ts';

const EXT4 = parseConfig(['fs=ext4']);
const withoutCache = (design: Design): Design => ({ ...design, parts: { ...design.parts, es_cache: null } });

/** What random-43-72, random-44-136 and random-32-327 begin with, as 5.10.262, 6.1.192 and 6.12.117 did it. */
const RANDOM: Readonly<Record<string, string>> = {
  'v5.10': `## a page of a hole that was looked up is punched
  trunc 2m                    | min=0 m+ c+ size=2097152 |  |
  mmap b 0 2m shared rw al2m sync| min=0 m- c- |  |
  punch 1 1                   | min=0 m+ c+ |  |
  ld b 511                    | val=0 min=1 m- c- | b0{Z2M/fs pt=2MrdA xa=Z2M} b1{Z2M/fs pt=2MrdA xa=Z2M} b2{Z2M/fs pt=2MrdA xa=Z2M} b511{Z2M/fs pt=2MrdA xa=Z2M} | PF(0x4) ; pmd_fault@511 ; pmd_load_hole ; done=NOPAGE
  punch 2 1                   | min=0 m+ c+ |  |
  ld b 1                      | val=0 min=1 m- c- | b1{Z/s pt=rdAS xa=Z} | PF(0x4) ; pmd_fault@1 ; done=FALLBACK ; pte_fault@1 ; load_hole ; done=NOPAGE
`,
  'v6.1': `## a page of a hole is zeroed, and punched
  trunc 2m                    | min=0 m+ c+ size=2097152 |  |
  mmap a 0 2m shared r al2m   | min=0 m- c- |  |
  zero 1 1                    | min=0 m+ c+ blocks=+8 |  |
  punch 1 1                   | min=0 m+ c+ blocks=-8 |  |
  ld a 511                    | val=0 min=1 m- c- | a511{Z/s pt=rdAS xa=Z+d} | PF(0x4) ; pmd_fault@511 ; done=FALLBACK ; pte_fault@511 ; load_hole ; done=NOPAGE
`,
  'v6.12': `## the first page is punched, of a hole that nobody looked up
  trunc 2m                    | min=0 m+ c+ size=2097152 |  |
  mmap a 0 2m shared rw al2m  | min=0 m- c- |  |
  punch 0 1                   | min=0 m+ c+ |  |
  ld a 1                      | val=0 min=1 m- c- | a1{Z/s pt=rdAS xa=Z} | PF(0x4) ; pmd_fault@1 ; done=FALLBACK ; pmd_fault@1 ; done=FALLBACK ; pte_fault@1 ; load_hole ; done=NOPAGE
`,
};

describe('a load of a hole of 2 MiB that is in pieces', () => {
  it.each(Object.entries(RANDOM))('%s maps a PTE, and without the cache a PMD', async (id, text) => {
    const design = await loadDesign(id);
    const table = parseTable(`# kernel: any\n# design: ${id}\n${text}`);
    const differing = async (d: Design) =>
      (await conform(d, table, EXT4)).scenarios.flatMap((s) => s.differences.map((x) => x.operation));
    expect(await differing(design)).toEqual([]);
    expect(new Set(await differing(withoutCache(design)))).toEqual(
      new Set([table.scenarios[0]!.operations.at(-1)!.text]),
    );
  });
});

describe('a store beside a punch of a page of a hole of 2 MiB', () => {
  it.each([
    ['v5.10', 'linux-5.10.262-ext4.txt'],
    ['v6.1', 'linux-6.1.192-ext4.txt'],
  ])('%s may allocate its page and the first one, as %s has it, and without the cache not', async (id, name) => {
    const { table } = recordedRaces().find((r) => r.name === name)!;
    const some = { ...table, scenarios: table.scenarios.filter((s) => s.name === 'huge-zero-st-punch') };
    const design = await loadDesign(id);
    const outcomes = async (d: Design) =>
      (await conform(d, some, EXT4)).scenarios.flatMap((s) => s.differences.map((x) => x.kernel));
    expect(await outcomes(design)).toEqual([]);
    const missing = await outcomes(withoutCache(design));
    expect(missing.length).toBeGreaterThan(0);
    for (const m of missing) expect(m).toContain('blocks 2; ');
  });
});
