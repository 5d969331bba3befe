/** Calls on one page; a mapping of another process; the other page; several calls on a side; fork; private mappings. */
import { each, type Family, together } from './family.ts';

const SHARED = 'mmap a 0 2 shared rw';
const OTHER = 'mmap b 0 2 shared rw other';
const PRIVATE = 'mmap c 0 2 private rw';

/** @param mapped what maps the file @param alike what the other mapping does, too, so that its PTEs are there */
const statesOf = (mapped: readonly string[], alike: readonly string[] = []): Record<string, readonly string[]> => ({
  hole: ['trunc 2', ...mapped],
  zero: ['trunc 2', ...mapped, 'ld a 1', ...alike],
  clean: ['write 0 2 9', 'fsync', ...mapped, 'ld a 1', ...alike],
  dirty: ['trunc 2', ...mapped, 'st a 1 3', ...alike],
});
const STATES = statesOf([SHARED]);
const { zero: _, ...THREE } = STATES;
const { zero: __, ...THREE_OTHER } = statesOf([SHARED, OTHER], ['ld b 1']);

const CALLS = ['ld a 1', 'st a 1 5', 'read 1', 'write 1 1 0x55', 'fsync', 'punch 1 1', 'trunc 1', 'dontneed a 1 1'];
const MORE = ['msync a 0 2', 'mprotect a r'];
const THROUGH = ['ld a 1', 'st a 1 5', 'dontneed a 1 1', 'msync a 0 2'];
const ofPartner = (calls: readonly string[]): string[] => calls.map((c) => c.replace(' a ', ' b '));
const IN_TURN = [
  'st a 1 5 ; fsync',
  'st a 1 5 ; msync a 0 2',
  'st a 1 5 ; ld a 1',
  'write 1 1 0x55 ; ld a 1',
  'punch 1 1 ; ld a 1',
  'fsync ; st a 1 5',
  'dontneed a 1 1 ; st a 1 5',
];

const MUNMAP = 'munmap a';
/** They would make the file longer where it is too short, which the model's do not: not beside truncate. */
const KEEPS_SIZE = [...CALLS, 'msync a 0 2'].filter((c) => !c.startsWith('trunc'));
const BESIDE_POPULATE = ['ld a 1', 'st a 1 5', 'write 1 1 0x55', 'fsync', 'punch 1 1', 'zero 1 1'];

export const ONE_PAGE: readonly Family[] = [
  { name: '', states: STATES, pairs: together([...CALLS, ...MORE]) },
  {
    name: 'other-',
    states: statesOf([SHARED, OTHER], ['ld b 1']),
    pairs: [
      ...together(THROUGH).map(([one, two]): [string, string] => [one, two.replace(' a ', ' b ')]),
      ...each(['write 1 1 0x55', 'fsync', 'punch 1 1', 'trunc 1'], ofPartner(THROUGH)),
    ],
  },
  {
    name: 'page-',
    states: STATES,
    pairs: [
      ...each(
        ['ld a 1', 'st a 1 5', 'punch 1 1', 'write 1 1 0x55'],
        ['ld a 0', 'st a 0 6', 'punch 0 1', 'write 0 1 0x66'],
      ),
      ...each(['trunc 1'], ['ld a 0', 'st a 0 6']),
    ],
  },
  {
    name: 'turn-',
    states: THREE,
    pairs: each(
      IN_TURN,
      CALLS.filter((c) => c !== 'read 1'),
    ),
  },
  {
    name: 'turn-other-',
    states: THREE_OTHER,
    pairs: each(['st a 1 5 ; fsync'], ['ld b 1', 'st b 1 5', 'st b 1 6 ; fsync', 'dontneed b 1 1']),
  },
  {
    name: 'fork-',
    states: STATES,
    pairs: each(['child ld a 1', 'child st a 1 7'], CALLS.filter((c) => c !== 'read 1').concat('msync a 0 2')),
  },
  {
    name: 'private-',
    states: {
      hole: ['trunc 2', PRIVATE],
      clean: ['write 0 2 9', 'fsync', PRIVATE, 'ld c 1'],
      copy: ['trunc 2', PRIVATE, 'st c 1 3'],
    },
    pairs: [
      ...each(['child ld c 1', 'child st c 1 7'], ['ld c 1', 'st c 1 5', 'write 1 1 0x55', 'punch 1 1']),
      ...each(['ld c 1', 'st c 1 5', 'dontneed c 1 1'], ['write 1 1 0x55', 'punch 1 1', 'trunc 1', 'fsync']),
    ],
  },
  {
    // The other mapping shows the entry of the page.
    name: 'munmap-',
    states: statesOf([SHARED, OTHER]),
    pairs: [...each([MUNMAP], [...CALLS, ...MORE]), [MUNMAP, 'st a 1 5 ; fsync']],
  },
  { name: 'munmap-other-', states: statesOf([SHARED, OTHER]), pairs: each([MUNMAP], ofPartner(THROUGH)) },
  {
    name: 'fallocate-',
    states: { ...STATES, unwritten: ['falloc 0 2', SHARED] },
    pairs: each(['falloc 1 1', 'zero 1 1'], KEEPS_SIZE),
  },
  { name: 'populate-', states: STATES, pairs: each(['mmap c 0 2 shared rw populate'], BESIDE_POPULATE) },
  { name: 'populate-private-', states: STATES, pairs: each(['mmap c 0 2 private rw populate'], BESIDE_POPULATE) },
];
