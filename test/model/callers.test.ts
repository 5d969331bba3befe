/** What callers are promised: each property is violated by v4.14 without one thing, and not by v4.14. */
import { describe, expect, it } from 'vitest';
import { without } from '../../lab/ablation/ablate.ts';
import type { Kind } from '../../lab/ablation/kinds.ts';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';

const CASES: readonly (readonly [string, Kind, string, string, string])[] = [
  ['no-mapping-after-munmap', 'unmap', 'zap', 'munmap', 'a=hole: load a; munmap a'],
  ['no-mapping-after-munmap', 'lock', 'mmap_sem', 'faults', 'a=hole: load a || munmap a'],
  ['no-writable-after-mprotect', 'lock', 'mmap_sem', 'mprotect', 'a=block: store a || mprotect ro'],
  ['no-mapping-beyond-eof', 're-check', 'pos >= i_size: SIGBUS', 'dax_iomap_pte_fault', 'a=block: truncate a; load a'],
  ['read-stops-at-eof', 're-check', 'at EOF: returns 0', 'dax_iomap_rw', 'a=block: truncate a; read a'],
  ['mtime-of-calls', 'time', 'file_update_time', 'write', 'a=block: write a'],
  ['mtime-of-calls', 'time', 'file_update_time', 'punch', 'a=block: punch a'],
  ['private-keeps-stores', 'unmap', 'zap', 'dontneed', 'a=block: [private] store a; dontneed a; load a'],
];

describe.each(CASES)('%s, %s %s in %s', (property, kind, what, where, scenario) => {
  it('holds, and is violated without it', async () => {
    const verdict = async (design: Design) =>
      (await verify(design, scenario, { properties: [property] })).properties[0]!.verdict;
    expect(await verdict(v414)).toBe('holds');
    expect(await verdict(without(v414, { kind, what, where }))).toBe('violated');
  });
});

it('what a child of fork inherits in a private mapping it keeps as well', async () => {
  const run = await verify(v414, 'a=block: [private] store a; fork; store a; load a', {
    properties: ['private-keeps-stores'],
  });
  expect(run.properties[0]!.verdict).toBe('holds');
});

it('truncate(2) of 4.9 returns 0 though nothing was freed, and leaves the times old', async () => {
  const run = await verify(await loadDesign('v4.9'), 'a=block: truncate a; truncate a', {
    properties: ['mtime-of-calls'],
    config: parseConfig(['errors=on']),
  });
  expect(run.properties[0]).toMatchObject({ verdict: 'violated' });
  expect(run.properties[0]!.trace).toHaveLength(7);
});
