/** Seed 001: Harrosh, 2015-04-07, "[1/3,v7] mm(v4.1): New pfn_mkwrite same as page_mkwrite for VM_PFNMAP". */
import { holds, takes, violates } from '../ask.ts';
import { type Chapter, claim, undecided } from '../case.ts';
import pageless from '../designs/v4.0-page_mkwrite-without-page.ts';
import onlyPfnMkwrite from '../designs/v4.1-only-pfn_mkwrite.ts';
import withoutPteSame from '../designs/v4.1-without-pte_same.ts';
import coreMakesWritable from '../designs/v4.12-core-makes-writable.ts';

const V41 = 'v4.1-pfn-mkwrite';
const ACCESS = 'a=block: load a; store a';

const chapter: Chapter = {
  title: 'pfn_mkwrite: a store that nobody is told of (2015-04-07)',
  cases: [
    claim(
      'S1.1',
      'Harrosh',
      'a filesystem without page structs gets no notification when "access is a write to a read-only PFN" (4.0)',
      {
        asks: [
          ...violates('mtime-on-write', { design: 'v4.0', scenario: ACCESS }),
          ...takes(
            'the filesystem is called in the store',
            /op1_store.*(?:dax_fault|file_update_time|pfn_mkwrite|page_mkwrite)/,
            { design: 'v4.0', scenario: ACCESS },
            true,
          ),
        ],
      },
    ),
    claim(
      'S1.2',
      'Harrosh',
      '"this can happen if we mmap() a file then first mmap-read from it to page-in a read-only PFN, than we mmap-write to the same page"',
      {
        asks: [
          ...violates('mtime-on-write', { design: 'v4.0', scenario: ACCESS }),
          ...holds('mtime-on-write', {
            design: 'v4.0',
            scenario: ['a=block: store a', 'a=hole: store a', 'a=hole: load a; store a'],
          }),
        ],
        note: 'A store without the load before it is told of in its first trap, and so is a store after a load of a hole.',
      },
    ),
    claim('S1.3', 'Harrosh', '"we fail to set ctime/mtime though we modified the file" (4.0)', {
      asks: [
        ...violates('mtime-on-write', { design: 'v4.0', scenario: ACCESS }),
        ...violates('mtime-by-msync', { design: 'v4.0', scenario: 'a=block: load a; store a; msync' }),
      ],
      note: 'The next msync does not make good for it.',
    }),
    claim('S1.4', 'Harrosh', '"upon dirtying of a pmem page we also want to RDMA the page to a remote cluster node"', {
      means: 'the notification comes before the store, each time that there is something new to send',
      asks: {
        'the first store through a PTE': holds('mtime-on-write', {
          design: V41,
          scenario: [
            ACCESS,
            'a=block: load a; store a || load a; store a',
            'a=block: load a; store a || truncate a',
            'a=hole: load a; store a || [mm2] load a; store a',
          ],
        }),
        'a store after an fsync has sent the page (4.1)': holds('mtime-by-msync', {
          design: V41,
          scenario: 'a=block: store a; fsync; store a; fsync',
        }),
        'a store after an fsync that write-protects (4.12)': holds('mtime-by-msync', {
          design: ['v4.12', 'v4.14'],
          scenario: 'a=block: store a; fsync; store a; fsync',
        }),
      },
      note: 'The vector alone is not enough: in 4.1 nothing makes a PTE read-only again, so that only its first store is told of.',
    }),
    claim(
      'S1.5',
      'Harrosh',
      'to reuse page_mkwrite, users would have to be patched "so to not-crash-on-no-page … current DAX code (which this is for) would crash"',
      {
        means: "ext4's ->page_mkwrite() of 4.0, called without a page, does what it must not",
        asks: [
          ...violates('no-warn', { design: pageless, scenario: [ACCESS, 'a=block: load a; store a || punch a'] }),
          ...violates('store-completes', { design: pageless, scenario: ACCESS }),
        ],
        note:
          'dax_mkwrite() is dax_fault(): do_dax_fault() looks the page up in the mapping and never uses vmf->page but to return one. ' +
          "It would not crash. It would insert the pfn again, get -EBUSY, and return NOPAGE, which page_mkwrite's caller takes for " +
          '"retry": the store never completes.',
      },
    ),
    claim(
      'S1.6',
      'Harrosh',
      '"the new vector is better for performance, because else we will call all current Kernel vectors, so to: check-ha-no-page-do-nothing and return"',
      {
        ...undecided('no question of behaviour', 'A call through one more pointer costs nanoseconds; no run differs.'),
      },
    ),
    claim(
      'S1.7',
      'Harrosh',
      '"no need to call it from do_shared_fault because do_wp_page is called to change pte permissions anyway"',
      {
        asks: {
          'the VMA has ->page_mkwrite() as well': [
            ...holds('mtime-on-write', {
              design: V41,
              scenario: [ACCESS, 'a=block: store a', 'a=hole: store a || store a'],
            }),
            ...takes('a store on an empty PTE goes on to do_wp_page()', /op0_store.*\bdo_wp_page:/, {
              design: V41,
              scenario: 'a=block: store a',
            }),
          ],
          'the VMA has ->pfn_mkwrite() alone': holds('mtime-on-write', { design: onlyPfnMkwrite, scenario: ACCESS }),
          'the fault inserts a writable PTE (the patch of 2016), and updates the times itself': holds(
            'mtime-on-write',
            { design: 'write-faults-2016', scenario: [ACCESS, 'a=block: store a'] },
          ),
        },
        note: 'vm_page_prot is read-only only if vma_wants_writenotify() says so, and up to 4.2 it asks for ->page_mkwrite() alone (C06).',
      },
    ),
    claim(
      'S1.8',
      'Harrosh',
      'Locking: "Expected return is VM_FAULT_NOPAGE. Or one of the VM_FAULT_ERROR types. The default behavior after this call is to make the pte read-write, unless pfn_mkwrite returns an error."',
      {
        means: 'with that rule a handler can say all that it has to say',
        asks: {
          'the handler only takes note (4.1)': [
            ...holds(['store-completes', 'mtime-on-write'], {
              design: V41,
              scenario: [ACCESS, 'a=block: load a; store a || load a; store a'],
            }),
          ],
          'the handler makes the PTE writable itself; nothing write-protects it': holds(
            ['store-completes', 'writable-implies-dirty'],
            {
              design: coreMakesWritable,
              scenario: [
                ACCESS,
                'a=block: load a; store a || load a; store a',
                'a=block: load a; store a || dontneed a',
              ],
            },
          ),
          'the same, beside an fsync that write-protects': holds('writable-implies-dirty', {
            design: coreMakesWritable,
            scenario: 'a=block: load a; store a || fsync',
          }),
          'the handler finds that it has to refuse': holds('writable-implies-dirty', {
            design: coreMakesWritable,
            scenario: 'a=block: load a; store a || invalidate a',
          }),
        },
        note:
          'There is no return value for "do not make it writable, try again". A handler that finds the entry gone (deleted, and ' +
          'the PTE not unmapped yet) has to return NOPAGE, and the core makes the PTE writable over no entry. A handler that made the ' +
          'PTE writable itself can be undone: fsync write-protects it again, so that it equals orig_pte, and the core makes it ' +
          'writable a second time, over an entry that is clean by then. 4.10 changed the rule: NOPAGE means that the handler dealt ' +
          'with the PTE.',
      },
    ),
    claim(
      'S1.9',
      'Harrosh',
      'the PTL is dropped round pfn_mkwrite, and the PTE is compared again ("pte_same check after the call to pfn_mkwrite")',
      {
        means: 'without the comparison it goes wrong, with it not',
        asks: [
          ...violates('no-freed-block-mapped', {
            design: withoutPteSame,
            scenario: ['a=block: load a; store a || truncate a', 'a=block: load a; store a || punch a'],
          }),
          ...holds('no-freed-block-mapped', { design: V41, scenario: 'a=block: load a; store a || truncate a' }),
        ],
      },
    ),
    claim(
      'S1.10',
      'Harrosh',
      '"we might have raced with another page fault while we released the pte_offset_map_lock"',
      {
        asks: takes('the PTE is not the same after pfn_mkwrite', /relock wp_pfn_shared: !pte_same/, {
          design: V41,
          scenario: ['a=block: load a; store a || load a; store a', 'a=block: load a; store a || truncate a'],
        }),
        note: 'With another fault, and also with a truncate.',
      },
    ),
    claim('S1.11', 'Harrosh', 'on a mismatch wp_pfn_shared() returns 0, and the access is tried again', {
      means: 'that ends well: the store completes, and into the right block',
      asks: [
        ...holds(['store-completes', 'mtime-on-write'], {
          design: V41,
          scenario: [
            'a=block: load a; store a || load a; store a',
            'a=block: load a; store a || truncate a',
            'a=block: load a; store a || dontneed a',
            'a=block: load a; store a || punch a',
          ],
        }),
        ...holds('no-freed-block-mapped', {
          design: V41,
          scenario: 'a=block: load a; store a || truncate a',
        }),
      ],
    }),
    claim(
      'S1.12',
      'Harrosh',
      'the comment "we can\'t do any dirty accounting on raw pfn maps" becomes "just mark the pages writable and/or call ops->pfn_mkwrite"',
      {
        means:
          'what a store on a read-only PTE of storage then does: the filesystem is called if it asks for it, and the PTE becomes writable',
        asks: [
          ...takes('the filesystem is called', /op1_store.*pfn_mkwrite/, { design: V41, scenario: ACCESS }),
          ...takes('the PTE becomes writable', /wp_pfn_shared.*ptep_set_access_flags|wp_pfn_shared.*reuse/, {
            design: V41,
            scenario: ACCESS,
          }),
          ...takes('the filesystem is called', /op1_store.*pfn_mkwrite/, { design: 'v4.0', scenario: ACCESS }, true),
          ...takes('the PTE becomes writable', /do_wp_page.*(?:ptep_set_access_flags|reuse)/, {
            design: 'v4.0',
            scenario: ACCESS,
          }),
        ],
        note: 'That dirty accounting cannot be done stays true of 4.1 (S1.13), and stops being so with the tags of 4.5.',
      },
    ),
    claim('S1.13', 'Harrosh', 'wp_page_reuse(…, NULL, 0, 0): without a page there is no set_page_dirty()', {
      asks: takes(
        'something is marked dirty in a store',
        /store.*(?:set_page_dirty|DIRTY|tag)/,
        { design: ['v4.0', V41], scenario: [ACCESS, 'a=block: load a; store a || store a; fsync'] },
        true,
      ),
      note: 'So fsync of 4.1 knows of no page that was stored to; tags came with 4.5.',
    }),
    claim(
      'S1.14',
      'Harrosh',
      'splitting out wp_pfn_shared(), and linear_page_index() for pgoff (comments of Shutemov)',
      {
        ...undecided(
          'no question of behaviour',
          'Where code stands, and how an index is computed that no other code changes.',
        ),
      },
    ),
    claim(
      'S1.15',
      'Harrosh',
      '"an xfstest is attached that shows the failure and the fix" (generic/080: mtime and ctime after a store that follows a load)',
      {
        asks: [
          ...violates('mtime-on-write', { design: 'v4.0', scenario: ACCESS }),
          ...holds('mtime-on-write', {
            design: [V41, 'v4.5', 'v4.9', 'v4.12', 'v4.14', 'v5.10', 'v6.1'],
            scenario: [ACCESS, 'a=hole: load a; store a'],
          }),
        ],
      },
    ),
    claim(
      'S1.16',
      'follow-up 2/3',
      'the operation that takes freeze protection also fixes writes to a frozen filesystem',
      {
        asks: holds('no-write-when-frozen', {
          design: V41,
          scenario: ['a=block: load a; store a || freeze', 'a=block: load a; store a || freeze; thaw'],
        }),
        note:
          'It makes the gap smaller. dax_pfn_mkwrite() gives the protection back before wp_pfn_shared() makes the PTE writable; the ' +
          'freeze can complete in between. From 4.10 on the PTE is made writable under the protection.',
      },
    ),
    claim(
      'S1.18',
      'implicit',
      'pte_same() suffices: a PTE that went and came back with the same value may be made writable',
      {
        asks: {
          'nothing but the times hangs on the call (4.1)': [
            ...holds('mtime-on-write', {
              design: V41,
              scenario: [
                'a=block: load a; store a || truncate a; write a; load a',
                'a=block: load a; store a || dontneed a; load a',
              ],
            }),
            ...holds('no-freed-block-mapped', {
              design: V41,
              scenario: 'a=block: load a; store a || truncate a; write a; load a',
            }),
          ],
          'the call sets a DIRTY tag, and the entry lock is gone after it (4.9)': holds('writable-implies-dirty', {
            design: 'v4.9',
            scenario: 'a=block: load a; store a || punch a; write a; load a',
          }),
          'the handler makes the PTE writable, fsync makes it read-only again, and the core compares (4.12 with the rule of 4.1)':
            holds('writable-implies-dirty', {
              design: coreMakesWritable,
              scenario: 'a=block: load a; store a || fsync',
            }),
          'the PTE is made writable while the entry is locked (4.12)': holds('writable-implies-dirty', {
            design: 'v4.12',
            scenario: 'a=block: load a; store a || punch a; write a; load a',
          }),
        },
        note:
          '4.9 sets DIRTY, drops everything, and compares the PTE later. In between punch deletes the entry, write(2) gets the same block ' +
          'back, and a load maps it again, read-only, with a clean entry: the same PTE value. pte_same() passes, and the PTE is ' +
          'writable over a clean entry. 4.10 moved the comparison under the entry lock.',
      },
    ),
  ],
};

export default chapter;
