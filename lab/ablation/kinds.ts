/**
 * What of a design can be left out, by kind. Sites are not listed by hand: they are what the design's own steps do in the
 * scenarios, so a design gets its ablations by itself. Only re-checks are named, by function and line.
 */
import type { Standing } from './rewrite.ts';

export const KINDS = ['lock', 'wait', 're-check', 'tag', 'unmap', 'write-protect', 'wake-up', 'flush', 'time'] as const;
export type Kind = (typeof KINDS)[number];

/** One thing left out: of what a step sends to components, or one of its alternatives. */
export interface Site {
  readonly kind: Kind;
  /** What is left out, e.g. `i_mmap_sem`, `DIRTY`. */
  readonly what: string;
  /** Where: an operation or a function. */
  readonly where: string;
}

/** Of a lock: wherever it is taken. */
export const EVERYWHERE = 'every path';

export const isAt = (own: Site, site: Site): boolean =>
  own.kind === site.kind && own.what === site.what && (site.where === EVERYWHERE || own.where === site.where);

export const siteText = ({ kind, what, where }: Site): string => `${kind} ${what} in ${where}`;

/** An event as it is sent. */
export interface Sent {
  readonly component: string;
  readonly kind: string;
  readonly event: { readonly type: string; readonly [field: string]: unknown };
}

/** The call path without thread and position: `store/do_page_fault/…/insert_pfn`. Nor what is done round a call where something freezes. */
const pathOf = (id: string): string => id.replace(/^[^/]*\/(?:op\d+_)?/, '').replace(/^(\w+)\/call\//, '$1/');

/** Whose doing a step is: a fault's, the write-back's, else the operation's. */
function contextOf(path: string): string {
  if (path.includes('/do_page_fault')) return 'faults';
  if (/writeback|write_and_wait|sync_filesystem|write_cache_pages|fdatawait/.test(path)) return 'write-back';
  return path.split('/')[0]!;
}

/** A walk, or what it does to one page. */
const WALK = /^(?:zap_pte_range|unmap_mapping_range|zap|unmap_vmas|try_to_unmap_one|\w+_(?:range|list)_[a-z])$/;

/** The last function on the path that is no walk. */
function callerOf(path: string): string {
  const names = path.split('/').filter((n) => !WALK.test(n));
  return names.length > 1 && contextOf(path) === 'faults' ? names.at(-1)! : names.join(': ');
}

const nameOf = (component: string): string => component.replace(/\[.*|\.(?!.*\]).*/, '');

/** What leaving out this event would be: several things where a function is more than one of its events. */
export function sitesOfEvent(standing: Pick<Standing, 'id' | 'fn'>, sent: Sent): Site[] {
  return [siteOf(standing, sent), pageDirtyingOf(standing, sent), unlockWakeUpOf(standing, sent)].filter(
    (site) => site !== undefined,
  );
}

/** set_page_dirty() and cancel_dirty_page() of the page cache: the page's own bit, the count, and the tag. */
function pageDirtyingOf({ id, fn }: Pick<Standing, 'id' | 'fn'>, { kind, event }: Sent): Site | undefined {
  if (!DIRTYING.has(`${kind} ${event.type} ${event.flag ?? event.tag ?? ''}`.trim())) return undefined;
  // DAX tags its entries itself.
  if (kind === 'entry' && fn !== '__set_page_dirty_nobuffers') return undefined;
  if (fn === 'cancel_dirty_page') return { kind: 'tag', what: 'cancel_dirty_page()', where: contextOf(pathOf(id)) };
  return /^(?:CLEAR_FLAG|DEC)$/.test(event.type)
    ? undefined
    : { kind: 'tag', what: 'set_page_dirty()', where: dirtierOf(pathOf(id), fn) };
}
const DIRTYING = new Set([
  'page SET_FLAG dirty',
  'page CLEAR_FLAG dirty',
  'file-dirty INC',
  'file-dirty DEC',
  'entry TAG dirty',
]);

/** Who calls set_page_dirty(). A zap does it with the PTL held, in steps of its own. */
function dirtierOf(path: string, fn: string): string {
  if (/^(?:zap_pte_range|try_to_unmap_one)$/.test(fn)) return fn;
  const names = path.split('/');
  const at = names.findIndex((n) => n.endsWith('set_page_dirty'));
  if (at >= 0 && names[at] !== 'set_page_dirty')
    return names[at]!.startsWith('try_to_unmap') ? 'try_to_unmap_one' : 'zap_pte_range';
  return names.slice(0, at).findLast((n) => !/^(?:dirty|reused)$/.test(n)) ?? path;
}

/** unlock_page() that clears the bit and wakes nobody. */
const unlockWakeUpOf = ({ id }: Pick<Standing, 'id'>, { kind, event }: Sent): Site | undefined =>
  kind === 'page-lock' && event.type === 'UNLOCK'
    ? { kind: 'wake-up', what: 'unlock_page()', where: contextOf(pathOf(id)) }
    : undefined;

/** What leaving out this event would be; undefined: it is none of the kinds. */
function siteOf({ id, fn }: Pick<Standing, 'id' | 'fn'>, { component, kind, event }: Sent): Site | undefined {
  const path = pathOf(id);
  switch (kind) {
    case 'rwsem':
    case 'page-lock':
      return { kind: 'lock', what: nameOf(component), where: contextOf(path) };
    case 'freeze':
      return /PAGEFAULT/.test(event.type) ? { kind: 'lock', what: 'sb_pagefault', where: contextOf(path) } : undefined;
    case 'entry':
      if (event.type === 'TAG') return { kind: 'tag', what: String(event.tag).toUpperCase(), where: fn };
      // A page-cache page is put there without a lock bit.
      return /^(?:LOCK|UNLOCK|INSERT|REPLACE)$/.test(event.type) && event.lockedBy !== null
        ? { kind: 'lock', what: 'entry', where: contextOf(path) }
        : undefined;
    case 'wq':
      return event.type.startsWith('WAKE')
        ? { kind: 'wake-up', what: event.type, where: wakerOf(path, fn) }
        : undefined;
    case 'pte':
      if (event.type === 'CLEAR' && (fn === 'zap_pte_range' || fn === 'try_to_unmap_one'))
        return { kind: 'unmap', what: 'zap', where: callerOf(path) };
      return fn === 'dax_mapping_entry_mkclean' || fn === 'dax_entry_mkclean' || fn === 'page_mkclean_one'
        ? { kind: 'write-protect', what: 'PTE', where: fn }
        : undefined;
    case 'block':
      return event.type === 'FLUSH' && /flush/.test(fn) ? { kind: 'flush', what: 'CPU cache', where: fn } : undefined;
    case 'inode':
      return event.type === 'FILE_UPDATE_TIME'
        ? { kind: 'time', what: 'file_update_time', where: timerOf(path) }
        : undefined;
    default:
      return undefined;
  }
}

/** Faults differ by their handler, all else by the operation. */
const timerOf = (path: string): string => (path.includes('pfn_mkwrite') ? 'pfn_mkwrite' : contextOf(path));
const wakerOf = (path: string, fn: string): string =>
  fn.includes('wak') ? contextOf(path) : `${contextOf(path)}: ${fn}`;

/** Where a lock is waited for: `passes`: it is got at once; `out`: who would wait goes on. */
export function lockWaitOf({ id, fn, alternative }: Standing): (Site & { readonly how: 'out' | 'passes' }) | undefined {
  const where = contextOf(pathOf(id));
  if (alternative.line === '!PageWriteback') return { kind: 'wait', what: 'PageWriteback', where: fn, how: 'passes' };
  const lock = (what: string, how: 'out' | 'passes') => ({ kind: 'lock' as const, what, where, how });
  const down = /^down_(?:read|write)\((.+)\)$/.exec(alternative.line)?.[1];
  if (down !== undefined) return lock(nameOf(down), 'passes');
  if (/^(?:try)?lock_page\(\)$/.test(alternative.line)) return lock('PG_locked', 'passes');
  if (alternative.line === 'sb_start_pagefault()') return lock('sb_pagefault', 'passes');
  // To unlock what was never locked is no mistake of its own here.
  return /^entry locked: |slot_locked\(\)/.test(alternative.line) ? lock('entry', 'out') : undefined;
}

/** A check that is made again, because what it is about may have changed; or made where another one was made before. */
interface Recheck {
  readonly fn: RegExp;
  readonly line: RegExp;
  /** `out`: the alternative that the failed check leads to is left out. `passes`: the check always succeeds. */
  readonly how: 'out' | 'passes';
}

const RECHECKS: readonly Recheck[] = [
  { fn: /^handle_pte_fault$/, line: /^!pte_same\(\)/, how: 'out' },
  { fn: /^insert_pfn$/, line: /^!pte_none\(\)|other pfn/, how: 'out' },
  { fn: /^(wp_page_copy|finish_mkwrite_fault)$/, line: /^pte_same\(\)/, how: 'passes' },
  { fn: /^finish_fault$/, line: /^set_pte_at/, how: 'passes' },
  { fn: /^dax_iomap_pte_fault$/, line: /^pos >= i_size/, how: 'out' },
  { fn: /^ext4_dax_pfn_mkwrite$/, line: /^beyond i_size/, how: 'out' },
  { fn: /^dax_iomap_rw$/, line: /^at EOF/, how: 'out' },
  { fn: /^ext4_punch_hole$/, line: /^beyond i_size/, how: 'out' },
  { fn: /^grab_mapping_entry$/, line: /^slot taken meanwhile/, how: 'out' },
  { fn: /^grab_mapping_entry$/, line: /^page->mapping == mapping/, how: 'passes' },
  { fn: /./, line: /^woken, entry locked again/, how: 'out' },
  { fn: /^dax_writeback_one$/, line: /^(TOWRITE is clear|entry is gone|other sector|WARN_ON)/, how: 'out' },
  { fn: /^__dax_invalidate_mapping_entry$/, line: /^(dirty: kept|entry is gone|WARN_ON)/, how: 'out' },
  { fn: /^dax_pfn_mkwrite$/, line: /^no entry: retry/, how: 'out' },
  {
    fn: /^(invalidate_inode_page|invalidate_inode_pages2_range|truncate_inode_page)$/,
    line: /page->mapping changed/,
    how: 'out',
  },
  { fn: /^invalidate_inode_page$/, line: /^page is mapped: kept/, how: 'out' },
  {
    fn: /^(ext4_sync_file|invalidate_inode_pages2_range|filemap_write_and_wait_range)$/,
    line: /^nr(exceptional|pages) > 0/,
    how: 'passes',
  },
  ...pageCache(),
];

/** Those of files in the page cache. */
function pageCache(): Recheck[] {
  return [
    { fn: /^filemap_fault$/, line: /^(page->mapping changed|beyond i_size)/, how: 'out' },
    { fn: /^__block_page_mkwrite$/, line: /^-EFAULT/, how: 'out' },
    { fn: /^do_page_mkwrite$/, line: /^!page->mapping: retry/, how: 'out' },
    { fn: /^do_wp_page$/, line: /^pte_same\(\): ptep_set_access_flags/, how: 'passes' },
    { fn: /^do_(shared_fault|set_pte)$/, line: /^set_pte_at\(/, how: 'passes' },
    { fn: /^__add_to_page_cache_locked$/, line: /^page_cache_tree_insert/, how: 'passes' },
    {
      fn: /^(do_generic_file_read|grab_cache_page_write_begin)$/,
      line: /mapping(?: changed)?: look again/,
      how: 'out',
    },
    { fn: /^do_generic_file_read$/, line: /^PageUptodate$/, how: 'passes' },
    { fn: /^do_generic_file_read$/, line: /^at EOF/, how: 'out' },
    { fn: /^write_cache_pages$/, line: /^(page->mapping changed|!PageDirty|PageWriteback)/, how: 'out' },
    { fn: /^block_write_full_page$/, line: /^outside i_size/, how: 'out' },
    { fn: /^truncate_complete_page$/, line: /^page->mapping changed/, how: 'out' },
    { fn: /^invalidate_complete_page2$/, line: /^PageDirty/, how: 'out' },
    { fn: /^invalidate_inode_page$/, line: /^PageDirty or PageWriteback/, how: 'out' },
    { fn: /^__remove_mapping$/, line: /^!page_freeze_refs/, how: 'out' },
    { fn: /^shrink_page_list$/, line: /^(PageWriteback|!mapping|PageDirty)/, how: 'out' },
  ];
}

/** The re-check that an alternative is, as a site. */
export function recheckOf({ fn, alternative }: Standing): (Site & { readonly how: Recheck['how'] }) | undefined {
  const known = alternative.guard && RECHECKS.find((r) => r.fn.test(fn) && r.line.test(alternative.line));
  return known && { kind: 're-check', what: alternative.line, where: fn, how: known.how };
}
