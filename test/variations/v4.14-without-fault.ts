/**
 * do_fault() of a VMA whose driver has no ->fault, as after remap_pfn_range(): a load that finds its PTE empty gets SIGBUS, at once or
 * (2018: "mm/memory.c: recheck page table entry with page table lock held") only if the PTE is empty under the PTL as well. Here stores still map the page.
 */
import { chart, otherwise, step, when } from '../../explorer/chart.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import { isNone } from '../../model/entries/pte.ts';
import type { IomapParts, MmParts } from '../../model/parts.ts';
import { LOCAL, PTL } from '../../model/sections.ts';
import { V414 } from '../../model/sources.ts';

const withoutFault = (id: string, do_read_fault: MmParts['do_read_fault']): Design<IomapParts> =>
  defineDesign<IomapParts>({
    ...v414,
    id,
    title: 'v4.14, loads have no ->fault',
    source: '2018: "mm/memory.c: recheck page table entry with page table lock held"',
    parts: { ...v414.parts, do_read_fault },
    expects: {},
  });

export const atOnce = withoutFault('v4.14-without-fault', (_d, here, ret) =>
  chart(here, { do_fault: step(LOCAL, 'do_fault', V414.memory, otherwise(ret.SIGBUS, '!vm_ops->fault: SIGBUS')) }),
);

export const underPtl = withoutFault('v4.14-without-fault-looks-again', (_d, here, ret) =>
  chart(here, {
    do_fault: step(
      PTL,
      'do_fault',
      V414.memory,
      when((s) => s.read(here.pte, isNone), ret.SIGBUS, 'pte_none(): SIGBUS'),
      otherwise(ret.DONE, 'the PTE is there: NOPAGE'),
    ),
  }),
);
