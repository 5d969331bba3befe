/** Bugs of the kernel that are not on the casebook's list, each put in by a design and a scenario. */
import { expect, it } from 'vitest';
import removesEntries from '../../casebook/designs/v4.12-drop-caches-removes-entries.ts';
import unlocksLate from '../../casebook/designs/v5.9-unlock-after-reuse.ts';
import overwrites from '../../casebook/designs/v5.10-huge-fault-overwrites.ts';
import wakesNext from '../../casebook/designs/v5.10-invalidate-wakes-next.ts';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';

interface Row {
  readonly commit: string;
  readonly scenario: string;
  readonly property: string;
  readonly before: string | Design;
  readonly after: string | Design;
  readonly config?: string;
}

const rows: readonly Row[] = [
  {
    commit: '12735f881952 "ext4: pre-zero allocated blocks for DAX IO": a fault zeroes what write(2) has just copied',
    scenario: 'a=hole: write a || store a',
    property: 'no-stale-read',
    before: 'v4.5',
    after: 'v4.9',
  },
  {
    commit: 'c6dcf52c23d2 "mm: Invalidate DAX radix tree entries only if appropriate": write(2) deletes a dirty entry',
    scenario: 'a=block, b=hole: load b; store a; write a; store a; fsync',
    property: 'fsync-durable',
    before: 'v4.9',
    after: 'v4.12',
  },
  {
    commit: 'e3fce68cdbed "dax: Avoid page invalidation races": a hole page is mapped after write(2) has invalidated',
    scenario: 'a=hole: load a; load a || write a',
    property: 'no-stale-read',
    before: 'v4.9',
    after: 'v4.14',
  },
  {
    commit:
      '4636e70bb0a8 "dax: prevent invalidation of mapped DAX entries": drop_caches removes the entry of a mapped block',
    scenario: 'a=block, b=hole: load b; load a; store a || dropcaches',
    property: 'store-completes',
    before: removesEntries,
    after: 'v4.12',
  },
  {
    commit: '0e40de0338d0 "dax: Fix huge page faults": a PMD fault overwrites a dirty entry',
    scenario: 'a=block, b=block: [maps=b] store b; fsync || [mm2] load a',
    property: 'fsync-durable',
    before: overwrites,
    after: 'v5.10',
    config: 'thp=on',
  },
  {
    commit: '237388320def "dax: Wake up all waiters after invalidating dax entry"',
    scenario: 'a=block: load a || invalidate a || invalidate a || invalidate a',
    property: 'no-deadlock',
    before: wakesNext,
    after: 'v5.10',
  },
  {
    commit: 'be068f29034f "mm: fix misplaced unlock_page in do_wp_page()"',
    scenario: 'a=block: [private] store a; mprotect ro; mprotect rw; store a || [private] dontneed a',
    property: 'no-warn',
    before: unlocksLate,
    after: 'v5.10',
  },
];

it.each(rows)('$commit is found before its fix, and not after', async (row) => {
  const verdict = async (d: string | Design) => {
    const design = typeof d === 'string' ? await loadDesign(d) : d;
    const config = parseConfig(row.config ? [row.config] : []);
    const run = await verify(design, row.scenario, { properties: [row.property], config });
    expect(run.complete).toBe(true);
    return run.properties[0]!.verdict;
  };
  expect([await verdict(row.before), await verdict(row.after)]).toEqual(['violated', 'holds']);
});
