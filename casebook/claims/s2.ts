/** Seed 002: Zwisler and Kara, 2017-06-14..23, "[PATCH v2 0/3] DAX common 4k zero page". */
import { violated } from '../../explorer/property.ts';
import { entry } from '../../model/entries/entry.ts';
import { inode } from '../../model/entries/inode.ts';
import { faultLock } from '../../model/entries/rwsem.ts';
import { SCENARIOS } from '../../model/scenarios.ts';
import type { PropertyDefinition } from '../../properties/define.ts';
import noStaleRead from '../../properties/no-stale-read.ts';
import { costs, endsAre, holds, not, noWorse, sameEnds, takes, violates } from '../ask.ts';
import { type Chapter, claim, undecided } from '../case.ts';
import { withoutSecondLook, withSecondLook } from '../designs/insert-then-mkwrite.ts';
import { exactWaitKey, neverWritable } from '../designs/pmd-mutants.ts';
import withoutFaultLock from '../designs/v4.9-pfn_mkwrite-without-fault-lock.ts';
import unmapsZero from '../designs/zero-page-v2-unmaps-zero.ts';
import withDaxPfnMkwrite from '../designs/zero-page-with-dax_pfn_mkwrite.ts';
import withoutMkwrite from '../designs/zero-page-without-mkwrite.ts';
import { type End, entryOf, pteOf } from '../ends.ts';
import { observe } from '../observe.ts';

const V2 = 'zero-page-v2';
const V3 = 'zero-page-v3';
const OLD = 'v4.12';
const LOAD_STORE = ['a=hole: load a; store a', 'a=block: load a; store a'];
const DEFAULTS = Object.values(SCENARIOS).flat();
const STORE_WRITE = 'a=hole: load a; store a || write a';
const NO_WRITE = DEFAULTS.filter((s) => !s.includes('write'));

/** How many slots of an end hold a struct page. */
const pagesInTree = (e: End, pages: readonly string[]): number =>
  pages.filter((p) => entryOf(e, p).startsWith('page')).length;

const noPagesInTree = observe('no-pages-in-tree', 'No slot of the page tree holds a struct page.', (scene) => ({
  states: scene.pages.map(({ name }) => ({
    name: entry(name).id,
    judge: (s) => {
      const { kind } = s.read(entry(name));
      return kind === 'nil' ? undefined : kind !== 'page' || violated(`${entry(name).id} holds a page`);
    },
  })),
}));

/** A fault that has passed the size test holds the fault lock; so has one that comes to it. */
const sizeUnderLock = observe(
  'size-under-fault-lock',
  'i_size does not shrink while a fault holds the fault lock.',
  () => ({
    step: (step) => {
      if (!step.written.includes(inode.id)) return undefined;
      if (step.after(inode).size >= step.before(inode).size) return undefined;
      return (
        step.before(faultLock).readers.length === 0 || violated('i_size shrinks while a fault holds the fault lock')
      );
    },
  }),
);

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

/** An entry of the whole range is alone. */
const oneSize = observe(
  'entries-of-one-size',
  'Where an entry covers the whole range, no other index has one.',
  (scene) => ({
    states: [
      {
        name: entry(scene.pages[0]!.name).id,
        judge: (s) => {
          const [first, ...others] = scene.pages.map(({ name }) => s.read(entry(name)));
          if (first!.kind === 'nil' && others.every((e) => e.kind === 'nil')) return undefined;
          return !first!.pmd || others.every((e) => e.kind === 'nil') || violated('a 2 MiB entry beside one of 4 KiB');
        },
      },
    ],
  }),
);

const neverUpgraded = observe(
  'never-upgraded',
  'No 4 KiB entry becomes one of 2 MiB without being deleted first.',
  (scene) => ({
    step: (step) => {
      const ref = entry(scene.pages[0]!.name);
      if (!step.written.includes(ref.id)) return undefined;
      const [before, after] = [step.before(ref), step.after(ref)];
      if (before.kind === 'nil' || before.pmd) return undefined;
      return !after.pmd || violated(`${ref.id} becomes an entry of the whole range`);
    },
  }),
);

const chapter: Chapter = {
  title: 'Zero page, v2: insertion that makes writable (2017-06-14)',
  cases: [
    claim(
      'S2.1',
      'Zwisler',
      '"when servicing mmap() reads from file holes the current DAX code allocates a page cache page of all zeroes and places the struct page pointer in the mapping->page_tree radix tree"',
      {
        asks: [
          ...violates('hole-reads-allocate-nothing', { design: OLD, scenario: 'a=hole: load a' }),
          ...endsAre('a page is in the tree', (e) => pagesInTree(e, ['a']) === 1, {
            design: OLD,
            scenario: 'a=hole: load a',
          }),
        ],
      },
    ),
    claim('S2.2', 'Zwisler', '"if you read 1GiB worth of pages, you end up using 1GiB of zeroed memory"', {
      means: 'one page of memory for each page that is read, however often',
      asks: [
        ...endsAre('a page in the tree for each that was read', (e) => pagesInTree(e, ['a', 'b', 'c']) === 3, {
          design: OLD,
          scenario: 'a=hole, b=hole, c=hole: load a; load b; load c; load a',
        }),
        ...endsAre('no more for a second reader', (e) => pagesInTree(e, ['a', 'b']) === 2, {
          design: OLD,
          scenario: 'a=hole, b=hole: load a; load b || [mm2] load a; load b',
        }),
      ],
    }),
    claim(
      'S2.3',
      'Zwisler',
      '"the fact that we had to check for both DAX exceptional entries and for page cache pages in the radix tree made the DAX code more complex"',
      {
        means:
          'the same scenario has more reachable states with pages in the tree, and its faults take more sleeping locks',
        asks: [
          ...holds(noPagesInTree, { design: V2, scenario: LOAD_STORE }),
          ...violates(noPagesInTree, { design: OLD, scenario: LOAD_STORE[0]! }),
          ...costs('sleeping-locks', { position: 1 }, 'more than 4', (c) => c.worst > 4, {
            design: OLD,
            scenario: LOAD_STORE[0]!,
          }),
          ...costs('sleeping-locks', { position: 1 }, 'at most 4', (c) => c.worst <= 4, {
            design: V2,
            scenario: LOAD_STORE[0]!,
          }),
        ],
        note: 'Complexity of code is not measured; that a slot has one kind of content less, and a fault one lock less, is.',
      },
    ),
    claim('S2.4', 'Zwisler', '"this series solves these issues by … using a common 4k zero page instead"', {
      asks: [
        ...holds('hole-reads-allocate-nothing', {
          design: V2,
          scenario: [
            'a=hole: load a',
            'a=hole: load a || load a',
            'a=hole: load a || [mm2] load a',
            'a=hole: read a || load a',
            STORE_WRITE,
          ],
        }),
        ...holds(noPagesInTree, {
          design: V2,
          scenario: [...LOAD_STORE, STORE_WRITE, 'a=hole: load a; store a || truncate a'],
        }),
      ],
      note: 'The hundred lines of code are not counted here.',
    }),
    claim(
      'S2.5',
      'Zwisler',
      '"leave vm_insert_mixed() instact with previous functionality and add vm_insert_mixed_mkwrite() as a peer"',
      {
        means: 'what loads of storage come to is as before',
        asks: [
          'a=block: load a',
          'a=block: load a || load a',
          'a=block: load a || truncate a',
          'a=block: load a || [mm2] load a || dontneed a',
        ].flatMap((scenario) =>
          sameEnds({ design: OLD, scenario }, { design: V2, scenario }, 'PTE and entry', (e) => [pteOf(e), entryOf(e)]),
        ),
      },
    ),
    claim(
      'S2.6',
      'Zwisler',
      '1/3: a PTE has to be marked dirty and writable as it is inserted, for the zero page scheme',
      {
        means: 'patches 2/3 and 3/3 without 1/3 go wrong',
        asks: violates('store-completes', { design: withoutMkwrite, scenario: LOAD_STORE }),
        note: 'The handler is the fault, the fault inserts read-only, the store traps again: the same for ever. Another way out is S0.2.',
      },
    ),
    claim(
      'S2.7',
      'Zwisler',
      'what tells "zero page => storage" from "read-only => writable storage" in do_wp_page() is vm_normal_page()',
      {
        asks: [
          ...violates('zero-page-readonly', { design: withDaxPfnMkwrite, scenario: LOAD_STORE[0]! }),
          ...holds('no-stale-read', { design: OLD, scenario: LOAD_STORE }),
          ...takes(
            'the store goes to wp_page_shared()',
            /op1_store.*\bwp_page_shared:/,
            { design: withDaxPfnMkwrite, scenario: LOAD_STORE[0]! },
            true,
          ),
        ],
      },
    ),
    claim(
      'S2.8',
      'Zwisler',
      '"insert_pfn() needs to follow the lead of insert_pfn_pmd() and allow us to pass in a \'mkwrite\' flag"',
      {
        means: 'a PMD insertion that does not replace goes wrong as a PTE insertion does, and one that does is right',
        asks: [
          ...violates('store-completes', { design: neverWritable, scenario: LOAD_STORE[1]!, config: 'thp=on' }),
          ...holds('store-completes', { design: 'v4.14', scenario: LOAD_STORE[1]!, config: 'thp=on' }),
          ...violates('store-completes', { design: withoutMkwrite, scenario: LOAD_STORE[1]! }),
        ],
      },
    ),
    claim('S2.9', 'Zwisler', '2/3: dax_load_hole() is moved, and nothing else', {
      ...undecided('no question of behaviour', 'The place of a function in its file.'),
    }),
    claim('S2.10', 'Zwisler', 'smaps: Rss 1048576 kB after 1 GiB was read (before the series)', {
      means: 'each PTE maps a struct page, which counts',
      asks: endsAre('every PTE maps a struct page', (e) => ['a', 'b'].every((p) => pteOf(e, p).startsWith('ro page')), {
        design: OLD,
        scenario: 'a=hole, b=hole: load a; load b',
      }),
    }),
    claim('S2.11', 'Zwisler', 'smaps: Rss 0 kB after 1 GiB was read (after the series)', {
      means: 'no PTE maps a page that counts',
      asks: {
        'pte-special=on': endsAre(
          'every PTE maps the zero page, uncounted',
          (e) => ['a', 'b'].every((p) => pteOf(e, p) === 'ro zero') && !zeroCounted(e),
          { design: [V2, V3, 'v4.14'], scenario: 'a=hole, b=hole: load a; load b' },
        ),
        'pte-special=off': endsAre(
          'every PTE maps the zero page, uncounted',
          (e) => ['a', 'b'].every((p) => pteOf(e, p) === 'ro zero') && !zeroCounted(e),
          { design: [V2, 'v4.14'], scenario: 'a=hole, b=hole: load a; load b', config: 'pte-special=off' },
        ),
      },
      note: 'Without PTE_SPECIAL insert_page() counts the zero page as a page of the file.',
    }),
    claim(
      'S2.12',
      'Zwisler',
      '"we will now insert a DAX exceptional entry into the radix tree instead of a struct page pointer"',
      {
        asks: [
          ...endsAre('a ZERO entry', (e) => entryOf(e) === 'zero', {
            design: [V2, V3, 'v4.14'],
            scenario: 'a=hole: load a',
          }),
          ...endsAre('a page', (e) => entryOf(e).startsWith('page'), { design: OLD, scenario: 'a=hole: load a' }),
        ],
      },
    ),
    claim(
      'S2.13',
      'Zwisler',
      '"if we ever find a regular page in our radix tree now that most likely means that someone besides DAX is inserting pages"',
      {
        means: 'DAX itself inserts none, whatever runs',
        asks: holds(noPagesInTree, {
          design: [V2, V3, 'v4.14'],
          scenario: [
            STORE_WRITE,
            'a=hole: load a; store a || truncate a; write a',
            'a=hole: [private] store a || load a || write a',
            'a=hole, b=block: load a; store b || store a; fsync || truncate b',
          ],
        }),
      },
    ),
    claim(
      'S2.14',
      'Zwisler',
      'Documentation: handlers "should call dax_iomap_fault() passing the appropriate fault size"',
      {
        means: 'a ->pfn_mkwrite() that calls it is right, and without one that does a store goes wrong',
        asks: [
          ...holds(['writable-implies-dirty', 'store-completes'], {
            design: [V2, V3, 'v4.14'],
            scenario: [LOAD_STORE[1]!, 'a=block: load a; store a || load a; store a'],
          }),
          ...violates('writable-implies-dirty', { design: 'zero-page-v3-no-handler', scenario: LOAD_STORE[1]! }),
        ],
        note: 'Of the size: ->pfn_mkwrite() is called for a PTE. For a PMD the core calls ->huge_fault() with its own size.',
      },
    ),
    claim(
      'S2.15',
      'Zwisler',
      'comment: a PMD fault falls back if there are any 4k entries in its range, zero page or block',
      {
        asks: [
          ...takes('the PMD fault falls back: -EEXIST', /huge_pmd.*4 KiB entry/, {
            design: [V2, 'v4.14'],
            scenario: ['a=hole, b=hole: [maps=b] load b || load a', 'a=block, b=block: [maps=b] store b || load a'],
            config: 'thp=on',
          }),
          ...holds(oneSize, {
            design: [V2, 'v4.14'],
            scenario: [
              'a=hole, b=hole: [maps=b] load b || load a; store a',
              'a=block, b=block: [maps=b] store b || load a; store a',
            ],
            config: 'thp=on',
          }),
        ],
      },
    ),
    claim('S2.16', 'Zwisler', 'comment: "we always favor 4k entries over 2MiB entries"; none is upgraded', {
      asks: holds(neverUpgraded, {
        design: [V2, 'v4.14'],
        scenario: [
          'a=hole, b=hole: [maps=b] load b || load a; store a',
          'a=block, b=block: [maps=b] store b || load a; store a',
          'a=block, b=block: [maps=a] load a || store b',
        ],
        config: 'thp=on',
      }),
      note: 'Until the entry is deleted, by truncate, punch or write(2): then a PMD entry can come.',
    }),
    claim(
      'S2.17',
      'Zwisler',
      'an empty or zero PMD entry is downgraded for a 4k fault: huge zero page unmapped first, all waiters woken',
      {
        means: 'it happens, nobody sleeps on, and nobody reads on from the huge zero page',
        asks: [
          ...takes('a PMD entry is downgraded', /a PMD entry, EMPTY or ZERO/, {
            design: [V2, 'v4.14'],
            scenario: 'a=hole, b=hole: load a || [maps=b] load b',
            config: 'thp=on',
          }),
          ...holds(['no-deadlock', 'no-stale-read'], {
            design: [V2, 'v4.14'],
            scenario: [
              'a=hole, b=hole: load a || [maps=b] load b',
              'a=hole, b=hole: load a || [maps=b] load b; store b',
              'a=hole: load a || load a || store a',
            ],
            config: 'thp=on',
          }),
        ],
      },
    ),
    claim('S2.18', 'Zwisler', 'a real PMD entry is left alone: a 4k store under it dirties all of it', {
      asks: {
        'the tag': endsAre(
          'an entry of the whole range is dirty',
          (e) => e['entry.a']!.context.pmd !== true || entryOf(e).includes('dirty'),
          {
            design: [V2, 'v4.14'],
            scenario: 'a=block, b=block: load a || [mm2 maps=b] store b',
            config: 'thp=on',
          },
        ),
        'what the next fsync makes of it': holds('writable-implies-dirty', {
          design: [V2, 'v4.14'],
          scenario: 'a=block, b=block: load a || [mm2 maps=b] store b; fsync',
          config: 'thp=on',
        }),
      },
      note: 'fsync of an entry of the whole range write-protects at its first index alone: a VMA that has only the second page keeps its writable PTE over an entry that is clean. Mended in 5.18 with pfn_mkclean_range().',
    }),
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
              scenario: [
                ...DEFAULTS,
                'a=block: store a || dontneed a || fsync',
                'a=hole: store a || write a || load a',
              ],
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
    claim('S2.33', 'Zwisler (code)', 'dax_load_hole() ignores what vm_insert_mixed() returns', {
      means: 'that is harmless: the load is tried again',
      asks: {
        '-EBUSY: a PTE is there': [
          ...takes('-EBUSY', /dax_load_hole.*insert_pfn: !pte_none/, {
            design: V2,
            scenario: 'a=hole: load a || load a',
          }),
          ...holds(['no-stale-read', 'no-deadlock'], {
            design: V2,
            scenario: ['a=hole: load a || load a', 'a=hole: load a || store a'],
          }),
        ],
        'no memory for the page table (errors=on)': holds(['no-stale-read', 'no-deadlock', 'no-warn'], {
          design: [V2, 'v4.14'],
          scenario: ['a=hole: load a', 'a=hole: load a || [mm2] load a'],
          config: 'errors=on',
        }),
      },
    }),
    claim(
      'S2.34',
      'Zwisler (code)',
      'dax_insert_mapping_entry() returns `entry`, not `new_entry`, where the slot was left alone',
      {
        means:
          'nobody who waits sees the difference: a 4 KiB fault that has left the entry of a range alone wakes the right waiters, before and after',
        asks: [
          ...holds('no-deadlock', {
            design: [OLD, 'v4.14'],
            scenario: [
              'a=block, b=block: store a || [maps=b] store b',
              'a=block, b=block: store a || [mm2 maps=b] store b; fsync',
            ],
            config: 'thp=on',
          }),
          ...violates('no-deadlock', {
            design: exactWaitKey,
            scenario: 'a=hole, b=hole: store a || [maps=b] store b',
            config: 'thp=on',
          }),
        ],
        note:
          'dax_unlock_mapping_entry() looks the entry up again, and takes the key from that, so the value is seen by a tracepoint alone. ' +
          'Were the key that of the 4 KiB entry that was never stored, a waiter would sleep for ever: the last answer, which is C46.',
      },
    ),
    claim(
      'S2.35',
      'Zwisler (comment)',
      'of the zero page: "If this page is ever written to we will re-fault and change the mapping to point to real DAX storage instead"',
      {
        asks: {
          'a store': [
            ...endsAre('the PTE maps the block', (e) => pteOf(e) === 'rw blk.a dirty', {
              design: [V2, 'v4.14'],
              scenario: [LOAD_STORE[0]!, 'a=hole: load a; store a || [mm2] load a'],
            }),
            ...holds('no-stale-read', {
              design: [V2, 'v4.14'],
              scenario: [LOAD_STORE[0]!, 'a=hole: load a; store a || [mm2] load a; load a'],
            }),
          ],
          'write(2)': holds('no-stale-read', {
            design: [V2, 'v4.14'],
            scenario: ['a=hole: load a; write a; load a', 'a=hole: load a; load a || write a'],
          }),
          'pte-special=off': holds('no-stale-read', {
            design: [V2, 'v4.14'],
            scenario: 'a=hole: load a; write a; load a',
            config: 'pte-special=off',
          }),
        },
      },
    ),
    claim(
      'S2.36',
      'Kara (older comment in ext4)',
      'taking i_mmap_sem in pfn_mkwrite: any punch begun before is finished then, the PTE unmapped, and pte_same() in wp_pfn_shared() fails',
      {
        asks: [
          ...holds(['no-freed-block-mapped', 'writable-implies-dirty'], {
            design: ['v4.5', 'v4.9'],
            scenario: [
              'a=block: load a; store a || punch a',
              'a=block: load a; store a || truncate a',
              'a=block: load a; store a || punch a; load a',
            ],
          }),
          ...holds(['no-freed-block-mapped', 'writable-implies-dirty'], {
            design: withoutFaultLock,
            scenario: [
              'a=block: load a; store a || punch a',
              'a=block: load a; store a || truncate a',
              'a=block: load a; store a || punch a; load a',
            ],
          }),
        ],
        note:
          'It is not the lock that does it: without it the same holds, because punch unmaps before it deletes and frees, and pte_same() ' +
          'sees that. What neither sees is a PTE that went and came back: S1.18.',
      },
    ),
    claim(
      'S2.37',
      'Kara (older comment)',
      'of dax_pfn_mkwrite(): if finish_mkwrite_fault() fails "we don\'t care": NOPAGE, and the access is tried again',
      {
        asks: [
          ...takes('finish_mkwrite_fault() finds another PTE', /finish_mkwrite_fault: !pte_same/, {
            design: OLD,
            scenario: ['a=block: load a; store a || dontneed a', 'a=block: load a; store a || munmap a || fsync'].slice(
              0,
              1,
            ),
          }),
          ...holds(['store-completes', 'writable-implies-dirty', 'fsync-durable'], {
            design: OLD,
            scenario: [
              'a=block: load a; store a; fsync || dontneed a',
              'a=block: load a; store a; fsync || load a; store a',
            ].slice(0, 1),
          }),
          ...holds('store-completes', {
            design: OLD,
            scenario: ['a=block: load a; store a || punch a', 'a=block: load a; store a || truncate a'],
          }),
        ],
        note: 'DIRTY stays set without a store: over-tagging, which costs a flush and breaks nothing.',
      },
    ),
    claim(
      'S2.38',
      'comment',
      'of the wake-up: the entry may no longer be valid, "we only need it to find the right waitqueue"',
      {
        asks: {
          'PTE entries': holds('no-deadlock', {
            design: ['v4.14', OLD],
            scenario: [
              'a=hole: load a || store a || write a',
              'a=hole: load a || load a || load a',
              'a=block: store a; fsync || punch a || load a',
              'a=hole: store a || punch a || load a',
            ],
          }),
          'PMD entries': holds('no-deadlock', {
            design: ['v4.14', OLD],
            scenario: [
              'a=hole, b=hole: load a || [maps=b] load b || store a',
              'a=hole: load a || store a || write a',
              'a=block, b=block: store a; fsync || [maps=b] store b',
            ],
            config: 'thp=on',
          }),
        },
        note: 'The lost wake-up that four processes show (findings, K) is one of a waiter that passes nothing on, not of a wrong key.',
      },
    ),
    claim(
      'S2.39',
      'comment',
      '"checking for locked entry and prepare_to_wait_exclusive() happens under tree_lock, ditto for entry handling in our callers. So at this point all tasks that could have seen our entry locked must be in the waitqueue"',
      {
        means: 'nobody sleeps on with nobody left to wake it',
        asks: {
          'three processes': holds('no-deadlock', {
            design: 'v4.14',
            scenario: [
              'a=hole: load a || load a || load a',
              'a=hole: load a || store a || write a',
              'a=block: store a; fsync || fsync || punch a',
              'a=block: load a; store a || store a || truncate a',
            ],
          }),
          'four processes': holds('no-deadlock', {
            design: 'v4.14',
            scenario: 'a=block: store a; fsync || fsync || fsync || punch a',
          }),
        },
        note:
          'They all are in the queue. But one is woken, and who is woken and finds no entry leaves without waking the next ' +
          '(237388320def, 2021).',
      },
    ),
    claim(
      'S2.40',
      'comment',
      'of writeback: clearing TOWRITE early is safe, because concurrent dax_writeback_one() calls wait for the locked entry',
      {
        means: 'an fsync that returns 0 has flushed what was stored before it began, also beside another fsync',
        asks: holds('fsync-durable', {
          design: [OLD, 'v4.14'],
          scenario: ['a=block: store a; fsync || fsync', 'a=block: store a; fsync || store a; fsync'],
        }),
        note:
          'Those that have the index in their list wait. One that looks up after TOWRITE was cleared does not have it in the list: it returns ' +
          '0 while the first has yet to flush. Nobody noticed; findings, A.',
      },
    ),
    claim(
      'S2.41',
      'comment',
      'no new dirty data can come after the flush: the pfns are write-protected by then, and faults wait for the entry lock',
      {
        asks: {
          'tlb=off': holds(['writable-implies-dirty', 'fsync-durable'], {
            design: [OLD, 'v4.14'],
            scenario: ['a=block: load a; store a || fsync; fsync', 'a=block: store a; store a || dontneed a || fsync'],
          }),
          'tlb=on, beside munmap or madvise, which clear the PTE first and flush later': holds(
            'writable-implies-dirty',
            {
              design: [OLD, 'v4.14'],
              scenario: [
                'a=block: store a; store a || dontneed a || fsync',
                'a=block: store a; store a || munmap a || fsync',
              ],
              config: 'tlb=on',
            },
          ),
        },
        note: 'fsync finds no PTE and has nothing to write-protect, while another CPU still stores through its TLB.',
      },
    ),
    claim(
      'S2.42',
      'comment',
      'of faults: "check whether offset isn\'t beyond end of file now. Caller is supposed to hold locks serialising us with truncate / punch hole so this is a reliable test"',
      {
        means: 'i_size does not shrink while a fault holds the fault lock',
        asks: {
          'ext4, 4.12 and 4.14': holds(sizeUnderLock, {
            design: [OLD, 'v4.14'],
            scenario: 'a=block: load a; store a || truncate a',
          }),
          'ext4, 5.10': holds(sizeUnderLock, { design: 'v5.10', scenario: 'a=block: load a; store a || truncate a' }),
          'ext2 and XFS': holds(sizeUnderLock, {
            design: ['v4.14'],
            scenario: 'a=block: load a; store a || truncate a',
            config: ['fs=ext2', 'fs=xfs'],
          }),
        },
        note:
          'ext4 of that time writes i_size before it takes i_mmap_sem. What makes it safe is that truncate unmaps after that, under the lock: ' +
          'no-freed-block-mapped holds in the same scenario.',
      },
    ),
    claim('S2.43', 'Zwisler', 'the tracepoints dax_pfn_mkwrite and dax_pfn_mkwrite_no_entry go', {
      ...undecided('no question of behaviour', 'Tracing.'),
    }),
  ],
};

/** insert_page() has counted it. */
function zeroCounted(e: End): boolean {
  const { mapcount = 0, refs = 0 } = (e['page.zero']?.context ?? {}) as { mapcount?: number; refs?: number };
  return mapcount + refs > 0;
}

export default chapter;
