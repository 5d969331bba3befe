/**
 * v4.14 on ext2 as before e568df6b84ff (4.10) "ext2: Return BH_New buffers for zeroed blocks": ext2_get_blocks() does not say that it has
 * allocated, so that write(2) has no IOMAP_F_NEW and invalidates nothing.
 */
import { chart, dispatch, otherwise } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import type { IomapParts } from '../../model/parts.ts';
import { ext2_iomap_begin } from '../../model/paths/ext2/ext2_iomap_begin.ts';
import { mapping } from '../../model/registers.ts';
import { V414 } from '../../model/sources.ts';

const iomap_begin: IomapParts['iomap_begin'] = (d, here, ret, range) =>
  chart(here, {
    ext2_get_blocks: ext2_iomap_begin(d, here.at('ext2_get_blocks'), { ...ret, MAPPED: here.to('not_new') }, range),
    not_new: dispatch(
      'ext2_iomap_begin',
      V414.ext2Inode,
      otherwise(ret.MAPPED, '', (s) => s.set(mapping, { ...s.get(mapping)!, fresh: false })),
    ),
  });

export default defineDesign<IomapParts>({
  ...v414,
  id: 'v4.14-ext2-tells-of-no-new-block',
  title: 'v4.14, ext2 does not say that a block is new',
  source: 'before e568df6b84ff "ext2: Return BH_New buffers for zeroed blocks"',
  filesystems: { ext2: { ...v414.filesystems!.ext2, iomap_begin } },
  expects: {},
});
