/** v4.14, whose do_cow_fault() does not give back the copy that it has not mapped. No kernel. */
import { chart, dispatch, otherwise, type StateConfig } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import type { IomapParts } from '../../model/parts.ts';
import { cowPage } from '../../model/registers.ts';
import { V414 } from '../../model/sources.ts';

export default defineDesign<IomapParts>({
  ...v414,
  id: 'v4.14-cow-keeps-copy',
  title: 'v4.14, a private store whose PTE was taken meanwhile keeps its copy',
  source: 'no kernel',
  parts: {
    ...v414.parts,
    do_cow_fault: (d, here, ret) =>
      chart(here, {
        ...(v414.parts.do_cow_fault(d, here, ret).states as Record<string, StateConfig>),
        done: dispatch(
          'do_cow_fault',
          V414.memory,
          otherwise(ret.DONE, '', (s) => s.set(cowPage, null)),
        ),
      }),
  },
  expects: {},
});
