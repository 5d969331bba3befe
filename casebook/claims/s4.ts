/** Seed 004: Weiner and Kara, 2014-12-01..02, "[patch 3/3] mm: memory: merge shared-writable dirtying branches in do_wp_page()". */
import { costs, holds, looksSame, noWorse, takes, violates } from '../ask.ts';
import { type Chapter, claim, undecided } from '../case.ts';
import {
  balancesUnderLock,
  dirtiesFirst,
  finalInMkwrite,
  locksEarly,
  locksEarlyBlindly,
  neverLooksAtMapping,
  samplesLate,
} from '../designs/page-cache-mutants.ts';

const BEFORE = 'wp-shared-before';
const MERGED = 'wp-shared-merged';
const UNLOCKED = 'wp-shared-unlocked';
const [ON, OFF] = ['', 'page-mkwrite=off'] as const;
const ACCESS = 'a=block: load a; store a';
/** A store on a page that is mapped read-only, beside all that works on pages. */
const BESIDE = [
  ACCESS,
  'a=block: load a; store a || writeback',
  'a=block: load a; store a; fsync || writeback',
  'a=block: load a; store a || truncate a',
  'a=block: load a; store a || punch a',
  'a=block: load a; store a || store a',
  'a=block: load a; store a || munmap a',
  'a=block: load a; store a || [mm2] load a; store a',
];
const TRUNCATING = ['a=block: load a; store a || truncate a', 'a=block: load a; store a || punch a'];
const CLEANING = [
  'a=block: load a; store a || writeback',
  'a=block: load a; store a; fsync || writeback',
  'a=block: load a; store a; fsync || fsync',
];

const chapter: Chapter = {
  title: 'Page cache: dirtying in do_wp_page() (2014-12-01)',
  cases: [
    claim(
      'S4.1',
      'Weiner',
      '"whether there is a vm_ops->page_mkwrite or not, the page dirtying is pretty much the same. Make sure the page references are the same in both cases, then merge the two branches"',
      {
        means: 'the merged function looks to an observer as the two branches did',
        asks: {
          'with ->page_mkwrite': looksSame(BEFORE, MERGED, { scenario: BESIDE, config: ON }),
          'without, no truncation': looksSame(BEFORE, MERGED, {
            scenario: BESIDE.filter((x) => !TRUNCATING.includes(x)),
            config: OFF,
          }),
          'without, beside truncate or punch': looksSame(BEFORE, MERGED, { scenario: TRUNCATING, config: OFF }),
        },
        note:
          'What differs is harmless: the merged function gives its reference back before it throttles and updates the times, so that a ' +
          'truncated page can be free before the times change.',
      },
    ),
    claim('S4.2', 'Weiner', '"make sure the page references are the same in both cases"', {
      means: 'with one reference in place of two, none is lost or left, and no page is used without one',
      asks: [
        ...holds('rss-balance', { design: [BEFORE, MERGED], scenario: BESIDE, config: [ON, OFF] }),
        ...holds('no-warn', { design: [BEFORE, MERGED], scenario: TRUNCATING, config: [ON, OFF] }),
      ],
      note: 'A page that is used after its last reference is gone is an error of the model, which ends the exploration: there was none.',
    }),
    claim(
      'S4.3',
      'Weiner',
      '"it\'s tempting to go even further and page-lock the !page_mkwrite case … but that\'s not quite compelling enough to justify dropping the pte lock, then relocking and verifying the entry"',
      {
        means: 'it would be right, would need the verifying, and would take one more section',
        asks: [
          ...noWorse(locksEarly, MERGED, { scenario: BESIDE, config: OFF }),
          ...violates('no-truncated-page-mapped', {
            design: locksEarlyBlindly,
            scenario: 'a=block: load a; store a || punch a',
            config: OFF,
          }),
          ...costs('ptl-sections', { position: 1 }, '2 or more', (c) => c.worst >= 2, {
            design: locksEarly,
            scenario: ACCESS,
            config: OFF,
          }),
          ...costs('ptl-sections', { position: 1 }, '1', (c) => c.worst === 1, {
            design: MERGED,
            scenario: ACCESS,
            config: OFF,
          }),
        ],
      },
    ),
    claim('S4.4', 'Weiner', '"leave it for now and lock the page late in the !page_mkwrite case"', {
      means: 'locking late loses no store and dirties no truncated page',
      asks: [
        ...holds('pte-dirty-before-page', { design: MERGED, scenario: BESIDE, config: OFF }),
        ...holds('fsync-durable', { design: MERGED, scenario: CLEANING.slice(1), config: OFF }),
        ...holds(['dirty-balance', 'no-warn', 'no-truncated-page-mapped'], {
          design: MERGED,
          scenario: TRUNCATING,
          config: OFF,
        }),
      ],
    }),
    claim(
      'S4.5',
      'Kara',
      '"why do we actually call balance_dirty_pages_ratelimited() even if we didn\'t dirty the page when ->page_mkwrite() exists? Is it because filesystem may dirty the page in ->page_mkwrite()"',
      {
        means:
          'with ->page_mkwrite the last set_page_dirty() can find the page dirty by it, and the process is throttled all the same',
        asks: [
          ...takes(
            'the last set_page_dirty() finds the page dirty',
            /op1_store.*reused\/set_page_dirty.*PageDirty already/,
            { design: MERGED, scenario: ACCESS },
          ),
          ...takes('balance_dirty_pages() is called', /op1_store.*balance_dirty_pages\(\)/, {
            design: MERGED,
            scenario: ACCESS,
          }),
          ...takes(
            'the last set_page_dirty() dirties the page',
            /op1_store.*reused\/set_page_dirty.*!TestSetPageDirty/,
            { design: MERGED, scenario: ACCESS },
            true,
          ),
        ],
        note: 'Alone it always is dirty by then. `dirtied` alone would never throttle.',
      },
    ),
    claim('S4.6', 'Weiner', '"balance_dirty_pages(), as you noted, is not allowed under the page lock"', {
      means: 'the designs keep to that, and one that does not is seen',
      asks: [
        ...holds('no-balance-under-page-lock', {
          design: [BEFORE, MERGED, UNLOCKED],
          scenario: BESIDE,
          config: [ON, OFF],
        }),
        ...violates('no-balance-under-page-lock', { design: balancesUnderLock, scenario: ACCESS }),
      ],
      note: 'That the flusher cannot get on while it waits for the page is not modelled: balance_dirty_pages() waits for nobody in particular.',
    }),
    claim(
      'S4.7',
      'Weiner',
      '->page_mkwrite() "can\'t drop the page lock if that is the final set_page_dirty() as the pte isn\'t dirty yet"',
      {
        asks: [
          ...violates('pte-dirty-before-page', {
            design: finalInMkwrite,
            scenario: 'a=block: load a; store a || writeback',
          }),
          ...violates('fsync-durable', {
            design: finalInMkwrite,
            scenario: 'a=block: load a; store a; fsync || writeback',
          }),
          ...holds('fsync-durable', {
            design: [MERGED, UNLOCKED],
            scenario: 'a=block: load a; store a; fsync || writeback',
          }),
        ],
      },
    ),
    claim(
      'S4.8',
      'Weiner',
      '"clear_page_dirty_for_io() relies on the pte to be dirtied before the page outside the page lock"',
      {
        means: 'if the page is dirtied first, a store is lost',
        asks: [
          ...violates('pte-dirty-before-page', {
            design: dirtiesFirst,
            scenario: 'a=block: load a; store a || writeback',
            config: OFF,
          }),
          ...violates('fsync-durable', {
            design: dirtiesFirst,
            scenario: 'a=block: load a; store a; fsync || writeback',
            config: OFF,
          }),
          ...holds(['pte-dirty-before-page', 'fsync-durable'], {
            design: MERGED,
            scenario: 'a=block: load a; store a; fsync || writeback',
            config: [ON, OFF],
          }),
        ],
      },
    ),
    claim(
      'S4.9',
      'Weiner',
      '"page_mkwrite semantics inherited fault semantics, which don\'t allow the page lock to be dropped between verifying the page->mapping and installing the page table, to make sure we don\'t map a truncated page"',
      {
        means: 'of a fault on an empty PTE',
        asks: [
          ...violates('no-truncated-page-mapped', {
            design: neverLooksAtMapping,
            scenario: 'a=block: load a; store a || punch a',
          }),
          ...holds('no-truncated-page-mapped', {
            design: [MERGED, UNLOCKED],
            scenario: [...TRUNCATING, 'a=block: store a || truncate a', 'a=block: store a || punch a'],
          }),
        ],
      },
    ),
    claim(
      'S4.10',
      'Weiner',
      '"even if we dropped both the page lock and the pte lock, that pte_same() check after re-locking the page table would reliably tell us if somebody swooped in and truncated the page behind our backs"',
      {
        asks: holds(['no-truncated-page-mapped', 'no-stale-read', 'dirty-balance'], {
          design: UNLOCKED,
          scenario: [
            ...TRUNCATING,
            'a=block: load a; store a || truncate a; write a; load a',
            'a=block: load a; store a || punch a; load a',
            'a=block: load a; store a || reclaim',
            'a=block: load a; store a || invalidate a',
          ],
        }),
        note: 'Also where the page comes back: the mapped page has a reference, so that the one in its place is another one.',
      },
    ),
    claim(
      'S4.11',
      'Weiner',
      '"AFAICS ->page_mkwrite() could safely return with the page unlocked in terms of correctness"',
      {
        asks: [
          ...noWorse(UNLOCKED, MERGED, {
            scenario: [...BESIDE, ...CLEANING, 'a=block: load a; store a || truncate a || writeback'],
          }),
          ...holds(['pte-dirty-before-page', 'fsync-durable'], {
            design: UNLOCKED,
            scenario: 'a=block: load a; store a; fsync || writeback',
          }),
        ],
      },
    ),
    claim(
      'S4.12',
      'Weiner',
      '"if it locks the page anyway, it\'s cheaper to just keep it until we need it again for set_page_dirty()"',
      {
        asks: [
          ...costs('sleeping-locks', { position: 1 }, 'one fewer than unlocked', (c) => c.worst <= 3, {
            design: MERGED,
            scenario: ACCESS,
          }),
          ...costs('sleeping-locks', { position: 1 }, 'one more', (c) => c.worst >= 4, {
            design: UNLOCKED,
            scenario: ACCESS,
          }),
        ],
      },
    ),
    claim('S4.13', 'Weiner', '"either way, I think the truncation verification in do_page_mkwrite() is unnecessary"', {
      asks: {
        'a fault on a read-only PTE (do_wp_page)': holds('no-truncated-page-mapped', {
          design: UNLOCKED,
          scenario: [...TRUNCATING, 'a=block: load a; store a || truncate a || writeback'],
        }),
        'a fault on an empty PTE (do_shared_fault)': holds('no-truncated-page-mapped', {
          design: neverLooksAtMapping,
          scenario: 'a=block: load a; store a || punch a',
        }),
      },
      note: 'do_shared_fault() calls do_page_mkwrite() too, with no PTE that truncation could have cleared. There the look at page->mapping is all there is.',
    }),
    claim('S4.14', 'code', 'mapping has to be read before unlock_page()', {
      asks: [
        ...violates('no-warn', { design: samplesLate, scenario: TRUNCATING }),
        ...holds('no-warn', { design: MERGED, scenario: TRUNCATING }),
      ],
      note: 'After unlock_page() and page_cache_release() the page can be freed by a truncation.',
    }),
    claim(
      'S4.15',
      'code',
      '`dirtied && mapping`: "some device drivers do not set page.mapping but still dirty their pages"',
      {
        ...undecided('out of scope', 'No such driver is modelled: the pages are those of a file of a filesystem.'),
      },
    ),
    claim('S4.16', 'code', 'file_update_time() is called only without ->page_mkwrite(), which does it itself', {
      means: 'the times are updated before a store that an access made possible, either way',
      asks: {
        'with ->page_mkwrite': holds('mtime-on-write', {
          design: [BEFORE, MERGED],
          scenario: [ACCESS, 'a=block: load a; store a || store a', 'a=block: store a || store a'],
        }),
        'without, one thread': holds('mtime-on-write', {
          design: [BEFORE, MERGED],
          scenario: [ACCESS, 'a=block: store a'],
          config: OFF,
        }),
        'without, two threads': holds('mtime-on-write', {
          design: [BEFORE, MERGED],
          scenario: 'a=block: load a; store a || store a',
          config: OFF,
        }),
      },
      note: 'Without ->page_mkwrite the times come last, after the PTE is writable: another thread stores through it before.',
    }),
  ],
};

export default chapter;
