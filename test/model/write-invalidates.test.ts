/** Findings M and N: write(2) into a block that is not new to it leaves a zero page mapped. */
import { describe, expect, it } from 'vitest';
import { writesInvalidate } from '../variations/write-always-invalidates.ts';
import { ask } from './ask.ts';

const NEIGHBOUR = 'a=unwritten, b=unwritten: load b; write a; write b; load b';
const FAULT = 'a=hole: load a; write a; load a || store a';

describe.each(writesInvalidate.map((d) => [d.id.replace('-write-invalidates', ''), d] as const))('%s', (id, fixed) => {
  it.each([
    ['ext4 has zeroed and converted the neighbour', NEIGHBOUR],
    ['a fault has allocated the block', FAULT],
  ])('%s: the writer reads zeros, and its bytes where write(2) always invalidates', async (_, scenario) => {
    expect(await ask(id, scenario, 'no-stale-read')).toMatch('violated');
    expect(await ask(fixed, scenario, 'no-stale-read')).toBe('holds');
  });

  it('no store is forgotten by that', async () => {
    const scenario = 'a=block: load a; store a || write a; fsync';
    expect(await ask(fixed, scenario, 'fsync-durable')).toBe('holds');
    expect(await ask(fixed, scenario, 'writable-implies-dirty')).toBe('holds');
  });
});
