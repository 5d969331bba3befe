/** The order before 876f29460cbd (C10), for 4 KiB pages: the filesystem is asked before the entry is locked. */
import { chart, otherwise, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import { inode, iSize } from '../../model/entries/inode.ts';
import type { IomapParts } from '../../model/parts.ts';
import { iomapAllocate, iomapLookup } from '../../model/paths/ext4_iomap_begin.ts';
import { LOCAL } from '../../model/sections.ts';
import { V414 } from '../../model/sources.ts';

const dax_iomap_pte_fault: IomapParts['dax_iomap_pte_fault'] = (d, here, ret) => {
  const grab = (name: string, next: string) => ({
    [name]: d.grab_mapping_entry(d, here.at(name), { RETURN: here.to(next), ENOMEM: ret.NOPAGE }),
  });
  const put = { RETURN: here.to('put_locked_mapping_entry') };
  const fn = 'dax_iomap_pte_fault';
  return chart(here, {
    check_size: step(
      LOCAL,
      fn,
      V414.dax,
      when((s) => here.pageFacts.index >= s.read(inode, iSize), ret.SIGBUS, 'pos >= i_size: SIGBUS'),
      otherwise('iomap_begin', 'pos < i_size'),
    ),
    iomap_begin: here.write
      ? iomapAllocate(here, fn, V414.dax, 'grab_mapped')
      : iomapLookup(here, fn, V414.dax, { MAPPED: 'grab_mapped', HOLE: 'grab_hole' }),
    ...grab('grab_mapped', 'dax_insert_mapping'),
    dax_insert_mapping: d.dax_insert_mapping(d, here.at('dax_insert_mapping'), put),
    ...(!here.write && {
      ...grab('grab_hole', 'dax_load_hole'),
      dax_load_hole: d.dax_load_hole(d, here.at('dax_load_hole'), { ...put, LOCKED: ret.LOCKED }),
    }),
    put_locked_mapping_entry: d.put_locked_mapping_entry(d, here.at('put_locked_mapping_entry'), {
      RETURN: ret.NOPAGE,
    }),
  });
};

export default defineDesign<IomapParts>({
  id: 'v4.14-iomap-before-grab',
  title: 'v4.14 with iomap_begin before grab_mapping_entry',
  source: 'the order before 876f29460cbd "dax: fix PMD data corruption when fault races with write"',
  facts: v414.facts,
  parts: { ...v414.parts, dax_iomap_pte_fault },
  expects: {},
});
