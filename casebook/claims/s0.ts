/** Seed 000: Kara and Zwisler, 2017-07-19, on "[PATCH v3 3/5] dax: use common 4k zero page for dax mmap reads". */
import { violated } from '../../explorer/property.ts';
import { tagged } from '../../model/entries/entry.ts';
import { SCENARIOS } from '../../model/scenarios.ts';
import { slotOf } from '../../model/thp.ts';
import { now, ptesOf, slotBefore } from '../../properties/translations.ts';
import { type Ask, costs, endsAre, holds, not, noWorse, sameEnds, sameFunctions, takes, violates } from '../ask.ts';
import { type Chapter, claim } from '../case.ts';
import specialCased from '../designs/zero-page-special-cased.ts';
import withDaxPfnMkwrite from '../designs/zero-page-with-dax_pfn_mkwrite.ts';
import withoutMkwrite from '../designs/zero-page-without-mkwrite.ts';
import { bytesOf, type End, entryOf, pteOf } from '../ends.ts';
import { observe } from '../observe.ts';

const V3 = 'zero-page-v3';
const DEFAULTS = Object.values(SCENARIOS).flat();
const LOAD_STORE = ['a=hole: load a; store a', 'a=block: load a; store a'];
const RW = (e: End): boolean => pteOf(e) === 'rw blk.a dirty';

/** In scenarios of loads and stores alone: what a store's fault does to PTEs, it does after DIRTY is set. */
const dirtyFirst = observe(
  'dirty-before-page-tables',
  'No PTE is made writable or cleared while the entry of its page is clean.',
  (scene) => ({
    step: (step) => {
      for (const t of ptesOf(scene)) {
        if (!step.written.includes(t.id)) continue;
        const [before, after] = [t.before(step), t.after(step)];
        const slot = slotBefore(step, scene, t.page);
        if (after !== null && !after.w) continue;
        if (step.before(slot).dirty) return true;
        return violated(
          before !== null && after === null
            ? `${t.id} is cleared while ${slot.id} is clean`
            : `${t.id} becomes writable while ${slot.id} is clean`,
        );
      }
      return undefined;
    },
  }),
);

/** Of PTEs alone: a TLB entry is another matter. */
const writablePteIsDirty = observe(
  'writable-pte-implies-dirty',
  'A PTE of a shared mapping that is writable and maps a block has an entry with DIRTY or TOWRITE.',
  (scene) => ({
    states: ptesOf(scene)
      .filter((t) => t.shared)
      .map((t) => ({
        name: t.name,
        judge: (s) => {
          const is = now(s, t);
          if (!is?.w || is.pfn === 'zero') return undefined;
          const slot = slotOf(s, scene, t.page);
          return s.read(slot, tagged) || violated(`${t.id} is writable and ${slot.id} is clean`);
        },
      })),
  }),
);

/** After munmap, ends in which T0 was killed before its store are left out. */
const stored = (e: End): unknown => (bytesOf(e).some((op) => op.startsWith('T0')) ? e : null);
const sameAsStore = (beside: string): Ask[] =>
  ['block', 'hole'].flatMap((init) => {
    const rest = beside === '' ? '' : ` || ${beside}`;
    const scenario = (operations: string): string => `a=${init}: ${operations}${rest}`;
    return sameEnds(
      { design: V3, scenario: scenario('load a; store a') },
      { design: V3, scenario: scenario('store a') },
      'all of the state',
      beside.includes('munmap') ? stored : undefined,
    );
  });

const chapter: Chapter = {
  title: 'Zero page, v3: what takes the place of dax_pfn_mkwrite() (2017-07-19)',
  cases: [
    claim(
      'S0.1',
      'Zwisler',
      '"we remove dax_pfn_mkwrite() from our fault flow, and instead rely on the page fault itself to make the PTE dirty and writeable"',
      {
        asks: [
          ...endsAre(
            'the PTE is writable and dirty, and so is the entry',
            (e) => RW(e) && entryOf(e) === 'blk blk.a dirty',
            {
              design: V3,
              scenario: [...LOAD_STORE, 'a=hole: store a', 'a=block: store a', 'a=unwritten: load a; store a'],
            },
          ),
          ...takes('dax_pfn_mkwrite() runs', /\bdax_pfn_mkwrite:/, { design: V3, scenario: LOAD_STORE }, true),
        ],
      },
    ),
    claim(
      'S0.2',
      'Zwisler',
      '"to be able to use the common 4k zero page in DAX we need to have our PTE fault path look more like our PMD fault path", dirty and writable as it is first inserted',
      {
        means: 'with the zero page, a design that does not insert writable PTEs goes wrong',
        asks: {
          'dax_pfn_mkwrite() stays as it was': [
            ...violates('zero-page-readonly', { design: withDaxPfnMkwrite, scenario: 'a=hole: load a; store a' }),
          ],
          'the handler is the fault, and inserts read-only': [
            ...violates('store-completes', { design: withoutMkwrite, scenario: LOAD_STORE }),
          ],
          'dax_pfn_mkwrite() stays, and looks at the pfn': [
            ...not(noWorse(specialCased, 'v4.14', { scenario: DEFAULTS })),
          ],
        },
        note:
          'The special casing that the mail does not want works: a dax_pfn_mkwrite() that finds the pfn of the zero page in the PTE does a full fault. ' +
          'What it costs is traps: see S0.6.',
      },
    ),
    claim(
      'S0.3',
      'Zwisler',
      'today do_wp_page() can tell "4k zero page => writable DAX storage" from "read-only DAX storage => writeable DAX storage"',
      {
        asks: [
          ...takes('a store after a load goes to wp_page_shared()', /op1_store.*\bwp_page_shared:/, {
            design: 'v4.12',
            scenario: 'a=hole: load a; store a',
          }),
          ...takes(
            'a store after a load goes to wp_page_shared()',
            /op1_store.*\bwp_page_shared:/,
            { design: 'v4.12', scenario: 'a=block: load a; store a' },
            true,
          ),
          ...takes('a store after a load goes to wp_pfn_shared()', /op1_store.*\bwp_pfn_shared:/, {
            design: 'v4.12',
            scenario: 'a=block: load a; store a',
          }),
        ],
      },
    ),
    claim('S0.4', 'Zwisler', '"this distinction is made by via vm_normal_page()"', {
      means:
        'where the zero page is a normal page, as without PTE_SPECIAL, do_wp_page() tells it from storage; where it is not, it does not',
      asks: [
        ...takes(
          'a store goes to wp_page_shared()',
          /op1_store.*\bwp_page_shared:/,
          { design: V3, scenario: 'a=hole: load a; store a' },
          true,
        ),
        ...takes('a store goes to wp_page_shared()', /op1_store.*\bwp_page_shared:/, {
          design: V3,
          scenario: 'a=hole: load a; store a',
          config: 'pte-special=off',
        }),
      ],
      note: 'Without PTE_SPECIAL the zero page is a normal page again, and the distinction is back.',
    }),
    claim(
      'S0.5',
      'Zwisler',
      '"vm_normal_page() returns false for the common 4k zero page, though, just as it does for DAX ptes"',
      {
        asks: {
          'pte-special=on': takes(
            'a store goes to wp_page_shared()',
            /op1_store.*\bwp_page_shared:/,
            { design: [V3, 'v4.14'], scenario: 'a=hole: load a; store a' },
            true,
          ),
          'pte-special=off': takes(
            'a store goes to wp_page_shared()',
            /op1_store.*\bwp_page_shared:/,
            { design: [V3, 'v4.14'], scenario: 'a=hole: load a; store a', config: 'pte-special=off' },
            true,
          ),
        },
      },
    ),
    claim(
      'S0.6',
      'Zwisler',
      '"instead of special casing the DAX + 4k zero page case, we will simplify our DAX PTE page fault sequence … and get rid of dax_pfn_mkwrite() completely"',
      {
        means: 'the store is right without dax_pfn_mkwrite(), and takes no more traps than with it',
        asks: {
          'the VMA keeps a ->pfn_mkwrite(), which is the fault handler; no write(2) beside it': [
            ...holds(['zero-page-readonly', 'mtime-on-write', 'store-completes', 'no-stale-read'], {
              design: V3,
              scenario: [LOAD_STORE[0]!, 'a=hole: load a; store a || [mm2] load a; store a'],
            }),
            ...holds('writable-implies-dirty', {
              design: V3,
              scenario: [...LOAD_STORE, 'a=block: load a; store a || load a; store a'],
            }),
            ...costs('traps', { position: 1 }, 'no more than with special casing', (c) => c.worst <= 2, {
              design: V3,
              scenario: LOAD_STORE,
            }),
          ],
          'the same, beside write(2)': holds('zero-page-readonly', {
            design: V3,
            scenario: 'a=hole: load a; store a || write a',
          }),
          'beside write(2), as merged': holds('zero-page-readonly', {
            design: 'v4.14',
            scenario: 'a=hole: load a; store a || write a',
          }),
          'the VMA has no ->pfn_mkwrite() at all': [
            ...holds('zero-page-readonly', { design: 'zero-page-v3-no-handler', scenario: LOAD_STORE[0]! }),
            ...holds('writable-implies-dirty', { design: 'zero-page-v3-no-handler', scenario: LOAD_STORE[1]! }),
          ],
        },
        note: 'The function goes; the vector has to stay.',
      },
    ),
    claim(
      'S0.7',
      'Zwisler',
      '"insert_pfn() will do the work that was previously done by wp_page_reuse() as part of the dax_pfn_mkwrite() call path"',
      {
        means: 'the PTE ends as with wp_page_reuse()',
        asks: {
          'the PTE maps the block': [
            ...[
              'a=block: load a; store a',
              'a=block: load a; store a || load a; store a',
              'a=block: load a; store a || fsync',
              'a=block: load a; store a || munmap a',
              'a=block: load a; store a || dontneed a',
              'a=block: load a; store a || truncate a',
            ].flatMap((scenario) =>
              sameEnds({ design: 'v4.12', scenario }, { design: V3, scenario }, 'PTE', (e) => pteOf(e)),
            ),
          ],
          'the PTE still maps the zero page when the block comes (write(2) beside it)': [
            ...holds('zero-page-readonly', { design: V3, scenario: 'a=hole: load a; store a || write a' }),
          ],
        },
        note: 'wp_page_reuse() was called after pte_same() only. v3 adds its flags to whatever PTE is there.',
      },
    ),
    claim(
      'S0.8',
      'Kara',
      '"we have allocated storage, a process faults it read-only, we map it to page tables writeprotected"',
      {
        asks: endsAre('the PTE is read-only', (e) => pteOf(e) === 'ro blk.a', {
          design: [V3, 'v4.14'],
          scenario: ['a=block: load a', 'a=block: load a || load a'],
        }),
      },
    ),
    claim(
      'S0.9',
      'Kara',
      '"then the process writes through mmap to the area - the code in handle_pte_fault() ends up in do_wp_page()"',
      {
        asks: takes('the store goes to do_wp_page()', /op1_store.*\bdo_wp_page:/, {
          design: [V3, 'v4.14'],
          scenario: 'a=block: load a; store a',
        }),
      },
    ),
    claim(
      'S0.10',
      'Kara',
      '"since we are missing ->pfn_mkwrite() handlers, the PTE will be marked writeable but radix tree entry stays clean - bug"',
      {
        asks: {
          'the VMA has no ->pfn_mkwrite()': violates('writable-implies-dirty', {
            design: 'zero-page-v3-no-handler',
            scenario: 'a=block: load a; store a',
          }),
          'v3 as posted: ->pfn_mkwrite() stays and is the fault handler': violates('writable-implies-dirty', {
            design: V3,
            scenario: ['a=block: load a; store a', 'a=block: load a; store a || fsync'],
          }),
        },
        note: 'Right about a design without handlers. v3 removes the function dax_pfn_mkwrite() and not the handlers of the filesystems.',
      },
    ),
    claim(
      'S0.11',
      'Zwisler',
      '"I don\'t think we ever end up with a writeable PTE but with a clean radix tree entry"',
      {
        asks: {
          PTEs: [
            ...holds(writablePteIsDirty, {
              design: V3,
              scenario: [
                'a=block: load a; store a',
                'a=hole: load a; store a || [mm2] load a; store a',
                'a=block: load a; store a || fsync || store a',
                'a=hole: load a; store a || write a || fsync',
                'a=block: load a; store a || truncate a',
                'a=block: load a; store a; fsync || punch a; load a',
                'a=hole: load a; store a || write a || punch a',
                'a=hole, b=block: load a; store b || store a; fsync || truncate b',
              ],
            }),
            ...holds(writablePteIsDirty, {
              design: V3,
              scenario: 'a=block: store a; store a || dontneed a || fsync',
              config: 'tlb=on',
            }),
          ],
          'PMDs, every VMA with all of the range (thp=on)': holds('writable-implies-dirty', {
            design: [V3, 'v4.14'],
            scenario: [
              'a=block: load a; store a || fsync',
              'a=hole: load a; store a || write a',
              'a=block, b=block: store a || [mm2] store b; fsync',
              'a=block: load a; store a || truncate a',
            ],
            config: 'thp=on',
          }),
          'PMDs, and a VMA with a part of the range (thp=on)': holds('writable-implies-dirty', {
            design: [V3, 'v4.14'],
            scenario: 'a=block, b=block: store a || [mm2 maps=b] store b; fsync',
            config: 'thp=on',
          }),
          'what a TLB still holds of a cleared PTE (tlb=on)': holds('writable-implies-dirty', {
            design: [V3, 'v4.14'],
            scenario: 'a=block: store a; store a || dontneed a || fsync',
            config: 'tlb=on',
          }),
        },
        note:
          'No PTE is ever writable over a clean entry. A writable TLB entry can be: between the zap of madvise() and its flush an ' +
          'fsync finds no PTE, cleans the entry, and the CPU goes on storing.',
      },
    ),
    claim(
      'S0.12',
      'Zwisler',
      '"dax_insert_mapping() sets up the dirty radix tree entry via dax_insert_mapping_entry() before it does anything with the page tables"',
      {
        asks: {
          'no zero page has to go': holds(dirtyFirst, {
            design: V3,
            scenario: [
              'a=block: load a; store a',
              'a=block: load a; store a || [mm2] load a; store a',
              'a=hole: store a || store a',
            ],
          }),
          'a ZERO entry is replaced': holds(dirtyFirst, { design: V3, scenario: 'a=hole: load a; store a' }),
        },
        note:
          'Of the insertion it is true. But dax_insert_mapping_entry() itself begins with unmap_mapping_range() where it replaces a ' +
          'ZERO entry: PTEs are cleared, in all address spaces, before DIRTY is set. No harm in it.',
      },
    ),
    claim(
      'S0.13',
      'Zwisler',
      '"this mkwrite fault path is exactly the path we would have taken if the initial read to real storage hadn\'t happened"',
      {
        means: 'from the fault handler on the same kernel functions run, and both end alike',
        asks: {
          'on storage': [
            ...sameFunctions(
              { design: V3, scenario: 'a=block: load a; store a', from: /op1_store.*\/fault\// },
              { design: V3, scenario: 'a=block: store a', from: /op0_store.*\/fault\// },
            ),
            ...sameEnds(
              { design: V3, scenario: 'a=block: load a; store a' },
              { design: V3, scenario: 'a=block: store a' },
            ),
          ],
          'on a hole': [
            ...sameFunctions(
              { design: V3, scenario: 'a=hole: load a; store a', from: /op1_store.*\/fault\// },
              { design: V3, scenario: 'a=hole: store a', from: /op0_store.*\/fault\// },
            ),
            ...sameEnds(
              { design: V3, scenario: 'a=hole: load a; store a' },
              { design: V3, scenario: 'a=hole: store a' },
            ),
          ],
        },
        note: 'The mail speaks of storage. There the branches differ (the entry and the PTE are found, not made), the functions do not.',
      },
    ),
    claim(
      'S0.14',
      'Zwisler',
      '"we end up in the same end state - with a dirty DAX radix tree entry and a writeable PTE"',
      {
        means: 'load; store ends as store does, beside anything, where the store is not killed',
        asks: {
          'one thread': sameAsStore(''),
          'beside loads and stores': ['load a', 'store a', 'load a; store a', '[mm2] load a; store a'].flatMap(
            sameAsStore,
          ),
          'beside fsync': ['fsync', 'store a || fsync'].flatMap(sameAsStore),
          'beside truncate, punch, munmap, madvise': [
            'truncate a',
            'punch a',
            'munmap a',
            'dontneed a',
            'munmap a || fsync',
            'fsync || truncate a',
          ].flatMap(sameAsStore),
          'beside read(2)': sameAsStore('read a'),
          'beside write(2), on storage': sameAsStore('write a').slice(0, 1),
          'beside write(2), on a hole': sameAsStore('write a').slice(1),
        },
        note: 'Beside write(2) a store after a load of the hole can end with the zero page writable; a store alone cannot.',
      },
    ),
  ],
};

export default chapter;
