/** What the settings of a run mean, for the reference. A new config or value does not compile without its line here. */
import type { CONFIGS, ConfigName } from './config.ts';

export interface ConfigText<V extends string> {
  /** What it decides. */
  readonly what: string;
  readonly values: Readonly<Record<V, string>>;
}

export const CONFIG_TEXTS: { readonly [N in ConfigName]: ConfigText<(typeof CONFIGS)[N][number]> } = {
  'pte-special': {
    what: 'whether the architecture has a "special" bit in the PTE (`HAVE_PTE_SPECIAL`)',
    values: {
      on: 'a PTE of the zero page or of storage has no struct page for the core (x86-64)',
      off: 'the zero page is a normal page: it is counted, and a store on it goes through `->page_mkwrite`',
    },
  },
  thp: {
    what: 'transparent huge pages: whether faults may map 2 MiB at once',
    values: { off: 'PTEs only', on: 'PMD faults, PMD entries in the tree' },
  },
  fs: {
    what: 'the filesystem: its handlers, its locks, and how it allocates, converts and frees blocks',
    values: {
      ext4: 'extent-mapped, data=ordered',
      ext2: 'no journal, no unwritten extents, no punch; designs of which it is known what ext2 does',
      xfs: 'the fault lock is taken before i_size changes; designs of 4.9 and later',
    },
  },
  tlb: {
    what: 'whether the TLBs of the CPUs are components of their own',
    values: {
      off: 'every access sees the PTE as it is now',
      on: 'a CPU may use an old translation until it is flushed',
    },
  },
  'pte-gap': {
    what: 'whether a PTE that is cleared and set again under one page-table lock can be seen cleared, and a huge PMD invalid',
    values: {
      off: 'write-protecting, copying on write and mprotect change a PTE in one step',
      on: 'the MMU, and the first look of a fault, which take no lock, may find it none in between; a huge PMD only the MMU',
    },
  },
  'page-mkwrite': {
    what: 'whether the filesystem has a `->page_mkwrite` handler',
    values: { on: 'it has one', off: 'a page of the page cache becomes writable without asking the filesystem' },
  },
  errors: {
    what: 'whether allocations and I/O may fail',
    values: {
      off: 'all of them succeed',
      on: 'each failure is an alternative of its step; at most one call fails in a run',
    },
  },
  journal: {
    what: 'whether a commit is what it is to the filesystem: on ext4 it waits for open handles, and they for it',
    values: {
      off: 'a handle is there at once; what starts one is counted',
      on: 'ext4 on jbd2, XFS with its log (which waits for nobody), with `commit` as an operation; DAX designs',
    },
  },
  'es-cache': {
    what: "whether ext4's cache of extents is a component of its own: of a range a lookup answers with the piece that the cache has",
    values: {
      off: 'every lookup answers with all of the extent or hole',
      on: 'with thp=on on ext4; designs of 5.10 and later',
    },
  },
  'user-buffer': {
    what: "whether a DAX file's read(2) and write(2) take a page fault where they copy from or to the user, with the locks that they hold, and whether write(2) gets all that it copies",
    values: {
      present: 'the buffer is mapped: the copy is one step',
      anonymous: 'each copy takes the lock of the address space for reading, and gives it back, before',
      file: "what write(2) copies lies in the process's own mapping of the file: it loads from there before; read(2) as with anonymous",
      short:
        'what write(2) copies may not be there: it copies none of it (EFAULT), or, within i_size, ends behind the first bytes of the page',
    },
  },
  'block-reuse': {
    what: 'what becomes of a block that truncate or punch frees',
    values: {
      same: 'it is free, and this file may get it again',
      none: 'it is free, and is never used again',
      foreign: "another file owns it at once, and its bytes are that file's",
    },
  },
};
