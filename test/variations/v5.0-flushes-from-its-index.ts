/**
 * v4.20 and v5.0, before e4b3448bc346 "dax: Flush partial PMDs correctly", in v5.10: an msync that begins within an entry of the whole
 * range write-protects what maps the index that it begins at, and not the range's first.
 */
import { chart, dispatch, otherwise } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v510 from '../../model/designs/v5.10.ts';
import type { IomapParts } from '../../model/parts.ts';
import { current } from '../../model/paths/dax_writeback.ts';
import { batch } from '../../model/registers.ts';
import { V510 } from '../../model/sources.ts';
import { rangeStart } from '../../model/thp.ts';

const FN = 'dax_entry_mkclean';

/** For an msync of all but the first page: xas->xa_index is where the walk began. */
const dax_mapping_entry_mkclean: IomapParts['dax_mapping_entry_mkclean'] = (d, here, ret) => {
  const { dax_mapping_entry_mkclean: mkclean } = v510.parts;
  const begins = here.allPages[1];
  if (here.op.name !== 'msync' || begins === undefined) return mkclean(d, here, ret);
  const index = (page: string) =>
    dispatch(
      FN,
      V510.dax,
      otherwise(page === begins ? 'mkclean' : ret.RETURN, '', (s) => {
        if (current(s).slot.pmd) s.set(batch, [{ ...current(s), page }]);
      }),
    );
  return chart(here, {
    xa_index: index(begins),
    mkclean: mkclean(d, here.at('mkclean'), { RETURN: here.to('first') }),
    first: index(rangeStart(here.scene)),
  });
};

export default defineDesign<IomapParts>({
  ...v510,
  id: 'v5.0-flushes-from-its-index',
  title: 'v5.10, dax_writeback_one() passes the index that its walk is at',
  source: 'before e4b3448bc346 "dax: Flush partial PMDs correctly"',
  parts: { ...v510.parts, dax_mapping_entry_mkclean },
  filesystems: undefined,
  expects: {},
});
