/** What the code says, and comments in it that are older than the series. */
import { violated } from '../../../explorer/property.ts';
import { inode } from '../../../model/entries/inode.ts';
import { faultLock } from '../../../model/entries/rwsem.ts';
import { endsAre, holds, takes, violates } from '../../ask.ts';
import { type Claim, claim, undecided } from '../../case.ts';
import { exactWaitKey } from '../../designs/pmd-mutants.ts';
import withoutFaultLock from '../../designs/v4.9-pfn_mkwrite-without-fault-lock.ts';
import { pteOf } from '../../ends.ts';
import { observe } from '../../observe.ts';
import { LOAD_STORE, OLD, V2 } from './shared.ts';

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

export const code: readonly Claim[] = [
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
          // Not munmap(2): it holds mmap_sem for writing, the fault for reading.
          scenario: 'a=block: load a; store a || dontneed a',
        }),
        ...holds(['store-completes', 'writable-implies-dirty', 'fsync-durable'], {
          design: OLD,
          scenario: [
            'a=block: load a; store a; fsync || dontneed a',
            'a=block: load a; store a; fsync || load a; store a',
          ],
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
        'tlb=on, beside munmap or madvise, which clear the PTE first and flush later': holds('writable-implies-dirty', {
          design: [OLD, 'v4.14'],
          scenario: [
            'a=block: store a; store a || dontneed a || fsync',
            'a=block: store a; store a || munmap a || fsync',
          ],
          config: 'tlb=on',
        }),
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
];
