/** A part that is replaced is replaced for every caller: docs/how-to/replace-a-function.md. */
import { describe, expect, it } from 'vitest';
import { chart, dispatch, otherwise } from '../../explorer/chart.ts';
import type { Design } from '../../model/design.ts';
import v61 from '../../model/designs/v6.1.ts';
import type { IomapParts } from '../../model/parts.ts';
import { mapping } from '../../model/registers.ts';
import { V61 } from '../../model/sources.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';

const ids = await designIds();

describe('iomap_begin is what faults, read(2) and write(2) ask', () => {
  it.each(ids)('%s', async (id) => {
    const design = (await loadDesign(id)) as Design<IomapParts>;
    const { iomap_begin } = design.parts;
    if (!iomap_begin) return expect(design.parts.page_cache || design.parts.page_table_first, id).toBe(true);
    const asked = new Set<string>();
    const asks: IomapParts['iomap_begin'] = (d, here, ret, call) => {
      asked.add(`${here.op.name}${call.write ? ' for writing' : ''}`);
      return iomap_begin(d, here, ret, call);
    };
    const asking: Design<IomapParts> = { ...design, parts: { ...design.parts, iomap_begin: asks } };
    await verify(asking, 'a=hole: load a; store a; read a; write a', { properties: [] });
    expect([...asked].sort()).toEqual(['load', 'read', 'store for writing', 'write for writing']);
  });

  it('one that never tells of a new block leaves the zero page mapped over what write(2) has written', async () => {
    const silent: IomapParts['iomap_begin'] = (d, here, ret, call) =>
      chart(here, {
        iomap_begin: v61.parts.iomap_begin(d, here.at('iomap_begin'), { ...ret, MAPPED: here.to('told') }, call),
        told: dispatch(
          'ext4_set_iomap',
          V61.ext4Inode,
          otherwise(ret.MAPPED, '', (s) => s.set(mapping, { ...s.get(mapping)!, fresh: false })),
        ),
      });
    const design: Design<IomapParts> = { ...v61, id: 'v6.1-silent', parts: { ...v61.parts, iomap_begin: silent } };
    const run = await verify(design, 'a=hole: load a || write a; load a', { properties: ['no-stale-read'] });
    expect(run.properties[0]!.trace).toHaveLength(15);
  });
});
