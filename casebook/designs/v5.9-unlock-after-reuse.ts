/** v5.9-rc1, before be068f29034f "mm: fix misplaced unlock_page in do_wp_page()", in v5.10: the page is unlocked after the PTL. */
import { chart, dispatch, otherwise, register, type StateConfig, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v510 from '../../model/designs/v5.10.ts';
import { anon, isFreeAnon } from '../../model/entries/anon.ts';
import { isAnon } from '../../model/entries/pfn.ts';
import { mark } from '../../model/marks.ts';
import { isNormalPage } from '../../model/normal-page.ts';
import type { IomapParts } from '../../model/parts.ts';
import { getPage } from '../../model/paths/struct_page.ts';
import { origPte } from '../../model/registers.ts';
import { LOCAL } from '../../model/sections.ts';
import { V510 } from '../../model/sources.ts';

/** The page that was reused, still locked. */
const reused = register<string | null>('vmf_page', null);

export default defineDesign<IomapParts>({
  ...v510,
  id: 'v5.9-unlock-after-reuse',
  title: 'v5.10, but do_wp_page() unlocks a page that it has reused after it has dropped the PTL',
  source: 'before be068f29034f "mm: fix misplaced unlock_page in do_wp_page()"',
  parts: {
    ...v510.parts,
    wp_page_copy: (d, here, ret) => {
      const base = v510.parts.wp_page_copy(d, here, ret);
      const forget = (s: Parameters<typeof getPage>[0]): void => s.set(reused, null);
      return chart(here, {
        ...(base.states as Record<string, StateConfig>),
        unlock: dispatch(
          'do_wp_page',
          V510.memory,
          when(
            (s) => isAnon(s.get(origPte)!.pfn) && s.read(anon(s.get(origPte)!.pfn)).refs === 1,
            'unlock_page',
            'wp_page_reuse(rw); unlock ptl',
            (s) => {
              s.send(here.pte, { type: 'SET', pte: { ...s.get(origPte)!, w: true, d: true } });
              s.set(reused, s.get(origPte)!.pfn);
              s.set(origPte, null);
            },
          ),
          when(
            (s) => isNormalPage(here.scene, s.get(origPte)!.pfn),
            'alloc',
            'get_page(); unlock ptl',
            (s) => getPage(s, s.get(origPte)!.pfn),
          ),
          otherwise('alloc', 'unlock ptl'),
        ),
        unlock_page: step(
          LOCAL,
          'do_wp_page',
          V510.memory,
          when(
            (s) => s.read(anon(s.get(reused)!), isFreeAnon),
            ret.DONE,
            'unlock_page() of a page that is free',
            (s) => {
              s.mark(mark({ type: 'warn', site: 'free_pages_check: Bad page state, PG_locked' }));
              forget(s);
            },
          ),
          otherwise(ret.DONE, 'unlock_page()', forget),
        ),
      });
    },
  },
  filesystems: undefined,
  expects: {},
});
