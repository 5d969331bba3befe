/** Why a violation is none that has to be looked at again. Letters are the sections of docs/findings.md. */
interface Explained {
  /** Known: a fix or a report exists. Finding: derived by exploring. Sentence: no bug, the property's sentence counts it. */
  readonly status: 'known' | 'finding' | 'sentence' | 'variant';
  readonly what: string;
  /** The section's anchor in docs/findings.md. */
  readonly section: string;
}

export const CAUSES = {
  A: {
    status: 'finding',
    what: 'fsync, msync or freeze beside another write-back that has taken the tag and not flushed',
    section: 'a-two-fsyncs-the-second-returns-before-the-first-has-flushed',
  },
  B: {
    status: 'finding',
    what: 'a hole page is inserted after write(2) has allocated',
    section: 'b-v412-load-beside-write2-a-stale-hole-page-for-good',
  },
  'B.2': {
    status: 'known',
    what: 'a hole page is inserted between the write’s invalidation and its allocation (e3fce68cdbed)',
    section: 'b-v412-load-beside-write2-a-stale-hole-page-for-good',
  },
  C: {
    status: 'known',
    what: 'a zero PTE under a block’s entry (f2c57d91b0d9)',
    section: 'c-store-beside-write2-a-zero-pte-under-a-blocks-entry',
  },
  D: {
    status: 'known',
    what: 'a freed block is mapped (ea3d7209ca01)',
    section: 'd-40-and-41-store-beside-punch-a-freed-block-is-mapped',
  },
  E: {
    status: 'known',
    what: 'a block is allocated first and zeroed later (843172978bb9)',
    section: 'e-40-and-41-a-block-is-allocated-first-and-zeroed-later',
  },
  F: {
    status: 'known',
    what: 'a hole page over a block (ac401cc78242)',
    section: 'f-40-and-41-a-hole-page-over-a-block',
  },
  G: {
    status: 'known',
    what: 'a store that nobody is told of, and fsync that write-protects nothing (dd9061846a3b; mkclean of 4.10)',
    section: 'g-40-a-store-that-nobody-is-told-of',
  },
  H: { status: 'known', what: 'reads of holes allocate pages', section: 'h-reads-of-holes-allocate-pages' },
  I: {
    status: 'variant',
    what: 'a PTE is made writable with nothing else',
    section: 'i-v3-without-a-pfn_mkwrite-handler',
  },
  J: {
    status: 'variant',
    what: 'a present PTE is never made writable',
    section: 'j-create-only-insertion-the-store-never-completes',
  },
  L: { status: 'sentence', what: 'read(2) began before the store was complete', section: 'l-read2-beside-a-store' },
  M: {
    status: 'finding',
    what: 'ext4 zeroes the neighbour',
    section: 'm-ext4-zeroes-the-neighbour-one-thread-reads-stale-zeros',
  },
  N: {
    status: 'finding',
    what: 'a fault takes F_NEW, and write(2) unmaps nothing',
    section: 'n-a-fault-takes-f_new-a-writer-does-not-read-its-own-write',
  },
  O: {
    status: 'finding',
    what: 'punch or zero-range deletes the dirty entry or page before it frees or converts the block',
    section: 'o-fsync-beside-punch-0-is-returned-and-the-store-is-on-no-media',
  },
  P: {
    status: 'finding',
    what: 'fsync meets another entry than it looked up: it warns, or keeps a page’s reference for good',
    section: 'p-fsync-warns-and-returns--eio',
  },
  Q: {
    status: 'known',
    what: '`clear_page()` wipes bytes (12735f881952)',
    section: 'q-40-and-41-clear_page-wipes-a-write2-and-a-load-wipes-a-store',
  },
  R: {
    status: 'known',
    what: 'a PTE becomes writable outside of freeze protection (0e3b210ce172)',
    section: 'r-freeze-a-store-on-a-frozen-filesystem',
  },
  S: {
    status: 'finding',
    what: 'write(2) or the like deletes an entry, and its PTE stays (c6dcf52c23d2)',
    section: 's-v49-write2-deletes-dirty-entries',
  },
  T: {
    status: 'finding',
    what: 'mprotect gives a dirty PTE its write bit back on a frozen filesystem',
    section: 't-mprotect-the-dirty-bit-of-a-pte-is-as-good-as-its-write-bit',
  },
  U: {
    status: 'finding',
    what: 'fsync skips an entry that is locked',
    section: 'u-510-and-61-fsync-skips-an-entry-that-is-locked',
  },
  X: {
    status: 'known',
    what: 'a fault zeroes what write(2) has just copied (12735f881952)',
    section: 'x-45-a-load-wipes-a-write2-under-way',
  },
  Y: {
    status: 'known',
    what: 'a hole page and an entry race for the slot (ac401cc78242)',
    section: 'y-45-a-hole-page-and-an-entry-race-for-the-slot',
  },
  AA: {
    status: 'finding',
    what: 'without PTE_SPECIAL the zero page stays mapped',
    section: 'aa-without-pte_special-the-zero-page-is-never-unmapped-before-a-block-replaces-it',
  },
  AB: { status: 'finding', what: 'a TLB entry after the zap', section: 'ab-tlbs-between-a-zap-and-its-flush' },
  AC: { status: 'finding', what: 'one error', section: 'ac-one-error-errorson' },
  AD: {
    status: 'known',
    what: 'drop_caches deletes entries (c6dcf52c23d2)',
    section: 'ad-45-to-49-drop_caches-deletes-dirty-entries',
  },
  AE: {
    status: 'known',
    what: 'pins: a block is freed under a device, or who holds a pin waits for `i_rwsem` (5fac7408d828, 6be3e21d25ca)',
    section: 'ae-pins-a-block-is-freed-under-a-device',
  },
  AF: {
    status: 'finding',
    what: 'the PTE is writable before the page is dirty',
    section: 'af-the-page-cache-fsync-misses-a-store-through-another-threads-pte',
  },
  AG: {
    status: 'known',
    what: 'truncation beside set_page_dirty() (2d6d7f982846)',
    section: 'ag-v318-truncation-beside-set_page_dirty',
  },
  AH: {
    status: 'finding',
    what: 'a fault and a removal of pages go round together',
    section: 'ah-the-page-cache-a-fault-and-a-punch-go-round-together',
  },
  AJ: { status: 'finding', what: 'huge pages', section: 'aj-huge-pages-thpon' },
  AK: {
    status: 'finding',
    what: 'truncate and fallocate forget which pages are dirty',
    section: 'ak-72-truncate-and-punch-forget-which-pages-are-dirty',
  },
  AL: {
    status: 'finding',
    what: 'a store beside write(2) gets SIGBUS',
    section: 'al-72-a-store-beside-write2-gets-sigbus',
  },
  AP: {
    status: 'finding',
    what: 'a PTE that goes and comes back: `pte_same()` passes, and the entry is clean',
    section: 'ap-45-to-49-a-pte-that-goes-and-comes-back',
  },
  AM: {
    status: 'finding',
    what: 'write(2) deletes the entry of a page that is mapped',
    section: 'am-72-write2-warns-of-a-page-that-is-mapped',
  },
  AO: { status: 'finding', what: 'a commit that waits for a handle', section: 'ao-journal-handles-journalon' },
  AQ: {
    status: 'known',
    what: 'a private store updates the times of the file (fd96b8da68d3, b17164e258e3, 1ef6ea0efe8e)',
    section: 'aq-a-private-store-updates-the-times',
  },
  AT: {
    status: 'known',
    what: 'a transaction begins on a frozen filesystem (89f39af12938), or a freeze is thawed that is under way',
    section: 'at-up-to-48-transactions-on-a-frozen-filesystem',
  },
  'AN.1': {
    status: 'sentence',
    what: 'fsync began before write(2) was over: the bytes are copied, the page is not dirty yet',
    section: 'an-what-the-campaign-met-besides',
  },
  'AN.2': {
    status: 'sentence',
    what: 'read(2) of the page cache has found the page before it was removed',
    section: 'an-what-the-campaign-met-besides',
  },
  'AN.3': {
    status: 'known',
    what: 'while punch runs, a load reads the old block in again (ea3d7209ca01)',
    section: 'an-what-the-campaign-met-besides',
  },
  'AN.4': {
    status: 'known',
    what: 'without `->page_mkwrite()` nobody asks for freeze protection, and the times come late',
    section: 'an-what-the-campaign-met-besides',
  },
  'AN.5': {
    status: 'sentence',
    what: 'the operation `invalidate` takes no lock of the file, and write(2), truncate or punch runs beside it',
    section: 'an-what-the-campaign-met-besides',
  },
  'AN.6': {
    status: 'known',
    what: '4.9: write(2) deletes an entry that a fault has locked (c6dcf52c23d2)',
    section: 'an-what-the-campaign-met-besides',
  },
  'AN.7': {
    status: 'finding',
    what: '4.0 and 4.1: an unwritten extent is mapped first and converted later, and read(2) between returns zeros',
    section: 'an-what-the-campaign-met-besides',
  },
  'AN.8': {
    status: 'sentence',
    what: 'a write to a process’s memory has found the private page before MADV_DONTNEED or truncation took it away',
    section: 'an-what-the-campaign-met-besides',
  },
} as const satisfies Record<string, Explained>;

export type Cause = keyof typeof CAUSES;
