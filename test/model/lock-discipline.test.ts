/** What is not given back is seen when all have returned, also where nobody waits for it. */
import { describe, expect, it } from 'vitest';
import { chart, dispatch, otherwise, type StateConfig } from '../../explorer/chart.ts';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import v510 from '../../model/designs/v5.10.ts';
import v612 from '../../model/designs/v6.12.ts';
import { V510, V612 } from '../../model/sources.ts';
import { verify } from '../../verify/verify.ts';

/** The states of a chart, with another one in the place of `name`. */
const passing = (c: StateConfig, name: string, fn: string, src: typeof V510.dax, to: string) => {
  const states = c.states as Record<string, StateConfig>;
  if (!(name in states)) return states;
  return { ...states, [name]: dispatch(fn, src, otherwise(to, '')) };
};

const keepsHandle: Design = {
  ...v510,
  id: 'v5.10-keeps-its-handle',
  parts: {
    ...v510.parts,
    fault: (d, here, ret) =>
      chart(
        here,
        passing(v510.parts.fault(d, here, ret), 'ext4_journal_stop', 'ext4_dax_fault', V510.ext4File, 'up_read'),
      ),
  },
};

const keepsVmaLock: Design = {
  ...v612,
  id: 'v6.12-keeps-vm_lock',
  parts: {
    ...v612.parts,
    do_page_fault: (d, here, ret) =>
      chart(
        here,
        passing(v612.parts.do_page_fault(d, here, ret), 'vma_end_read', 'do_user_addr_fault', V612.memory, 'lock_mmap'),
      ),
  },
};

describe.each([
  ['a journal handle', v510, keepsHandle, 'a=block: store a', 'journal=on'],
  ['the lock of a VMA', v612, keepsVmaLock, 'a=block: load a || [mm2] munmap a', ''],
] as const)('lock-discipline, %s', (_what, base, leaks, scenario, settings) => {
  it('holds, and is violated by who keeps it', async () => {
    const config = parseConfig(settings === '' ? [] : [settings]);
    const verdict = async (design: Design) =>
      (await verify(design, scenario, { config, properties: ['lock-discipline'] })).properties[0]!.verdict;
    expect(await verdict(base)).toBe('holds');
    expect(await verdict(leaks)).toBe('violated');
  });
});
