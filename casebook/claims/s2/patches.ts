/** What the cover letter, the patches and their comments say. */
import { violated } from '../../../explorer/property.ts';
import { entry } from '../../../model/entries/entry.ts';
import { costs, endsAre, holds, sameEnds, takes, violates } from '../../ask.ts';
import { type Claim, claim, undecided } from '../../case.ts';
import { neverWritable } from '../../designs/pmd-mutants.ts';
import withDaxPfnMkwrite from '../../designs/zero-page-with-dax_pfn_mkwrite.ts';
import withoutMkwrite from '../../designs/zero-page-without-mkwrite.ts';
import { type End, entryOf, pteOf } from '../../ends.ts';
import { observe } from '../../observe.ts';
import { LOAD_STORE, noPagesInTree, OLD, STORE_WRITE, V2, V3 } from './shared.ts';

/** How many slots of an end hold a struct page. */
const pagesInTree = (e: End, pages: readonly string[]): number =>
  pages.filter((p) => entryOf(e, p).startsWith('page')).length;

/** insert_page() has counted it. */
function zeroCounted(e: End): boolean {
  const { mapcount = 0, refs = 0 } = (e['page.zero']?.context ?? {}) as { mapcount?: number; refs?: number };
  return mapcount + refs > 0;
}

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

export const patches: readonly Claim[] = [
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
];
