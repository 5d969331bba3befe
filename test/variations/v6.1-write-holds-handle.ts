/** No kernel does this: v6.1 whose write(2) has a journal handle over its copy from the user. (ext4_iomap_begin() stops its own before.) */
import { chart } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v61 from '../../model/designs/v6.1.ts';
import { journalOn, startHandle, stopHandle } from '../../model/journal.ts';
import type { IomapParts } from '../../model/parts.ts';
import { V61 } from '../../model/sources.ts';

const fn = 'ext4_dax_write_iter';
const src = V61.ext4File;

const write: IomapParts['write'] = (d, here, ret) =>
  journalOn(here.scene)
    ? chart(here, {
        ext4_journal_start: startHandle(here, fn, src, 'write'),
        write: v61.parts.write(d, here.at('write'), { RETURN: here.to('ext4_journal_stop') }),
        ext4_journal_stop: stopHandle(here, fn, src, ret.RETURN),
      })
    : v61.parts.write(d, here, ret);

export default defineDesign<IomapParts>({
  ...v61,
  id: 'v6.1-write-holds-handle',
  title: 'v6.1, write(2) has a journal handle over its copy',
  source: 'variation',
  parts: { ...v61.parts, write },
  filesystems: undefined,
  expects: {},
});
