/** zero-page-v3 whose dax_writeback_one() flushes before it write-protects: what is stored in between is never flushed. */
import { chart, type Look, otherwise, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v3 from '../../model/designs/zero-page-v3.ts';
import { block } from '../../model/entries/block.ts';
import { type Entry, entry } from '../../model/entries/entry.ts';
import { mark } from '../../model/marks.ts';
import type { IomapParts } from '../../model/parts.ts';
import { current } from '../../model/paths/dax_writeback.ts';
import { wakeNext, withUnlockedEntry } from '../../model/paths/entry_lock.ts';
import { SLEEP, TL } from '../../model/sections.ts';
import { V414 } from '../../model/sources.ts';

const page = (s: Look): string => current(s).page;
const now = (s: Look): Entry => s.read(entry(page(s)));

const dax_writeback_one: IomapParts['dax_writeback_one'] = (d, here, ret) =>
  chart(here, {
    ...withUnlockedEntry(
      here,
      'get_unlocked_mapping_entry',
      { fn: 'dax_writeback_one', src: V414.dax, page },
      when(
        (s) => now(s).kind !== 'blk' || now(s).pfn !== current(s).slot.pfn,
        ret.RETURN,
        'skip',
        (s) => wakeNext(s, page(s)),
      ),
      when(
        (s) => !now(s).towrite,
        ret.RETURN,
        'TOWRITE is clear: skip, wake next',
        (s) => wakeNext(s, page(s)),
      ),
      otherwise('dax_flush', 'lock_slot(); clear TOWRITE', (s) => {
        s.send(entry(page(s)), { type: 'LOCK', by: here.me });
        s.send(entry(page(s)), { type: 'UNTAG', tag: 'towrite' });
      }),
    ),
    dax_flush: step(
      SLEEP,
      'dax_flush',
      V414.dax,
      otherwise('dax_mapping_entry_mkclean', 'flush the CPU cache', (s) => {
        const b = current(s).slot.pfn!;
        s.send(block(b), { type: 'FLUSH' });
        s.mark(mark({ type: 'flush', block: b }));
      }),
    ),
    dax_mapping_entry_mkclean: d.dax_mapping_entry_mkclean(d, here.at('dax_mapping_entry_mkclean'), {
      RETURN: here.to('clear_dirty'),
    }),
    clear_dirty: step(
      TL,
      'dax_writeback_one',
      V414.dax,
      otherwise('dax_unlock_mapping_entry', 'clear DIRTY', (s) =>
        s.send(entry(page(s)), { type: 'UNTAG', tag: 'dirty' }),
      ),
    ),
    dax_unlock_mapping_entry: d.dax_unlock_mapping_entry(
      d,
      here.at('dax_unlock_mapping_entry'),
      { RETURN: ret.RETURN },
      page,
    ),
  });

export default defineDesign<IomapParts>({
  id: 'flush-first',
  title: 'zero-page-v3, dax_writeback_one() flushes before it write-protects',
  source: 'variation',
  facts: v3.facts,
  parts: { ...v3.parts, dax_writeback_one },
  expects: v3.expects,
});
