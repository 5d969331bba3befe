/** What a PTE can point to: tokens, never numbers. */

/** The common zero page. */
export const ZERO = 'zero';

/** `zero`, `blk.<name>` (a block of DAX storage), `page.<index>.<n>` (a struct page of the page cache), `anon.<…>`. */
export type Pfn = string;

export const isBlock = (pfn: Pfn): boolean => pfn.startsWith('blk.');
export const isAnon = (pfn: Pfn): boolean => pfn.startsWith('anon.');
export const isPage = (pfn: Pfn): boolean => pfn.startsWith('page.');

/**
 * vm_normal_page() of a VM_MIXEDMAP VMA with PTE_SPECIAL: only page-cache and anonymous pages have a struct page that
 * the mm may look at; storage and the zero page are special.
 */
export const isNormalPage = (pfn: Pfn): boolean => !isBlock(pfn) && pfn !== ZERO;
