/**
 * Violations that are explained: known bugs of their era, and findings, by property and design. A kind that no rule fits is
 * new: it is shrunk, printed and kept. Letters are the sections of docs/findings.md.
 */
import type { Kind } from './judge.ts';
import type { Case } from './texts.ts';

export interface Rule {
  readonly property: string;
  readonly designs: RegExp;
  /** Of the functions: one of them. */
  readonly functions?: RegExp;
  /** Of the settings: one of them. */
  readonly config?: RegExp;
  readonly scenario?: RegExp;
  /** A section of docs/findings.md, or a sentence. */
  readonly because: string;
}

const EARLY = /^v4\.[01]/;
const GET_BLOCK = /^(v4\.[015]|write-faults)/;
const NO_MKCLEAN = /^(v4\.[0159]($|-pfn)|write-faults)/;
const HOLE_PAGES = /^(v4\.([0159]|12)($|-pfn)|write-faults)/;
const DELETES_DIRTY = /^(v4\.[59]$|write-faults)/;
const MKCLEAN = /^(v4\.1[24]|zero-page|vmf-insert|write-flag)/;
const XARRAY = /^v(5\.10|6\.12?|7\.2)$/;
const DAX = /^(v[456]|zero-page|vmf-insert|write-)/;

export const RULES: readonly Rule[] = [
  { property: 'hole-reads-allocate-nothing', designs: HOLE_PAGES, because: 'H: reads of holes allocate pages' },
  { property: 'fsync-durable', designs: MKCLEAN, because: 'A, O: fsync beside a write-back that has not yet flushed' },
  {
    property: 'no-spurious-sigbus',
    designs: /^(v4\.5|write-faults)/,
    because: 'Y: a hole page and an entry race for the slot',
  },
  { property: 'no-spurious-sigbus', designs: /^v7\.2$/, because: 'AL: a store gets SIGBUS beside write(2)' },
  {
    property: 'fsync-durable',
    designs: /^v7\.2$/,
    scenario: /truncate|punch/,
    because: 'AK: truncate and punch forget which pages are dirty; U, A',
  },
  {
    property: 'no-warn',
    designs: /^v7\.2$/,
    scenario: /write|invalidate/,
    because: 'AM: write(2) deletes the entry of a page that is mapped',
  },
  { property: 'fsync-durable', designs: XARRAY, because: 'U, A: fsync skips an entry that is locked' },
  { property: 'fsync-durable', designs: DELETES_DIRTY, because: 'S, V, X, AD: dirty entries are deleted; O' },
  { property: 'writable-implies-dirty', designs: DELETES_DIRTY, because: 'S, V, X, AD: dirty entries are deleted' },
  {
    property: 'writable-implies-dirty',
    designs: DAX,
    config: /tlb=on/,
    because: 'AB: TLBs between a zap and its flush',
  },
  { property: 'writable-implies-dirty', designs: /no-handler$/, because: 'I: without a pfn_mkwrite handler' },
  { property: 'zero-page-readonly', designs: /no-handler$/, because: 'I: without a pfn_mkwrite handler' },
  { property: 'zero-page-readonly', designs: /^zero-page-v3/, because: 'C: a zero PTE under a block’s entry' },
  {
    property: 'no-silent-overwrite',
    designs: /^(zero-page-v2|vmf-insert)/,
    because: 'C: a zero PTE under a block’s entry',
  },
  {
    property: 'no-warn',
    designs: /^v4\.14$/,
    functions: /^insert_pfn$/,
    because: 'C: a zero PTE under a block’s entry',
  },
  {
    property: 'no-warn',
    designs: DAX,
    scenario: /invalidate/,
    functions: /invalidate_mapping_entry|dax_delete/,
    because: 'invalidate holds no lock of the file, and deletes what truncate or punch has found',
  },
  { property: 'no-warn', designs: /^(v4\.5|write-faults)/, because: 'Y: a hole page and an entry race for the slot' },
  { property: 'no-warn', designs: DAX, functions: /^dax_writeback_one$/, because: 'P: fsync warns and returns -EIO' },
  { property: 'no-warn', designs: XARRAY, scenario: /pin/, because: 'AE: a block is freed under a device' },
  { property: 'fsync-no-spurious-error', designs: DAX, because: 'P, S: fsync warns and returns -EIO' },
  { property: 'mtime-on-write', designs: /^v4\.0$/, because: 'G: a store that nobody is told of' },
  { property: 'mtime-on-write', designs: /no-handler$/, because: 'I: without a pfn_mkwrite handler' },
  { property: 'mtime-by-msync', designs: NO_MKCLEAN, because: 'G: fsync write-protects nothing before 4.10' },
  { property: 'mtime-by-msync', designs: /no-handler$/, because: 'I: without a pfn_mkwrite handler' },
  {
    property: 'mtime-by-msync',
    designs: XARRAY,
    scenario: /fsync|msync|freeze|punch/,
    because: 'U: fsync skips an entry that is locked',
  },
  { property: 'no-freed-block-mapped', designs: EARLY, because: 'D: store beside punch' },
  {
    property: 'no-freed-block-mapped',
    designs: DAX,
    config: /tlb=on/,
    because: 'AB: TLBs between a zap and its flush',
  },
  {
    property: 'no-freed-block-pinned',
    designs: /^v(4\.14|5\.10|6\.1)$/,
    because: 'AE: a block is freed under a device',
  },
  {
    property: 'no-stale-read',
    designs: GET_BLOCK,
    because: 'D, E, F, Q, X, Y: blocks are zeroed late, hole pages over blocks',
  },
  { property: 'no-stale-read', designs: DAX, config: /errors=on/, because: 'AC: one error' },
  { property: 'no-stale-read', designs: DAX, config: /tlb=on/, because: 'AB: TLBs between a zap and its flush' },
  { property: 'no-stale-read', designs: /^v4\.(9|12)$/, because: 'B: a stale hole page for good; L, M, N' },
  { property: 'no-stale-read', designs: DAX, scenario: /\bread\b/, because: 'L: read(2) beside a store' },
  {
    property: 'no-stale-read',
    designs: DAX,
    scenario: /=unwritten.*\bwrite\b/,
    because: 'M: ext4 zeroes the neighbour; N',
  },
  { property: 'no-write-when-frozen', designs: NO_MKCLEAN, because: 'R: a store on a frozen filesystem' },
  {
    property: 'no-write-when-frozen',
    designs: XARRAY,
    because: 'U: the write-back of freeze skips an entry that is locked',
  },
  { property: 'no-write-when-frozen', designs: DAX, config: /tlb=on/, because: 'AB: TLBs between a zap and its flush' },
  { property: 'store-completes', designs: /^write-flag/, because: 'J: the store never completes' },
  {
    property: 'no-deadlock',
    designs: /^v(4\.14|5\.10|6\.1)$/,
    scenario: /pin/,
    because: 'AE: who holds a pin must not wait for i_rwsem, and has to give it back',
  },
];

export const ruleFor = ({ design, property, functions }: Kind, { config, scenario }: Case): Rule | undefined =>
  RULES.find(
    (r) =>
      r.property === property &&
      r.designs.test(design) &&
      (!r.functions || functions.some((f) => r.functions!.test(f))) &&
      (!r.config || config.some((c) => r.config!.test(c))) &&
      (!r.scenario || r.scenario.test(scenario)),
  );
