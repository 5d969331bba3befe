/** v4.14, where fsync write-protects the PTEs of an entry one by one and flushes the TLBs once, behind them. No kernel. */
import { chart, otherwise, type StateConfig, step, type Target } from '../../explorer/chart.ts';
import { type Design, defineDesign } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import { pte } from '../../model/entries/pte.ts';
import type { Here } from '../../model/here.ts';
import { mark } from '../../model/marks.ts';
import type { IomapParts, Returns } from '../../model/parts.ts';
import { current } from '../../model/paths/dax_writeback.ts';
import { flushTlbRange } from '../../model/paths/tlb.ts';
import { LOCAL, PTL } from '../../model/sections.ts';
import { V414 } from '../../model/sources.ts';

/** Of scenarios with one page. @param late whether that is behind the whole of dax_writeback_one(), not before the CPU cache is flushed */
export const flushesOnce = (late: boolean): Design<IomapParts> => {
  const flush = (here: Here, to: Target): StateConfig =>
    step(
      LOCAL,
      'flush_tlb_batched',
      V414.rmap,
      otherwise(to, 'flush_tlb_range()', (s) => {
        for (const v of here.scene.vmas) {
          for (const page of v.pages) s.mark(mark({ type: 'tlb-flush', pte: pte(v.id, page).id }));
          flushTlbRange(s, here, v.id, v.pages);
        }
      }),
    );
  return defineDesign<IomapParts>({
    ...v414,
    id: `v4.14-flushes-tlb-${late ? 'late' : 'once'}`,
    title: `v4.14, fsync flushes the TLBs once, ${late ? 'at its end' : 'before the CPU cache'}`,
    source: 'no kernel',
    parts: {
      ...v414.parts,
      dax_mapping_entry_mkclean: (_d, here, ret) => {
        const vmas = here.scene.vmas.filter((v) => v.shared);
        const clean = vmas.map((v, i): [string, StateConfig] => [
          `clean_${i}`,
          step(
            PTL,
            'dax_mapping_entry_mkclean',
            V414.dax,
            otherwise(
              i + 1 < vmas.length ? `clean_${i + 1}` : late ? ret.RETURN : 'flush_tlb',
              'pte_wrprotect()',
              (s) => {
                const ref = pte(v.id, current(s).page);
                const now = s.read(ref);
                if (now?.w || now?.d) s.send(ref, { type: 'SET', pte: { pfn: now.pfn, w: false, d: false } });
              },
            ),
          ),
        ]);
        return chart(here, { ...Object.fromEntries(clean), ...(!late && { flush_tlb: flush(here, ret.RETURN) }) });
      },
      ...(late && {
        dax_writeback_one: (d: IomapParts, here: Here, ret: Returns<'RETURN'>) =>
          chart(here, {
            one: v414.parts.dax_writeback_one(d, here.at('one'), { RETURN: here.to('flush_tlb') }),
            flush_tlb: flush(here, ret.RETURN),
          }),
      }),
    },
    expects: {},
  });
};
