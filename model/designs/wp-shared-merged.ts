/** v4.0: the two branches of do_wp_page() that dirty a shared page are one, with one reference. */
import { defineDesign } from '../design.ts';
import type { PageCacheParts } from '../parts.ts';
import { wp_page_shared_merged } from '../paths/page_cache/wp_page_shared.ts';
import before from './wp-shared-before.ts';

export default defineDesign<PageCacheParts>({
  id: 'wp-shared-merged',
  title: 'page cache: one branch in do_wp_page() for shared pages, with and without ->page_mkwrite',
  source:
    'mail 2014-12-02, "[patch 3/3] mm: memory: merge shared-writable dirtying branches in do_wp_page()"; linux v4.0',
  facts: before.facts,
  parts: { ...before.parts, wp_page_shared: wp_page_shared_merged },
  expects: before.expects,
});
