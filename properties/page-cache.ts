/** What the properties of page-cache designs share: the cached page of an index, and who may be judged by them. */
import type { Readable } from '../explorer/component.ts';
import type { Design } from '../model/design.ts';
import type { Content } from '../model/entries/content.ts';
import { entry } from '../model/entries/entry.ts';
import { page } from '../model/entries/page.ts';

/** Of `needs`: page-cache designs only. */
export const pageCacheOnly = (design: Design): string | undefined =>
  design.parts.page_cache ? undefined : 'a page-cache design';

/** Of `needs`: designs that map storage. */
export const daxOnly = (design: Design): string | undefined =>
  design.parts.page_cache ? 'DAX: a page-cache design maps no block' : undefined;

interface Reads {
  read<V>(ref: Readable<V>): V;
}

/** The page of the file that is in the page cache, if there is one: what the file holds at that index. */
export function cached(s: Reads, name: string): { readonly pfn: string; readonly mem: Content } | undefined {
  const { kind, pfn } = s.read(entry(name));
  return kind === 'page' ? { pfn: pfn!, mem: s.read(page(pfn!)).mem } : undefined;
}
