/** Seed 003: Wilcox and Lutomirski, 2016-01-25..27, on "[PATCH 3/3] dax: Handle write faults more efficiently". */
import { SCENARIOS } from '../../model/scenarios.ts';
import { costs, endsAre, holds, noWorse, takes } from '../ask.ts';
import { type Chapter, claim } from '../case.ts';
import onlyPfnMkwrite from '../designs/v4.1-only-pfn_mkwrite.ts';
import { entryOf, pteOf } from '../ends.ts';

const WF = 'write-faults-2016';
const FT = 'write-faults-2016-fallthrough';
const BASE = 'v4.5';
const DEFAULTS = Object.values(SCENARIOS).flat();
const STORE = ['a=block: store a', 'a=hole: store a'];

const chapter: Chapter = {
  title: 'Write faults in one trap (2016-01-25)',
  cases: [
    claim(
      'S3.1',
      'Wilcox',
      '"when we handle a write-fault on a DAX mapping, we currently insert a read-only mapping and then take the page fault again to convert it to a writable mapping"',
      {
        asks: [
          ...costs('traps', { position: 0 }, '2', (c) => c.best === 2 && c.worst === 2, {
            design: BASE,
            scenario: STORE,
          }),
          ...takes('the fault inserts a read-only PTE', /op0_store.*insert_pfn: set_pte_at\(ro\)/, {
            design: BASE,
            scenario: STORE,
          }),
        ],
      },
    ),
    claim('S3.2', 'Wilcox', '"this is necessary for the case where we cover a hole with a read-only zero page"', {
      means: 'a store on a hole needs the read-only insertion',
      asks: [
        ...costs('traps', { position: 0 }, 'more than 1', (c) => (c.best ?? 0) > 1, {
          design: WF,
          scenario: 'a=hole: store a',
        }),
        ...costs('traps', { position: 1 }, 'more than 1', (c) => (c.best ?? 0) > 1, {
          design: WF,
          scenario: 'a=hole: load a; store a',
        }),
      ],
      note:
        'A store on a hole allocates the block, in the same fault, and the block can be mapped writable. Only loads map hole pages, and ' +
        'those are unmapped before the block is mapped. After a load it takes two traps in 4.5 and one with the patch.',
    }),
    claim('S3.3', 'Wilcox', '"but when we have a data block already allocated, it is inefficient"', {
      asks: [
        ...costs('traps', { position: 0 }, '2', (c) => c.worst === 2, { design: BASE, scenario: 'a=block: store a' }),
        ...costs('traps', { position: 0 }, '1', (c) => c.worst === 1, { design: WF, scenario: 'a=block: store a' }),
        ...costs('sleeping-locks', { position: 0 }, 'fewer than before', (c) => c.worst < 8, {
          design: WF,
          scenario: 'a=block: store a',
        }),
      ],
    }),
    claim(
      'S3.4',
      'Wilcox',
      '"use the recently added vmf_insert_pfn_prot() to insert a writable mapping, even though the default VM flags say to use a read-only mapping"',
      {
        asks: [
          ...takes('the fault inserts a writable PTE', /op0_store.*insert_pfn: set_pte_at\(rw/, {
            design: WF,
            scenario: STORE,
          }),
          ...endsAre(
            'the PTE is writable, the entry dirty',
            (e) => pteOf(e) === 'rw blk.a dirty' && entryOf(e) === 'blk blk.a dirty',
            { design: WF, scenario: STORE },
          ),
        ],
        note: 'Not in the model: vmf_insert_pfn_prot() has a BUG_ON() for a pfn with a struct page in a VM_MIXEDMAP VMA, so the patch as posted stops the kernel on storage that has struct pages.',
      },
    ),
    claim(
      'S3.5',
      'Lutomirski',
      '"do you need to make sure to do all the do_wp_page work, though? (E.g. we currently update mtime in there.)" Wilcox: "so I think we\'re covered"',
      {
        means: 'the times are updated, freeze protection is held, and the tag is set, as with do_wp_page()',
        asks: [
          ...holds(['mtime-on-write'], {
            design: WF,
            scenario: [
              ...STORE,
              'a=block: load a; store a',
              'a=hole: store a || store a',
              'a=block: store a || truncate a',
              'a=block: store a || punch a',
            ],
          }),
          ...holds('writable-implies-dirty', { design: WF, scenario: [...STORE, 'a=block: store a || fsync'] }),
          ...holds('no-write-when-frozen', { design: WF, scenario: 'a=block: store a || freeze' }),
        ],
        note: 'More than covered: 4.5 itself loses the race with a freeze (a=block: store a || freeze), the patch wins it.',
      },
    ),
    claim('S3.6', 'Lutomirski', '"on second reading, though, what ensures that the vm is VM_WRITE|VM_SHARED?"', {
      means: 'something does: no PTE of a private or read-only mapping becomes a writable one of the file',
      asks: [
        ...holds('private-stays-private', {
          design: WF,
          scenario: [
            'a=block: [private] store a',
            'a=hole: [private] load a; store a',
            'a=block: [private] load a; store a || store a',
            'a=block: [private] store a || [private] store a || punch a',
          ],
        }),
        ...endsAre('no PTE is writable', (e) => !pteOf(e, 'a', 'mm1:ro').startsWith('rw'), {
          design: WF,
          scenario: ['a=block: [ro] store a', 'a=block: [ro] load a; store a'],
        }),
      ],
      note: 'The copy of a private mapping is made before the insertion is reached; a store through a mapping without VM_WRITE is refused before handle_mm_fault(). FOLL_FORCE is not modelled.',
    }),
    claim(
      'S3.7',
      'Lutomirski',
      'wants a WARN_ON_ONCE that the pgprot one starts with is read-only, or a generic pgprot_writable()',
      {
        means: 'the check would find something: a load maps with vm_page_prot, and that is writable',
        asks: {
          'a filesystem with ->pfn_mkwrite() and no ->page_mkwrite(), before 8a04446ab0cf': takes(
            'a load inserts a writable PTE',
            /op0_load.*set_pte_at\(vm_page_prot: rw\)/,
            { design: onlyPfnMkwrite, scenario: 'a=block: load a; store a' },
          ),
          'ext4 of the patch': takes('a load inserts a writable PTE', /op0_load.*insert_pfn.*\brw\b/, {
            design: [BASE, WF],
            scenario: ['a=block: load a; store a', 'a=hole: load a; store a'],
          }),
        },
        note: 'C06. ext4 has ->page_mkwrite() as well, so its shared VMAs always want to be notified of writes.',
      },
    ),
    claim(
      'S3.8',
      'Lutomirski',
      '"this optimization could be generalized, albeit a bit slower, by having handle_pte_fault check if the inserted pte is read-only for a write fault and continuing down the function to the wp_page logic"',
      {
        means: 'that also takes one trap, and breaks nothing',
        asks: [
          ...costs('traps', { position: 0 }, '1', (c) => c.worst === 1, { design: FT, scenario: STORE }),
          ...costs('sleeping-locks', { position: 0 }, 'more than with the patch', (c) => c.worst > 4, {
            design: FT,
            scenario: 'a=block: store a',
          }),
          ...noWorse(FT, BASE, { scenario: DEFAULTS }),
          ...noWorse(FT, BASE, {
            scenario: [
              'a=block: store a || freeze',
              'a=block: store a || store a || fsync',
              'a=block: load a; store a || dontneed a',
            ],
          }),
        ],
        note: 'After a load of a hole it takes two traps, as 4.5: ->page_mkwrite() returns NOPAGE, and the function is not gone down.',
      },
    ),
    claim(
      'S3.9',
      'Lutomirski',
      '"returning back to the arch entry code and retrying the fault the old fashioned way is both very slow and has an outcome that\'s known in advance"',
      {
        means: 'when ->fault has returned, the PTE is read-only and stays so until it is looked at again',
        asks: {
          'nobody else runs': takes(
            'the second look finds anything but a read-only PTE',
            /look_again handle_pte_fault: \*pte is/,
            { design: FT, scenario: STORE },
            true,
          ),
          'beside another store': takes(
            'the second look finds anything but a read-only PTE',
            /look_again handle_pte_fault: \*pte is/,
            { design: FT, scenario: 'a=block: store a || store a' },
            true,
          ),
          'beside punch, truncate or madvise': takes(
            'the second look finds anything but a read-only PTE',
            /look_again handle_pte_fault: \*pte is/,
            {
              design: FT,
              scenario: [
                'a=block: store a || punch a',
                'a=block: store a || truncate a',
                'a=block: store a || dontneed a',
              ],
            },
            true,
          ),
        },
      },
    ),
    claim('S3.10', 'Lutomirski', '"we currently update mtime in there" (do_wp_page())', {
      asks: takes('do_wp_page() leads to file_update_time()', /op1_store.*do_wp_page.*file_update_time/, {
        design: BASE,
        scenario: 'a=block: load a; store a',
      }),
      note: '->fault of a store updates it too, so that a store on an empty PTE updates it twice in 4.5.',
    }),
    claim(
      'S3.11',
      'implicit',
      'a PTE that is writable when it is inserted has a dirty entry: dax_radix_entry() tags before the insertion',
      {
        asks: {
          'beside fsync, punch, truncate, another store': holds('writable-implies-dirty', {
            design: WF,
            scenario: [
              ...STORE,
              'a=block: store a || fsync',
              'a=block: store a || punch a',
              'a=block: store a || truncate a',
              'a=block: store a || store a || fsync',
              'a=hole: store a || [mm2] store a',
              'a=hole: store a || store a; fsync',
            ],
          }),
          'write(2) deletes dirty entries, where a hole page is in the file (4.5 and 4.9 as well)': [
            ...holds('writable-implies-dirty', { design: WF, scenario: 'a=hole: load a; store a || write a' }),
          ],
        },
        note: "The exception is not the patch's: v4.5 violates it in the same scenario, one trap later.",
      },
    ),
  ],
};

export default chapter;
