/**
 * v4.12 before 4f8caa60a5a1 (4.12) "ext4: fix data corruption with EXT4_GET_BLOCKS_ZERO": ext4_ext_convert_to_initialized() zeroes a short
 * unwritten extent as a whole and puts it into the extent status tree, written; ext4_map_blocks() then zeroes the block asked for once
 * more. A lookup in the status tree takes no i_data_sem (ext4_es_lookup_extent()). fs/ext4/inode.c, extents.c: 4.10 and 4.11
 */
import { type Act, chart, type Look, otherwise, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v412 from '../../model/designs/v4.12.ts';
import { extent } from '../../model/entries/extent.ts';
import { inode, iSize } from '../../model/entries/inode.ts';
import type { Here } from '../../model/here.ts';
import type { IomapParts } from '../../model/parts.ts';
import { convertPages, ext4_iomap_begin, unwrittenExtent, zeroout } from '../../model/paths/ext4_iomap_begin.ts';
import { mapping } from '../../model/registers.ts';
import { SLEEP } from '../../model/sections.ts';
import { V413 } from '../../model/sources.ts';

/** An unwritten extent that ends inside i_size: EXT4_EXT_MAY_ZEROOUT. */
const isShort = (s: Look, here: Here): boolean =>
  s.read(extent(here.page)).state === 'UNWRITTEN' && unwrittenExtent(s, here).run.at(-1)!.index < s.read(inode, iSize);

function convert(s: Act, here: Here): void {
  convertPages(
    s,
    unwrittenExtent(s, here).run.map((p) => p.name),
  );
  s.set(mapping, { type: 'MAPPED', block: s.read(extent(here.page)).block, fresh: true });
}

const iomap_begin: IomapParts['iomap_begin'] = (d, here, ret, call) => {
  if (!call.write) return ext4_iomap_begin(d, here, ret, call);
  return chart(here, {
    ext4_ext_convert_to_initialized: step(
      SLEEP,
      call.fn,
      V413.ext4Extents,
      when(
        (s) => isShort(s, here),
        'ext4_issue_zeroout',
        'ext4_ext_zeroout(); ext4_zeroout_es()',
        (s) => convert(s, here),
      ),
      otherwise('ext4_map_blocks', 'no short unwritten extent'),
    ),
    ext4_issue_zeroout: step(
      SLEEP,
      'ext4_map_blocks',
      V413.ext4Inode,
      otherwise(ret.MAPPED, 'ext4_issue_zeroout()', (s) => zeroout(s, s.get(mapping)!.block!)),
    ),
    ext4_map_blocks: ext4_iomap_begin(d, here.at('ext4_map_blocks'), ret, call),
  });
};

export default defineDesign<IomapParts>({
  ...v412,
  id: 'v4.12-zeroes-twice',
  title: 'v4.12, what is converted can be found before it is zeroed for the second time',
  source: 'before 4f8caa60a5a1 "ext4: fix data corruption with EXT4_GET_BLOCKS_ZERO"',
  parts: { ...v412.parts, iomap_begin },
  filesystems: undefined,
  expects: {},
});
