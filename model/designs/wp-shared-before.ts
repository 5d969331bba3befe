/** v3.18 with 2d6d7f982846 "mm: protect set_page_dirty() from ongoing truncation": do_wp_page() locks the page for it. */
import { defineDesign } from '../design.ts';
import type { PageCacheParts } from '../parts.ts';
import { account_page_dirtied } from '../paths/page_cache/set_page_dirty.ts';
import { wp_page_shared_before } from '../paths/page_cache/wp_page_shared.ts';
import v318 from './wp-shared-v3.18.ts';

export default defineDesign<PageCacheParts>({
  id: 'wp-shared-before',
  title: 'page cache: set_page_dirty() always under the page lock; two branches in do_wp_page()',
  source: 'mail 2014-12-05, "[patch 1/3] mm: protect set_page_dirty() from ongoing truncation"; 2d6d7f982846',
  facts: v318.facts,
  parts: { ...v318.parts, wp_page_shared: wp_page_shared_before, account_page_dirtied },
  expects: v318.expects,
});
