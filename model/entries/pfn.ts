/** What a PTE can point to: tokens, never numbers. */

/** The common zero page. */
export const ZERO = 'zero';
/** The huge zero page. */
export const HZP = 'hzp';

/** `zero`, `hzp`, `blk.<name>` (a block of DAX storage), `page.<index>.<n>` (a struct page of the page cache), `anon.<…>`. */
export type Pfn = string;

export const isBlock = (pfn: Pfn): boolean => pfn.startsWith('blk.');
export const isAnon = (pfn: Pfn): boolean => pfn.startsWith('anon.');
export const isPage = (pfn: Pfn): boolean => pfn.startsWith('page.');
