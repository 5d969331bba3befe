/**
 * "->page_mkwrite() could safely return with the page unlocked": it does, do_wp_page() does not look at page->mapping after
 * it, and locks the page for set_page_dirty() only, as without ->page_mkwrite. Faults on an empty PTE still lock and look.
 */
import { defineDesign } from '../design.ts';
import type { PageCacheParts } from '../parts.ts';
import { wpPageSharedMerged } from '../paths/page_cache/wp_page_shared.ts';
import merged from './wp-shared-merged.ts';

export default defineDesign<PageCacheParts>({
  id: 'wp-shared-unlocked',
  title: 'wp-shared-merged with the page unlocked between ->page_mkwrite and set_page_dirty()',
  source:
    'mail 2014-12-02 (Weiner), "Re: [patch 3/3] mm: memory: merge shared-writable dirtying branches in do_wp_page()"',
  facts: merged.facts,
  parts: {
    ...merged.parts,
    mkwrite_returns_locked: false,
    wp_page_shared: wpPageSharedMerged({ keepsUnlocked: true }),
  },
  expects: merged.expects,
});
