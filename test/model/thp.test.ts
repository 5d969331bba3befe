/** PMD faults (thp=on): what one entry and one PMD for many pages change. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import { loadDesign } from '../../verify/registry.ts';
import { supports, verify } from '../../verify/verify.ts';

const thp = (value: 'on' | 'off') => parseConfig([`thp=${value}`]);

async function verdict(design: Design, text: string, property: string, value: 'on' | 'off' = 'on'): Promise<string> {
  const run = await verify(design, text, { properties: [property], config: thp(value) });
  expect(run.complete).toBe(true);
  return run.properties[0]!.verdict;
}

describe('with thp=on', () => {
  it('a load of a hole maps the huge zero page, also where 4 KiB holes are page-cache pages', async () => {
    expect(await verdict(await loadDesign('v4.12'), 'a=hole: load a', 'zero-page-readonly')).toBe('holds');
  });

  it('truncating a part of a dirty range forgets that the rest is dirty', async () => {
    const text = 'a=block, b=block: store a; truncate b; fsync';
    expect(await verdict(await loadDesign('v4.14'), text, 'fsync-durable')).toBe('violated');
    expect(await verdict(await loadDesign('v4.14'), text, 'fsync-durable', 'off')).toBe('holds');
  });

  it('fsync of an entry of the whole range leaves a mapping of its second page writable', async () => {
    const text = 'a=block, b=block: store a || [mm2 maps=b] store b; fsync';
    expect(await verdict(await loadDesign('v4.14'), text, 'writable-implies-dirty')).toBe('violated');
    expect(await verdict(await loadDesign('v4.14'), text, 'writable-implies-dirty', 'off')).toBe('holds');
  });

  it('write(2) of one page can take away the entry of another, whose zero page stays mapped: a store there never ends', async () => {
    const text = 'a=hole, b=hole: load a; store a || write b';
    expect(await verdict(await loadDesign('v4.14'), text, 'store-completes')).toBe('violated');
    expect(await verdict(await loadDesign('v4.14'), text, 'store-completes', 'off')).toBe('holds');
  });

  it('a PMD is mapped by a private load, and a private store goes on in 4 KiB', async () => {
    const text = 'a=block: [private] load a; store a; load a';
    expect(await verdict(await loadDesign('v4.14'), text, 'private-stays-private')).toBe('holds');
  });

  it.each(['v4.0', 'v4.5', 'v4.9'])('%s is refused: it has no PMD faults', async (id) => {
    expect(await supports(await loadDesign(id), 'a=hole: load a', thp('on'))).toBe(false);
  });
});
