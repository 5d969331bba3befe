/** Random scenarios that were run: `npm run lab -- --kernel 6.12 --fs ext4 --random 500 --seed 11`, and what came of it. */
export interface RandomRun {
  readonly kernel: string;
  readonly fs: string;
  readonly seed: number;
  readonly scenarios: number;
  readonly operations: number;
  readonly compared: number;
  /** Differences that are explained, here or in lab/conformance/known.ts. */
  readonly known: number;
  /** Others. */
  readonly differences: number;
}

export const RANDOM_RUNS: readonly RandomRun[] = [
  {
    kernel: 'Linux 6.12.117',
    fs: 'ext4',
    seed: 1,
    scenarios: 120,
    operations: 1447,
    compared: 1424,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 6.1.192',
    fs: 'ext4',
    seed: 2,
    scenarios: 120,
    operations: 1449,
    compared: 1423,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 6.12.117',
    fs: 'ext4',
    seed: 11,
    scenarios: 500,
    operations: 6156,
    compared: 6066,
    known: 2,
    differences: 0,
  },
  {
    kernel: 'Linux 6.1.192',
    fs: 'ext4',
    seed: 12,
    scenarios: 500,
    operations: 6153,
    compared: 6119,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 6.12.117',
    fs: 'xfs',
    seed: 13,
    scenarios: 500,
    operations: 6096,
    compared: 6039,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 6.12.117',
    fs: 'ext4',
    seed: 21,
    scenarios: 850,
    operations: 11679,
    compared: 11587,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 5.10.262',
    fs: 'ext4',
    seed: 22,
    scenarios: 850,
    operations: 11593,
    compared: 11514,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 7.2.12',
    fs: 'ext4',
    seed: 23,
    scenarios: 850,
    operations: 11683,
    compared: 11640,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 6.1.192',
    fs: 'ext4',
    seed: 24,
    scenarios: 320,
    operations: 4335,
    compared: 4313,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 6.12.117',
    fs: 'ext4',
    seed: 31,
    scenarios: 400,
    operations: 5405,
    compared: 5248,
    known: 1,
    differences: 0,
  },
  {
    kernel: 'Linux 6.12.117',
    fs: 'ext4',
    seed: 32,
    scenarios: 400,
    operations: 5340,
    compared: 5231,
    known: 2,
    differences: 0,
  },
  {
    kernel: 'Linux 7.2.12',
    fs: 'ext4',
    seed: 33,
    scenarios: 400,
    operations: 5380,
    compared: 5232,
    known: 1,
    differences: 0,
  },
  {
    kernel: 'Linux 7.2.12',
    fs: 'ext4',
    seed: 34,
    scenarios: 400,
    operations: 5355,
    compared: 5209,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 6.1.192',
    fs: 'ext4',
    seed: 35,
    scenarios: 250,
    operations: 3361,
    compared: 3334,
    known: 1,
    differences: 0,
  },
  {
    kernel: 'Linux 5.10.262',
    fs: 'ext4',
    seed: 36,
    scenarios: 250,
    operations: 3353,
    compared: 3263,
    known: 75,
    differences: 0,
  },
  {
    kernel: 'Linux 6.12.117',
    fs: 'xfs',
    seed: 37,
    scenarios: 250,
    operations: 3372,
    compared: 3290,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 7.2.12',
    fs: 'xfs',
    seed: 38,
    scenarios: 200,
    operations: 2695,
    compared: 2656,
    known: 1,
    differences: 0,
  },
  {
    kernel: 'Linux 6.1.192',
    fs: 'xfs',
    seed: 39,
    scenarios: 200,
    operations: 2696,
    compared: 2659,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 5.10.262',
    fs: 'xfs',
    seed: 40,
    scenarios: 200,
    operations: 2698,
    compared: 2636,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 5.10.262',
    fs: 'ext4',
    seed: 41,
    scenarios: 275,
    operations: 3694,
    compared: 3628,
    known: 91,
    differences: 0,
  },
  {
    kernel: 'Linux 6.1.192',
    fs: 'ext4',
    seed: 42,
    scenarios: 275,
    operations: 3736,
    compared: 3686,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 5.10.262',
    fs: 'ext4',
    seed: 43,
    scenarios: 275,
    operations: 3734,
    compared: 3650,
    known: 91,
    differences: 0,
  },
  {
    kernel: 'Linux 6.1.192',
    fs: 'ext4',
    seed: 44,
    scenarios: 275,
    operations: 3705,
    compared: 3621,
    known: 1,
    differences: 0,
  },
  {
    kernel: 'Linux 5.10.262',
    fs: 'xfs',
    seed: 45,
    scenarios: 300,
    operations: 3979,
    compared: 3877,
    known: 1,
    differences: 0,
  },
  {
    kernel: 'Linux 6.1.192',
    fs: 'xfs',
    seed: 46,
    scenarios: 300,
    operations: 4017,
    compared: 3980,
    known: 1,
    differences: 0,
  },
  {
    kernel: 'Linux 6.12.117',
    fs: 'xfs',
    seed: 47,
    scenarios: 300,
    operations: 4010,
    compared: 3933,
    known: 0,
    differences: 0,
  },
  {
    kernel: 'Linux 7.2.12',
    fs: 'xfs',
    seed: 48,
    scenarios: 300,
    operations: 4020,
    compared: 3966,
    known: 0,
    differences: 0,
  },
];

/** What random scenarios showed of which the model has nothing, each followed by hand: too rare, or too much, to tell from the operation alone. */
export interface ExplainedScenarios {
  readonly title: string;
  readonly designs: readonly string[];
  readonly scenarios: readonly string[];
  readonly cause: string;
}

export const EXPLAINED: readonly ExplainedScenarios[] = [
  {
    title: 'a page beside one that is written stays unwritten or does not, or a PMD is not had',
    designs: ['v5.10', 'v6.1', 'v6.12', 'v7.2'],
    scenarios: [
      'random-31-284',
      'random-32-205',
      'random-33-17',
      'random-35-214',
      'random-43-112',
      'random-45-224',
      'random-46-248',
    ],
    cause:
      'A freed block is handed out again only when its transaction is committed, and then not to the same page first (ext4; XFS: `xfs_extent_busy_trim()`, zero-range ' +
      'being `xfs_free_file_space()` and `xfs_alloc_file_space()`). What is allocated for the page meanwhile lies elsewhere, and is another extent than its neighbours. ' +
      'Blocks of the model have no places: with `block-reuse=same` a page gets its own back.',
  },
  {
    title: 'a load of a hole of 2 MiB is mapped by a PTE',
    designs: ['v5.10', 'v6.1', 'v6.12'],
    scenarios: ['random-32-327', 'random-43-72', 'random-44-136'],
    cause:
      'ext4 keeps extents that it has looked up in a cache, and holes as well. A page that is allocated or punched cuts such a hole in pieces (`ext4_es_insert_extent()`, ' +
      '`ext4_es_remove_extent()` of `ext4_punch_hole()`; since 9f1118223aa0, 6.9, the punched page is left there as a hole of its own), and `ext4_map_blocks()` answers with ' +
      'the piece that it finds: `ext4_iomap_begin()` tells of a hole of less than 2 MiB, and `dax_iomap_pmd_fault()` falls back. The model has the extents, not the cache ' +
      'of them.',
  },
  {
    title: 'a store through MAP_SYNC does not wait, though nothing was synced',
    designs: ['v7.2'],
    scenarios: ['random-38-123'],
    cause:
      'The log was written meanwhile (XFS, a slow run of the machine). In the model a transaction is never committed by itself, so that more faults wait than have to.',
  },
];
