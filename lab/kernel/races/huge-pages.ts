/** Calls on a file of 2 MiB, which is mapped by one PMD: on one of its pages, and on all of it. */
import { each, type Family, together } from './family.ts';

const map = (letter: string, how = ''): string[] => [`mmap ${letter} 0 2m shared rw al2m${how}`, `watch ${letter} 0 1`];
const MAPPED = map('a');
const ALSO_OTHERS = [...map('a'), ...map('b', ' other')];
const WRITTEN = ['falloc 0 2m', 'writev 0 2m 9', 'fsync'];

const statesOf = (mapped: readonly string[], alike: readonly string[] = []): Record<string, readonly string[]> => ({
  hole: ['trunc 2m', ...mapped],
  zero: ['trunc 2m', ...mapped, 'ld a 1', ...alike],
  clean: [...WRITTEN, ...mapped, 'ld a 1', ...alike],
  dirty: [...WRITTEN, ...mapped, 'st a 1 3', ...alike],
});
const STATES = statesOf(MAPPED);
const { hole: _, ...THERE } = STATES;
const { hole: __, ...THERE_OTHER } = statesOf(ALSO_OTHERS, ['ld b 1']);

const ON_ONE_PAGE = ['ld a 1', 'st a 1 5', 'read 1', 'write 1 1 0x55', 'punch 1 1', 'dontneed a 1 1'];
const CALLS = [...ON_ONE_PAGE, 'fsync', 'trunc 1'];
const ON_ALL = ['writev 0 2m 0x55', 'punch 0 2m', 'trunc 0', 'dontneed a 0 2m', 'mprotect a r', 'msync a 0 2m'];

export const HUGE_PAGES: readonly Family[] = [
  { name: 'huge-', states: STATES, pairs: together(CALLS) },
  { name: 'huge-all-', states: THERE, pairs: each(ON_ALL, ['ld a 1', 'st a 1 5', 'fsync']) },
  { name: 'huge-page-', states: THERE, pairs: each(['punch 1 1', 'dontneed a 1 1'], ['ld a 0', 'st a 0 6']) },
  {
    name: 'huge-other-',
    states: THERE_OTHER,
    pairs: each(['st a 1 5', 'fsync', 'punch 1 1', 'dontneed a 1 1'], ['ld b 1', 'st b 1 5']),
  },
];
