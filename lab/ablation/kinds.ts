/**
 * What of a design can be left out, by kind. Sites are not listed by hand: they are what the design's own steps do in the
 * scenarios, so a design gets its ablations by itself. Only re-checks are named, by function and line.
 */
import type { Standing } from './rewrite.ts';

export const KINDS = ['lock', 're-check', 'tag', 'unmap', 'write-protect', 'wake-up', 'flush', 'time'] as const;
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

/** The call path without thread and position: `store/do_page_fault/…/insert_pfn`. */
export const pathOf = (id: string): string => id.replace(/^[^/]*\/(?:op\d+_)?/, '');

/** Whose doing a step is: a fault's, the write-back's, else the operation's. */
export function contextOf(path: string): string {
  if (path.includes('/do_page_fault')) return 'faults';
  if (/writeback|write_and_wait|sync_filesystem/.test(path)) return 'write-back';
  return path.split('/')[0]!;
}

/** The last function on the path that is no walk. */
function callerOf(path: string): string {
  const names = path.split('/').filter((n) => !/^(?:zap_pte_range|unmap_mapping_range|zap|unmap_vmas)$/.test(n));
  return names.length > 1 && contextOf(path) === 'faults' ? names.at(-1)! : names.join(': ');
}

const nameOf = (component: string): string => component.replace(/\[.*|\.(?!.*\]).*/, '');

/** What leaving out this event would be; undefined: it is none of the kinds. */
export function siteOf({ id, fn }: Pick<Standing, 'id' | 'fn'>, { component, kind, event }: Sent): Site | undefined {
  const path = pathOf(id);
  switch (kind) {
    case 'rwsem':
    case 'page-lock':
      return { kind: 'lock', what: nameOf(component), where: contextOf(path) };
    case 'freeze':
      return /PAGEFAULT/.test(event.type) ? { kind: 'lock', what: 'sb_pagefault', where: contextOf(path) } : undefined;
    case 'entry':
      if (event.type === 'TAG') return { kind: 'tag', what: String(event.tag).toUpperCase(), where: fn };
      return /^(?:LOCK|UNLOCK|INSERT|REPLACE)$/.test(event.type)
        ? { kind: 'lock', what: 'entry', where: contextOf(path) }
        : undefined;
    case 'wq':
      return event.type.startsWith('WAKE')
        ? { kind: 'wake-up', what: event.type, where: wakerOf(path, fn) }
        : undefined;
    case 'pte':
      if (event.type === 'CLEAR' && fn === 'zap_pte_range')
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
export function lockWaitOf({ id, alternative }: Standing): (Site & { readonly how: 'out' | 'passes' }) | undefined {
  const where = contextOf(pathOf(id));
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

export const RECHECKS: readonly Recheck[] = [
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
  { fn: /^(ext4_sync_file|invalidate_inode_pages2_range)$/, line: /^nr(exceptional|pages) > 0/, how: 'passes' },
];

/** The re-check that an alternative is, as a site. */
export function recheckOf({ fn, alternative }: Standing): (Site & { readonly how: Recheck['how'] }) | undefined {
  const known = alternative.guard && RECHECKS.find((r) => r.fn.test(fn) && r.line.test(alternative.line));
  return known && { kind: 're-check', what: alternative.line, where: fn, how: known.how };
}
