/** Seed 004: Weiner and Kara, 2014-12-01..02, "[patch 3/3] mm: memory: merge shared-writable dirtying branches in do_wp_page()". */
import { type Chapter, claim, undecided } from '../case.ts';

const LATER = undecided('not modelled yet', 'It is about pages of the page cache.');

const chapter: Chapter = {
  title: 'Page cache: dirtying in do_wp_page() (2014-12-01)',
  cases: [
    claim(
      'S4.1',
      'Weiner',
      '"whether there is a vm_ops->page_mkwrite or not, the page dirtying is pretty much the same", so the branches can be merged',
      LATER,
    ),
    claim('S4.2', 'Weiner', '"make sure the page references are the same in both cases"', LATER),
    claim(
      'S4.3',
      'Weiner',
      'to page-lock the !page_mkwrite case is "not quite compelling enough to justify dropping the pte lock, then relocking and verifying the entry"',
      LATER,
    ),
    claim('S4.4', 'Weiner', '"leave it for now and lock the page late in the !page_mkwrite case"', LATER),
    claim(
      'S4.5',
      'Kara',
      '"why do we actually call balance_dirty_pages_ratelimited() even if we didn\'t dirty the page when ->page_mkwrite() exists? Is it because filesystem may dirty the page in ->page_mkwrite()"',
      LATER,
    ),
    claim('S4.6', 'Weiner', '"balance_dirty_pages(), as you noted, is not allowed under the page lock"', LATER),
    claim(
      'S4.7',
      'Weiner',
      '->page_mkwrite() "can\'t drop the page lock if that is the final set_page_dirty() as the pte isn\'t dirty yet"',
      LATER,
    ),
    claim(
      'S4.8',
      'Weiner',
      '"clear_page_dirty_for_io() relies on the pte to be dirtied before the page outside the page lock"',
      LATER,
    ),
    claim(
      'S4.9',
      'Weiner',
      'page_mkwrite inherited fault semantics, "which don\'t allow the page lock to be dropped between verifying the page->mapping and installing the page table, to make sure we don\'t map a truncated page"',
      LATER,
    ),
    claim(
      'S4.10',
      'Weiner',
      '"unlike during a nopage fault, we fault against an existing read-only pte mapping of the page, and truncation needs to unmap it. … that pte_same() check after re-locking the page table would reliably tell us"',
      LATER,
    ),
    claim(
      'S4.11',
      'Weiner',
      '"->page_mkwrite() could safely return with the page unlocked in terms of correctness"',
      LATER,
    ),
    claim(
      'S4.12',
      'Weiner',
      '"OTOH if it locks the page anyway, it\'s cheaper to just keep it until we need it again for set_page_dirty()"',
      LATER,
    ),
    claim('S4.13', 'Weiner', '"I think the truncation verification in do_page_mkwrite() is unnecessary"', LATER),
    claim('S4.14', 'code', 'mapping has to be read before unlock_page()', LATER),
    claim(
      'S4.15',
      'code',
      '`dirtied && mapping`: "some device drivers do not set page.mapping but still dirty their pages"',
      LATER,
    ),
    claim('S4.16', 'code', 'file_update_time() only without ->page_mkwrite()', LATER),
  ],
};

export default chapter;
