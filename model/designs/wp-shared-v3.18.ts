/**
 * v3.18: write faults on the page cache before the series of December 2014. Without ->page_mkwrite the page lock is only
 * waited for between the PTE and set_page_dirty(), which therefore looks for a truncation itself.
 */
import { defineDesign } from '../design.ts';
import type { PageCacheParts } from '../parts.ts';
import { pageCache } from '../paths/page_cache/all.ts';
import { account_page_dirtied_v318 } from '../paths/page_cache/set_page_dirty.ts';
import { wp_page_shared_v318 } from '../paths/page_cache/wp_page_shared.ts';

const parts: PageCacheParts = {
  ...pageCache,
  wp_page_shared: wp_page_shared_v318,
  account_page_dirtied: account_page_dirtied_v318,
};

export default defineDesign<PageCacheParts>({
  id: 'wp-shared-v3.18',
  title: 'page cache: without ->page_mkwrite, set_page_dirty() with the page not locked',
  source: 'linux v3.18: the "-" lines of the mails; the rest as in v4.0',
  facts: { dirtyTags: false, cacheFlush: true, mkclean: true, mapsZeroPage: false },
  parts,
  expects: {
    'hole-reads-allocate-nothing': [
      'load-store',
      'load-store-2mm',
      'store-fsync',
      'store-truncate',
      'store-punch',
      'load-write',
      'store-write',
      'three-two',
    ],
    'store-completes': ['store-punch', 'three-two'],
  },
});
