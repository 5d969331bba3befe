/** What the review says of v2, and the answers. */
import { SCENARIOS } from '../../../model/scenarios.ts';
import type { PropertyDefinition } from '../../../properties/define.ts';
import noStaleRead from '../../../properties/no-stale-read.ts';
import { holds, not, noWorse, takes, violates } from '../../ask.ts';
import { type Claim, claim, undecided } from '../../case.ts';
import { withoutSecondLook, withSecondLook } from '../../designs/insert-then-mkwrite.ts';
import unmapsZero from '../../designs/zero-page-v2-unmaps-zero.ts';
import { LOAD_STORE, noPagesInTree, STORE_WRITE, V2, V3 } from './shared.ts';

const DEFAULTS = Object.values(SCENARIOS).flat();
const NO_WRITE = DEFAULTS.filter((s) => !s.includes('write'));

/** no-stale-read, of what T0 stored alone: what a block's second owner of the hole misses of write(2) is another matter. */
const seesStore: PropertyDefinition = {
  ...noStaleRead,
  id: 'sees-store-of-t0',
  instance: (scene, design) => {
    const { monitor, step } = noStaleRead.instance(scene, design);
    return {
      ...(monitor && { monitor }),
      step: (seen) => {
        const found = step!(seen);
        return typeof found === 'object' && !found.violated.includes('T0.store0 was completed') ? true : found;
      },
    };
  },
};

export const review: readonly Claim[] = [
  claim(
    'S2.19',
    'Kara',
    '"when \'mkwrite\' is set, we just silently overwrite whatever PTE was installed at that position"',
    {
      means: 'a PTE of another pfn is overwritten',
      asks: {
        'pte-special=on, no write(2)': violates('no-silent-overwrite', {
          design: V2,
          scenario: [
            ...LOAD_STORE,
            'a=hole: load a; store a || [mm2] load a; store a',
            'a=hole: load a; store a || truncate a',
            'a=hole: load a; store a || punch a',
          ],
        }),
        'pte-special=on, beside write(2) into the hole': violates('no-silent-overwrite', {
          design: V2,
          scenario: STORE_WRITE,
        }),
        'pte-special=off': violates('no-silent-overwrite', {
          design: V2,
          scenario: LOAD_STORE[0]!,
          config: 'pte-special=off',
        }),
      },
      note:
        'The zero page is unmapped in all address spaces before the block is inserted, so as a rule there is nothing to overwrite. Beside ' +
        "write(2), which deletes the entry before it unmaps, the zero page's PTE is still there.",
    },
  ),
  claim('S2.20', 'Kara', '"not that I\'d see how that could screw us for DAX"', {
    means: 'where v2 overwrites a PTE, nothing else goes wrong',
    asks: {
      'tlb=off': [
        ...holds(
          [
            'no-stale-read',
            'zero-page-readonly',
            'writable-implies-dirty',
            'mtime-on-write',
            'store-completes',
            'no-warn',
          ],
          { design: V2, scenario: STORE_WRITE },
        ),
        ...holds(seesStore, { design: V2, scenario: 'a=hole: load a; store a || load a; load a || write a' }),
      ],
      'tlb=on': holds(seesStore, {
        design: V2,
        scenario: 'a=hole: load a; store a || load a; load a || write a',
        config: 'tlb=on',
      }),
    },
    note:
      'Nothing is flushed when a present PTE is overwritten: another CPU goes on reading zeros after the store is complete. In v4.14 ' +
      'the store has to wait for write(2) to clear the PTE, and what remains is the time between that and its flush.',
  }),
  claim('S2.21', 'Kara', '"a concern that e.g. some PTE flag could get discarded by this is there"', {
    ...undecided(
      'out of scope',
      'Of the flags the model has write and dirty, which mkwrite sets; soft-dirty, young, protection keys and NUMA hints are left out.',
    ),
  }),
  claim(
    'S2.22',
    'Kara',
    '"for !HAVE_PTE_SPECIAL architectures, you will leak zero page references by just overwriting the PTE - for those archs you really need to unmap zero page before replacing PTE"',
    {
      asks: [
        ...violates('zero-page-refcount', { design: V2, scenario: LOAD_STORE[0]!, config: 'pte-special=off' }),
        ...holds('zero-page-refcount', {
          design: unmapsZero,
          scenario: [LOAD_STORE[0]!, 'a=hole: load a; store a || load a'],
          config: 'pte-special=off',
        }),
      ],
      note: "v2 does call unmap_mapping_range(), which passes the zero page over: its page->mapping is not the file's. One thread is enough.",
    },
  ),
  claim('S2.23', 'Kara', '"(and the same for PMD I suppose)"', {
    means: 'insert_pfn_pmd() overwrites the huge zero page where it was not unmapped',
    asks: {
      'thp=on, no write(2)': violates('no-silent-overwrite', {
        design: [V2, 'v4.14'],
        scenario: ['a=hole: load a; store a', 'a=hole: load a; store a || [mm2] load a'],
        config: 'thp=on',
      }),
      'thp=on, beside write(2)': violates('no-silent-overwrite', {
        design: [V2, 'v4.14'],
        scenario: STORE_WRITE,
        config: 'thp=on',
      }),
    },
    note:
      'As with PTEs, in the same window of write(2), and 4.14 has it still: its insert_pfn_pmd() does not compare pfns (from ' +
      '5.1 on it does). References: ' +
      'Without PTE_SPECIAL there are no PMDs of DAX, so that references are no question here.',
  }),
  claim(
    'S2.24',
    'Kara',
    '"how about some vmf_insert_pfn(vmf, pe_size, pfn) helper that would … check that PTE did not change from orig_pte"',
    {
      means: 'with it nothing is overwritten silently, and nothing else breaks',
      asks: {
        'beside write(2)': holds('no-silent-overwrite', { design: 'vmf-insert-pfn', scenario: STORE_WRITE }),
        'beside anything else': [
          ...holds('no-silent-overwrite', {
            design: 'vmf-insert-pfn',
            scenario: ['a=block: load a; store a', 'a=hole: store a || store a', 'a=block: load a; store a || fsync'],
          }),
          ...noWorse('vmf-insert-pfn', 'v4.14', { scenario: NO_WRITE }),
        ],
        'pte-special=off': holds('no-silent-overwrite', {
          design: 'vmf-insert-pfn',
          scenario: LOAD_STORE[0]!,
          config: 'pte-special=off',
        }),
      },
      note: "orig_pte itself is the zero page's: it did not change, so pte_same() passes, and it is overwritten all the same. The pfn has to be compared, as merged.",
    },
  ),
  claim(
    'S2.25',
    'Zwisler',
    '"the pte_mkyoung(), maybe_mkwrite() and pte_mkdirty() calls need to happen with the PTE locked, and I\'m currently able to piggy-back on the locking done in insert_pfn()"',
    {
      means: 'done under a second lock, they go wrong',
      asks: {
        'the second section writes what the first one left behind': not(
          noWorse(withoutSecondLook, 'v4.14', { scenario: STORE_WRITE }),
        ),
        'the second section looks at the PTE again': not(
          noWorse(withSecondLook, 'v4.14', {
            scenario: [...DEFAULTS, 'a=block: store a || dontneed a || fsync', 'a=hole: store a || write a || load a'],
          }),
        ),
      },
      note: 'The entry lock keeps fsync out between the two sections. They need the lock; they do not need the same section, if the second looks again.',
    },
  ),
  claim(
    'S2.26',
    'Zwisler',
    '"I have to insert the PFN via insert_pfn() (which as you point out, will just leave the pfn alone if it\'s already present), then for writes I have to re-grab the PTE lock"',
    {
      asks: [
        ...violates('store-completes', { design: 'write-flag-no-replace', scenario: LOAD_STORE[1]! }),
        ...holds('store-completes', { design: withSecondLook, scenario: LOAD_STORE }),
      ],
    },
  ),
  claim('S2.27', 'Zwisler', 'a helper for PTEs and PMDs needs #ifdef CONFIG_TRANSPARENT_HUGEPAGE in mm/memory.c', {
    ...undecided('no question of behaviour', 'How the code is compiled.'),
  }),
  claim(
    'S2.28',
    'Zwisler',
    '"I agree that unconditionally overwriting the PTE when mkwrite is set is undesireable, and should be fixed"',
    {
      means:
        'a design that does not overwrite is better beside write(2): it violates nothing of what v2 violates there, and nothing else of weight',
      asks: {
        'v3: adds its flags to whatever PTE is there': holds(
          ['no-silent-overwrite', 'zero-page-readonly', 'no-stale-read'],
          { design: V3, scenario: STORE_WRITE },
        ),
        'as merged: wants the same pfn': holds(['no-silent-overwrite', 'zero-page-readonly', 'no-stale-read'], {
          design: 'v4.14',
          scenario: STORE_WRITE,
        }),
      },
      note:
        'v3 mended it for the worse: in the same window it makes the zero page writable, for every process of the machine. As merged the ' +
        'fault is retried until write(2) has unmapped; the WARN_ON_ONCE() of 4.14 was one too many (f2c57d91b0d9).',
    },
  ),
  claim('S2.29', 'Zwisler', "prefers a 'write' flag of vm_insert_mixed() to a new function", {
    ...undecided('no question of behaviour', 'A name, and the number of call sites that change.'),
  }),
  claim(
    'S2.30',
    'Kara',
    '"write flag is probably OK. I just dislike the implicit \'replace\'": it would mean only that the PTE is created writable',
    {
      means: 'a flag that only ever creates works',
      asks: holds('store-completes', {
        design: 'write-flag-no-replace',
        scenario: ['a=block: store a', ...LOAD_STORE],
      }),
      note: 'A store after a load needs the replacement: without it the store never completes. The PMD form of the same was a kernel bug (C07).',
    },
  ),
  claim('S2.31', 'Kara', '"I\'d prefer keeping put_locked_mapping_entry() as a trivial wrapper"', {
    ...undecided('no question of behaviour', 'A name.'),
  }),
  claim(
    'S2.32',
    'Kara',
    '"with this gone, you can also remove the special DAX handling from mm/filemap.c: page_cache_tree_insert()"',
    {
      means: 'no path of the series inserts a page into the tree of a DAX file',
      asks: [
        ...holds(noPagesInTree, {
          design: V2,
          scenario: [...DEFAULTS, 'a=hole: read a || load a', 'a=hole: [private] load a; store a || write a'],
        }),
        ...takes(
          'page_cache_tree_insert() runs',
          /page_cache_tree_insert|pagecache_get_page/,
          { design: V2, scenario: [STORE_WRITE, LOAD_STORE[0]!] },
          true,
        ),
      ],
    },
  ),
];
