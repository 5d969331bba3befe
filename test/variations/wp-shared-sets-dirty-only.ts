/** e4e3df290f65 taken back: zap_pte_range() brings a dirty bit to its page's PG_dirty (folio_set_dirty()), and neither counts nor tags it. */
import { chart, otherwise, step } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import merged from '../../model/designs/wp-shared-merged.ts';
import type { PageCacheParts } from '../../model/parts.ts';
import { LOCAL } from '../../model/sections.ts';
import { V40 } from '../../model/sources.ts';

const { account_page_dirtied } = merged.parts;

export default defineDesign<PageCacheParts>({
  ...merged,
  id: 'wp-shared-sets-dirty-only',
  title: 'wp-shared-merged, a zap only sets PG_dirty',
  source: 'e4e3df290f65, taken back',
  parts: {
    ...merged.parts,
    // The zap's own call; set_page_dirty() has the other.
    account_page_dirtied: (_d, here, ret) =>
      chart(here, {
        folio_set_dirty: step(LOCAL, 'zap_pte_range', V40.memory, otherwise(ret.RETURN, 'neither counted nor tagged')),
      }),
    set_page_dirty: (d, here, ret, which) =>
      merged.parts.set_page_dirty({ ...d, account_page_dirtied }, here, ret, which),
  },
  expects: {},
});
