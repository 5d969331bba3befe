/**
 * Violations that are explained: each rule names one cause, by the property, the designs, and what happens in the shortest
 * run. A violation that no rule fits is new: it is shrunk, printed and kept. What the causes are: causes.ts.
 */
import type { Cause } from './causes.ts';
import type { Found, Kind } from './judge.ts';
import { inOrder, SOMEBODY } from './lines.ts';
import {
  ANOTHER_PAGES_ENTRY_DELETED,
  BACK_WHILE_PUNCHED,
  CONVERTED_AFTER_ZEROED,
  COPIED_NOT_DIRTY,
  DELETED_NOT_REMOVED,
  dirtyDeleted,
  ENTRY_CHANGED,
  FAULT_TAKES_NEW,
  FOUND_THEN_REMOVED,
  FREED_THEN_MAPPED,
  FROZEN_BETWEEN,
  fails,
  GOES_AND_COMES_BACK,
  HOLE_PAGE_BETWEEN,
  HOLE_PAGE_KEPT,
  HOLE_PAGE_LATE,
  HOLE_PAGE_UNSEEN,
  INVALIDATED,
  LEFT_BEHIND_EOF,
  MAPPED_THEN_FREED,
  MAPPED_UNWRITTEN,
  MPROTECTED_WHEN_FROZEN,
  NEIGHBOUR_ZEROED,
  ONE_PTE_OF_EACH_VMA,
  READ_BEGAN_BEFORE,
  REUSED_WHEN_FROZEN,
  RMAP_GONE_BEFORE_FLUSH,
  SECOND_FSYNC,
  SECOND_FSYNC_49,
  SPLIT_AND_PUT_BACK,
  TAGGED_LOOKUP_FINDS_PAGE,
  UNWRITTEN_UNDER_A_FAULT,
  untaggedAfter,
  WRITABLE_NOT_DIRTY,
  wipes,
  ZAPPED_BEFORE_COPIED,
  ZAPPED_THEN_REMOVED,
  ZERO_ENTRY_DELETED,
  ZERO_ENTRY_INVALIDATED,
} from './patterns.ts';
import type { Case } from './texts.ts';

export interface Rule {
  readonly cause: Cause;
  /** The property's id, or several. */
  readonly property: string | readonly string[];
  readonly designs: RegExp;
  /** Of the functions of the deciding and of the last step: one of them. */
  readonly functions?: RegExp;
  /** Of the settings: one of them. */
  readonly config?: RegExp;
  /** What the property says of the last state. */
  readonly damage?: RegExp;
  /** The run's steps, a line each: `T1 punch dax_writeback_one: lock_slot(); clear TOWRITE | entry.a: … -> …`. All fit. */
  readonly run?: RegExp | readonly RegExp[];
}

const DAX = /^(v[4567]|zero-page|vmf-insert|write-f)/;
const EARLY = /^v4\.[01]/;
/** No entry lock, no mkclean. */
const V45 = /^(v4\.5$|write-faults)/;
const V72 = /^v7\.2$/;
const V49 = /^v4\.9$/;
const NO_MKCLEAN = /^(v4\.[0159]($|-pfn)|write-faults)/;
const HOLE_PAGES = /^(v4\.([0159]|12)($|-pfn)|write-faults)/;
const ZERO_PAGE = /^(v4\.14|v[567]|zero-page|vmf-insert|write-flag)/;
/** Radix tree, entry lock and mkclean. */
const MKCLEAN = /^(v4\.1[24]|zero-page|vmf-insert|write-flag)/;
const XARRAY = /^v[567]/;
const PAGE_CACHE = /^wp-shared/;
const NO_HANDLER = /no-handler$/;
const FREEZE = 'no-write-when-frozen';

const raw = String.raw;

export const RULES: readonly Rule[] = [
  { cause: 'H', property: 'hole-reads-allocate-nothing', designs: HOLE_PAGES, damage: /page-cache page$/ },
  { cause: 'H', property: 'hole-reads-allocate-nothing', designs: PAGE_CACHE, damage: /page-cache page$/ },

  {
    cause: 'D',
    property: 'hole-reads-allocate-nothing',
    designs: EARLY,
    damage: /allocates blk/,
    run: /ext4_end_io_unwritten: convert: a hole by now/,
  },

  // Stale TLB entries.
  {
    cause: 'AB',
    property: ['writable-implies-dirty', 'no-freed-block-mapped'],
    designs: DAX,
    config: /tlb=on/,
    damage: /^tlb\[/,
  },
  { cause: 'AB', property: 'no-truncated-page-mapped', designs: PAGE_CACHE, config: /tlb=on/, damage: /^tlb\[/ },
  {
    cause: 'AB',
    property: 'no-truncated-page-mapped',
    designs: HOLE_PAGES,
    config: /tlb=on/,
    damage: /^tlb\[/,
    run: ZAPPED_THEN_REMOVED,
  },
  {
    cause: 'AB',
    property: ['fsync-durable', 'no-stale-read', FREEZE, 'mtime-by-msync'],
    designs: DAX,
    config: /tlb=on/,
    run: /stale TLB entry/,
  },
  {
    cause: 'AB',
    property: ['pte-dirty-before-page', 'fsync-durable', 'mtime-by-msync', FREEZE],
    designs: PAGE_CACHE,
    config: /tlb=on/,
    run: RMAP_GONE_BEFORE_FLUSH,
  },

  // Truncate that returns 0.
  {
    cause: 'AC',
    property: 'mtime-of-calls',
    designs: /^(v4\.[0159]($|-pfn)|write-faults)/,
    config: /errors=on/,
    damage: /truncate/,
  },
  // Times.
  { cause: 'AQ', property: 'no-spurious-mtime', designs: DAX, damage: /private/ },
  // A commit that waits for a handle.
  { cause: 'AO', property: 'no-deadlock', designs: /^(v4\.[015]($|-pfn)|write-faults)/, config: /journal=on/ },

  // fsync.
  { cause: 'A', property: ['fsync-durable', 'mtime-by-msync', FREEZE], designs: MKCLEAN, run: SECOND_FSYNC },
  {
    cause: 'A',
    property: 'fsync-durable',
    designs: /^(v4\.[59]$|write-faults)/,
    run: SECOND_FSYNC_49,
  },
  {
    cause: 'U',
    property: ['fsync-durable', 'mtime-by-msync', FREEZE],
    designs: XARRAY,
    run: /dax_writeback_(one|mapping_range): [^\n]*locked/,
  },
  // It fails, and has deleted the entries.
  { cause: 'AC', property: 'fsync-durable', designs: DAX, run: fails('ext4_(?:punch_hole|alloc_file_blocks)') },
  { cause: 'O', property: 'fsync-durable', designs: /./, run: DELETED_NOT_REMOVED },
  { cause: 'X', property: ['fsync-durable', 'no-stale-read'], designs: V45, run: wipes('ext4_dax_mmap_get_block: ') },
  { cause: 'AN.1', property: 'fsync-durable', designs: PAGE_CACHE, damage: /write\d+ in page/, run: COPIED_NOT_DIRTY },

  { cause: 'AK', property: 'fsync-durable', designs: V72, run: dirtyDeleted('(?:truncate|punch|zero|fallocate)') },

  // Dirty entries are deleted.
  {
    cause: 'S',
    property: ['fsync-durable', 'writable-implies-dirty'],
    designs: /^(v4\.[59]$|write-faults)/,
    run: dirtyDeleted('(?:write|invalidate|read)'),
  },
  {
    cause: 'S',
    property: ['fsync-durable', 'writable-implies-dirty'],
    designs: /^(v4\.[59]$|write-faults)/,
    run: untaggedAfter('(?:write|invalidate)'),
  },
  {
    cause: 'AD',
    property: ['fsync-durable', 'writable-implies-dirty'],
    designs: /^(v4\.[59]$|write-faults)/,
    run: dirtyDeleted('dropcaches'),
  },
  {
    cause: 'AD',
    property: ['fsync-durable', 'writable-implies-dirty'],
    designs: /^(v4\.[59]$|write-faults)/,
    run: untaggedAfter('dropcaches'),
  },

  { cause: 'J', property: 'store-completes', designs: /^write-flag/, run: /insert_pfn: !pte_none\(\)/ },
  {
    cause: 'AH',
    property: 'store-completes',
    designs: PAGE_CACHE,
    run: /__delete_from_page_cache: page->mapping = NULL/,
  },
  {
    cause: 'AA',
    property: [
      'store-completes',
      'no-stale-read',
      'no-warn',
      'zero-page-readonly',
      'no-silent-overwrite',
      'zero-page-refcount',
      'fsync-durable',
      'mtime-by-msync',
      'rss-balance',
      FREEZE,
    ],
    designs: ZERO_PAGE,
    config: /pte-special=off/,
    run: /zero page is not of this mapping: kept/,
  },

  // Reading.
  { cause: 'L', property: 'no-stale-read', designs: DAX, damage: /read\(2\)/, run: READ_BEGAN_BEFORE },
  { cause: 'AN.7', property: 'no-stale-read', designs: EARLY, damage: /read\(2\)/, run: MAPPED_UNWRITTEN },
  { cause: 'AN.8', property: 'private-keeps-stores', designs: /./, damage: /poke/, run: ZAPPED_BEFORE_COPIED },
  { cause: 'AN.5', property: ['no-stale-read', 'no-warn', 'writable-implies-dirty'], designs: DAX, run: INVALIDATED },
  {
    cause: 'AN.5',
    property: ['no-silent-overwrite', 'zero-page-readonly'],
    designs: ZERO_PAGE,
    run: ZERO_ENTRY_INVALIDATED,
  },
  { cause: 'E', property: 'no-stale-read', designs: EARLY, damage: /another file/, run: /new, not zeroed/ },
  { cause: 'D', property: ['no-stale-read', 'no-freed-block-mapped'], designs: EARLY, run: FREED_THEN_MAPPED },
  {
    cause: 'D',
    property: 'no-freed-block-mapped',
    designs: EARLY,
    damage: /^pte/,
    run: MAPPED_THEN_FREED,
  },
  { cause: 'D', property: 'no-stale-read', designs: EARLY, damage: /another file/, run: MAPPED_THEN_FREED },
  { cause: 'D', property: 'no-stale-read', designs: EARLY, run: UNWRITTEN_UNDER_A_FAULT },
  { cause: 'D', property: 'no-stale-read', designs: EARLY, run: CONVERTED_AFTER_ZEROED },
  {
    cause: 'Q',
    property: 'no-stale-read',
    designs: EARLY,
    // By the fault, or already by ext4, which zeroes a short unwritten extent that it converts.
    run: wipes(raw`\w+: (?:clear_page|get_block\(1\): converted, new)`),
  },
  { cause: 'F', property: 'no-stale-read', designs: EARLY, run: HOLE_PAGE_LATE },
  { cause: 'F', property: 'no-stale-read', designs: EARLY, run: HOLE_PAGE_KEPT },
  { cause: 'B', property: 'no-stale-read', designs: /^v4\.(9|12)$/, run: HOLE_PAGE_LATE },
  { cause: 'B.2', property: 'no-stale-read', designs: V49, run: HOLE_PAGE_BETWEEN },
  { cause: 'Y', property: 'no-stale-read', designs: V45, run: HOLE_PAGE_LATE },
  { cause: 'Y', property: 'no-stale-read', designs: V45, run: HOLE_PAGE_UNSEEN },
  { cause: 'AP', property: 'writable-implies-dirty', designs: /^(v4\.[59]$|write-faults)/, run: GOES_AND_COMES_BACK },
  {
    cause: 'M',
    property: 'no-stale-read',
    designs: DAX,
    run: NEIGHBOUR_ZEROED,
  },
  {
    cause: 'N',
    property: 'no-stale-read',
    designs: DAX,
    run: FAULT_TAKES_NEW,
  },

  // Times.
  {
    cause: 'G',
    property: ['mtime-on-write', 'mtime-by-msync'],
    designs: /^v4\.0$/,
    run: /do_wp_page: pte_same\(\); reuse/,
  },
  { cause: 'G', property: 'mtime-by-msync', designs: NO_MKCLEAN },

  {
    cause: 'I',
    property: [
      'mtime-on-write',
      'mtime-by-msync',
      'writable-implies-dirty',
      'zero-page-readonly',
      'fsync-durable',
      FREEZE,
      'no-stale-read',
    ],
    designs: NO_HANDLER,
    run: /wp_page_reuse/,
  },

  { cause: 'P', property: ['no-warn', 'fsync-no-spurious-error'], designs: MKCLEAN, run: /dax_writeback_one: WARN/ },
  {
    cause: 'P',
    property: 'rss-balance',
    designs: /^(v4\.(5|9|12)$|write-faults)/,
    damage: /^page\.\w+\.\d+ has/,
    run: TAGGED_LOOKUP_FINDS_PAGE,
  },
  {
    cause: 'AN.5',
    property: 'no-warn',
    designs: DAX,
    damage: /invalidate_mapping_entry|dax_delete/,
    run: /^\w+ invalidate [^\n]*WARN[^\n]*\n$/m,
  },
  {
    cause: 'AD',
    property: 'no-warn',
    designs: V49,
    damage: /dax_delete_mapping_entry/,
    run: /^\w+ dropcaches [^\n]*(?:entry\.\w+: [^\n]* -> nil|WARN)/m,
  },
  {
    cause: 'AN.6',
    property: 'no-warn',
    designs: V49,
    damage: /dax_delete_mapping_entry/,
    run: ENTRY_CHANGED,
  },

  // The page cache.
  {
    cause: 'AN.2',
    property: 'no-stale-read',
    designs: PAGE_CACHE,
    damage: /read\(2\)/,
    run: FOUND_THEN_REMOVED,
  },
  {
    cause: 'AN.3',
    property: 'no-stale-read',
    designs: PAGE_CACHE,
    run: BACK_WHILE_PUNCHED,
  },
  {
    cause: 'AF',
    property: ['fsync-durable', 'mtime-by-msync'],
    designs: PAGE_CACHE,
    run: WRITABLE_NOT_DIRTY,
  },
  {
    cause: 'AF',
    property: FREEZE,
    designs: /^wp-shared-unlocked$/,
    run: FROZEN_BETWEEN,
  },
  {
    cause: 'AN.4',
    property: [FREEZE, 'mtime-on-write', 'mtime-by-msync'],
    designs: PAGE_CACHE,
    config: /page-mkwrite=off/,
  },

  // Frozen.
  { cause: 'R', property: FREEZE, designs: NO_MKCLEAN, run: REUSED_WHEN_FROZEN },
  { cause: 'T', property: FREEZE, designs: NO_MKCLEAN, run: MPROTECTED_WHEN_FROZEN },
  { cause: 'AT', property: 'no-warn', designs: V45, damage: /ext4_journal_check_start|sb_freeze_unlock/ },
  { cause: 'AT', property: 'no-warn', designs: EARLY, damage: /ext4_journal_check_start/ },
  { cause: 'AT', property: 'no-warn', designs: PAGE_CACHE, damage: /ext4_journal_check_start/ },

  // Zero PTE under a block's entry.
  {
    cause: 'C',
    property: ['no-warn', 'zero-page-readonly', 'no-silent-overwrite'],
    designs: ZERO_PAGE,
    run: ZERO_ENTRY_DELETED,
  },

  // A signal that nobody has earned.
  { cause: 'Y', property: 'no-spurious-sigbus', designs: V45 },
  { cause: 'AL', property: 'no-spurious-sigbus', designs: V72 },
  {
    cause: 'AJ',
    property: 'no-warn',
    designs: V72,
    config: /thp=on/,
    functions: /dax_delete_mapping_range/,
    damage: /dax_folio_put/,
  },
  { cause: 'AM', property: 'no-warn', designs: V72, run: inOrder(raw`${SOMEBODY}[^\n]*entry\.\w+: [^\n]* -> nil`) },

  // Warnings.
  { cause: 'Y', property: 'no-warn', designs: V45, damage: /page_cache_tree_insert|dax_radix_entry|dax_pfn_mkwrite/ },
  {
    cause: 'AE',
    property: ['no-freed-block-pinned', 'no-warn'],
    designs: /^v(4\.14|[567])/,
    run: /gup_pte_range: get_page/,
    damage: /pinned/,
  },
  { cause: 'AE', property: 'no-deadlock', designs: XARRAY, damage: /(waits|sleeps) for the (pins|page of)/ },
  {
    cause: 'AJ',
    property: ['fsync-durable', 'writable-implies-dirty'],
    designs: DAX,
    config: /thp=on/,
    run: /entry\.\w+: PMD [^\n]*DIRTY[^\n]* -> nil/,
  },
  {
    cause: 'AJ',
    property: ['writable-implies-dirty', 'mtime-by-msync'],
    designs: /^(v4\.1[24]|v5\.10|zero-page|vmf-insert|write-flag)/,
    config: /thp=on/,
    run: ONE_PTE_OF_EACH_VMA,
  },
  { cause: 'AJ', property: 'no-warn', designs: DAX, config: /thp=on/, damage: /pmd_clear_bad/ },
  {
    cause: 'AJ',
    property: 'no-mapping-beyond-eof',
    designs: /^(v4\.12|zero-page|vmf-insert|write-flag)/,
    config: /thp=on/,
  },
  {
    cause: 'AJ',
    property: 'no-silent-overwrite',
    designs: MKCLEAN,
    config: /thp=on/,
    damage: /pmd\[.*hzp is overwritten by blk/,
  },
  {
    cause: 'AJ',
    property: 'no-stale-read',
    designs: MKCLEAN,
    config: /thp=on/,
    run: ANOTHER_PAGES_ENTRY_DELETED,
  },
  { cause: 'AJ', property: 'store-completes', designs: DAX, config: /thp=on/, run: SPLIT_AND_PUT_BACK },
  { cause: 'AG', property: 'dirty-balance', designs: /v3\.18$/, config: /page-mkwrite=off/ },

  // One error.
  { cause: 'AC', property: 'no-stale-read', designs: DAX, run: fails(raw`\w+: (?:bdev|dax)_direct_access`) },
  { cause: 'AC', property: 'no-stale-read', designs: NO_MKCLEAN, run: fails('ext4_(?:truncate|setattr)') },
  { cause: 'AC', property: 'no-stale-read', designs: EARLY, run: fails('ext4_end_io_unwritten') },
  { cause: 'AC', property: 'no-stale-read', designs: DAX, config: /errors=on/, run: LEFT_BEHIND_EOF },
  { cause: 'AC', property: FREEZE, designs: DAX, run: fails('dax_writeback_one') },
  { cause: 'AC', property: 'mtime-by-msync', designs: DAX, run: fails('dax_writeback_one') },
  {
    cause: 'AC',
    property: ['no-warn', 'fsync-no-spurious-error'],
    designs: DAX,
    run: fails('dax_(?:iomap_pte_)?fault'),
  },
  { cause: 'AC', property: 'no-deadlock', designs: DAX, run: fails('grab_mapping_entry') },
];

const listed = <T>(value: T | readonly T[]): readonly T[] => (Array.isArray(value) ? value : [value as T]);

export const ruleFor = (
  { kind: { design, property, functions }, what, run }: Pick<Found, 'what' | 'run'> & { kind: Kind },
  { config }: Pick<Case, 'config'>,
): Rule | undefined =>
  RULES.find(
    (r) =>
      listed(r.property).includes(property) &&
      r.designs.test(design) &&
      (!r.functions || functions.some((f) => r.functions!.test(f))) &&
      (!r.config || config.some((c) => r.config!.test(c))) &&
      (!r.damage || r.damage.test(what)) &&
      listed(r.run ?? []).every((pattern) => pattern.test(run)),
  );
