/** Fixes of finding AC, where a call that fails leaves what the next one does not expect. */
import { chart, dispatch, otherwise, when } from '../../explorer/chart.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import type { IomapParts } from '../../model/parts.ts';
import { vmFault } from '../../model/registers.ts';
import { V510 } from '../../model/sources.ts';
import { leaveOutWay } from './edit.ts';

/** ext4_punch_hole() frees what is behind i_size as well: blocks that a truncation could not free. */
export const punchesBehindEof = (base: Design<IomapParts>): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...base,
    id: `${base.id}-punches-behind-eof`,
    title: `${base.id}, punch does not look at i_size`,
    source: 'xfs_file_fallocate() does not',
    parts: { ...base.parts, punch: leaveOutWay(base.parts.punch, { check_size: 0 }) },
    expects: {},
  });

/** A store's fault that has allocated the block and cannot map it unmaps the zero page all the same. */
export const failedStoreUnmaps = (base: Design<IomapParts>): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...base,
    id: `${base.id}-failed-store-unmaps`,
    title: `${base.id}, a store's fault that fails behind the allocation unmaps the page`,
    source: 'no kernel',
    parts: {
      ...base.parts,
      dax_insert_mapping: (d, here, ret) =>
        chart(here, {
          insert: base.parts.dax_insert_mapping(d, here.at('insert'), { RETURN: here.to('failed') }),
          failed: dispatch(
            'dax_iomap_pte_fault',
            V510.dax,
            when((s) => s.get(vmFault) === 'SIGBUS', 'unmap_mapping_range', ''),
            otherwise(ret.RETURN, ''),
          ),
          unmap_mapping_range: d.unmap_mapping_range(d, here.at('unmap_mapping_range'), ret, { pages: [here.page] }),
        }),
    },
    expects: {},
  });
