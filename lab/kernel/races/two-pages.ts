/** Calls on both pages at once: beside calls on either, beside others on both, and beside accesses of one page and then the other. */
import { each, type Family, together } from './family.ts';

const SHARED = 'mmap a 0 2 shared rw';

const STATES: Family['states'] = {
  hole: ['trunc 2', SHARED],
  clean: ['write 0 2 9', 'fsync', SHARED, 'ld a 0', 'ld a 1'],
  dirty: ['trunc 2', SHARED, 'st a 0 3', 'st a 1 4'],
};
/** Each of them has written what it says, wherever it was mapped. */
const AFTER = ['read 0', 'read 1'];

const BOTH = ['writev 0 2 0x55', 'punch 0 2', 'zero 0 2', 'fsync', 'dontneed a 0 2', 'trunc 0'];
const onPage = (p: number): string[] => [`ld a ${p}`, `st a ${p} 6`, `write ${p} 1 0x66`, `punch ${p} 1`];
const inTurn = (p: number, q: number): string[] => [`ld a ${p} ; ld a ${q}`, `st a ${p} 5 ; st a ${q} 6`];

/** zero-range makes a file longer that was cut off, which the model's does not. */
const keepsSize = ([one, other]: readonly [string, string]): boolean =>
  !(one.startsWith('zero') && other.startsWith('trunc'));

export const TWO_PAGES: readonly Family[] = [
  { name: 'both-', states: STATES, pairs: together(BOTH).filter(keepsSize), after: AFTER },
  { name: 'both-first-', states: STATES, pairs: each(BOTH, onPage(0)), after: AFTER },
  { name: 'both-second-', states: STATES, pairs: each(BOTH, onPage(1)), after: AFTER },
  { name: 'both-turn-', states: STATES, pairs: each(BOTH, inTurn(0, 1)), after: AFTER },
  { name: 'both-back-', states: STATES, pairs: each(BOTH, inTurn(1, 0)), after: AFTER },
];
