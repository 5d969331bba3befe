/** What file_modified() at the begin of fallocate(2) costs and changes in v5.10, beside 5.10.89, which had none. */
import { describe, expect, it } from 'vitest';
import type { Design } from '../../model/design.ts';
import v510 from '../../model/designs/v5.10.ts';
import { verify } from '../../verify/verify.ts';
import v51089 from '../variations/v5.10.89.ts';

const PUNCH = 'a=block: load a; store a || punch a';

describe('file_modified() in ext4_punch_hole(), since 5.10.113', () => {
  it('is one step more, under i_rwsem and before the fault lock: store-punch has 1,043 states in the place of 864', async () => {
    const states = async (design: Design) => {
      const { states, transitions } = await verify(design, PUNCH);
      return [states, transitions];
    };
    expect([await states(v51089), await states(v510)]).toEqual([
      [864, 1522],
      [1043, 1839],
    ]);
  });

  it('changes no verdict of store-punch', async () => {
    const verdicts = async (design: Design) => (await verify(design, PUNCH)).properties.map((p) => [p.id, p.verdict]);
    expect(await verdicts(v510)).toEqual(await verdicts(v51089));
  });
});
