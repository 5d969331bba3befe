/** Calls that never return, though nobody else does anything: docs/findings.md, AS. */
import { expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import { invalidatePages2 } from '../../model/paths/ext4_write.ts';
import { V414 } from '../../model/sources.ts';
import { defineProperty } from '../../properties/define.ts';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';

const callsComplete = defineProperty({
  id: 'calls-complete',
  sentence: 'Each begun system call ends, on every run that is fair to every process.',
  promisedBy: 'write(2)',
  premise: 'a begun call',
  instance: () => ({ completes: (stack) => /^op\d+_(?!store$|load$)/.test(stack[0] ?? '') }),
});

/** How long the shortest run is, and who steps in its endless part; or the verdict. */
async function asked(design: Design, scenario: string, settings: string) {
  const config = parseConfig(settings.split(' '));
  const run = await verify(design, scenario, { config, own: [callsComplete], properties: ['calls-complete'] });
  expect(run.complete).toBe(true);
  const { trace, loopFrom, verdict } = run.properties[0]!;
  if (!trace) return verdict;
  return [trace.length, ...new Set(trace.slice(loopFrom).map((s) => `${s.process} ${s.function}`))];
}

const ALONE = ['T1 find_get_entries', 'T1 __dax_invalidate_mapping_entry'].sort();
const EXT4 = 'a=block, b=hole: store a || write b';
const XFS = 'a=hole, b=hole: store a || write b';

it.each([
  ['v4.12', EXT4, 'thp=on', 27],
  ['v4.14', EXT4, 'thp=on', 26],
  ['v4.12', XFS, 'thp=on fs=xfs', 29],
  ['v4.14', XFS, 'thp=on fs=xfs', 28],
])(
  '%s, %s (%s): write(2) finds the dirty entry of the range again and again, alone',
  async (id, scenario, settings, steps) => {
    const [length, ...who] = await asked(await loadDesign(id), scenario, settings);
    expect(length).toBe(steps);
    expect(who.sort()).toEqual(ALONE);
  },
);

it.each(['v5.10', 'v6.1'])('%s: a lookup names the index that was asked for, and write(2) ends', async (id) => {
  for (const settings of ['thp=on', 'thp=on fs=xfs'])
    expect(await asked(await loadDesign(id), EXT4, settings), settings).toBe('holds');
});

it.each(['v6.12', 'v7.2'])(
  '%s: write(2) goes on for as long as another puts the huge PMD back, and no longer',
  async (id) => {
    const who = await asked(await loadDesign(id), EXT4, 'thp=on');
    expect(who).toContain('T0 handle_pte_fault');
    expect(who).toContain('T1 zap_pmd_range');
  },
);

it('v4.14 whose lookups name the index asked for ends as well', async () => {
  const names = { fn: '__dax_invalidate_mapping_entry', src: V414.dax, wakes: 'next', names: 'own' } as const;
  const parts = { ...v414.parts, invalidate_inode_pages2_range: invalidatePages2(names) };
  expect(await asked({ ...v414, parts }, EXT4, 'thp=on')).toBe('holds');
});
