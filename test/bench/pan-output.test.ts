import { describe, expect, it } from 'vitest';
import { parsePan } from '../../bench/pan-output.ts';

/** As SPIN 6.5.2 printed it. */
const DONE = `
(Spin Version 6.5.2 -- 6 December 2019)

Full statespace search for:
	never claim         	- (none specified)
	assertion violations	+
	cycle checks       	- (disabled by -DSAFETY)
	invalid end states	- (disabled by -E flag)

State-vector 36 byte, depth reached 128, errors: 0
   250045 states, stored
   430588 states, matched
   680633 transitions (= stored+matched)
        0 atomic steps
hash conflicts:    173632 (resolved)

Stats on memory usage (in Megabytes):
   13.354	equivalent memory usage for states (stored*(State-vector + overhead))
    7.908	actual memory usage for states (compression: 59.22%)
         	state-vector as stored = 13 byte + 20 byte overhead
    2.000	memory used for hash table (-w18)
    0.458	memory used for DFS stack (-m10000)
   10.270	total actual memory usage


pan: elapsed time 0.25 seconds
pan: rate   1000180 states/second
`;
const MEGABYTE = 2 ** 20;

describe('what pan prints', () => {
  it('is read as counts, time and memory', () => {
    expect(parsePan(DONE)).toEqual({
      states: 250_045,
      transitions: 680_633,
      depth: 128,
      errors: 0,
      vector: 36,
      seconds: 0.25,
      storedBytes: 7.908 * MEGABYTE + 2 * MEGABYTE,
      totalBytes: 10.27 * MEGABYTE,
    });
  });

  it('may have the counts in exponents', () => {
    const large = DONE.replace('   250045 states, stored', '1.0350806e+08 states, stored');
    expect(parsePan(large)?.states).toBe(103_508_060);
  });

  it('of a breadth-first search has a line more, and progress before it', () => {
    const progress = 'Depth=      10 States=      490 Transitions= 1.14e+03 Memory=     2.195	\n';
    const nominal = '   250045 states, stored\n\t  250045 nominal states (stored-atomic)\n';
    const text = progress + DONE.replace('   250045 states, stored\n', nominal);
    expect(parsePan(text)).toEqual(parsePan(DONE));
  });

  it('counts states without compression where pan does not know better', () => {
    const text = DONE.replace(/^.*actual memory usage for states.*\n/m, '');
    expect(parsePan(text)?.storedBytes).toBeCloseTo((13.354 + 2) * MEGABYTE);
  });

  it('says how many steps lead to an error', () => {
    const text = `pan:1: invalid end state (at depth 55)\npan: wrote model.pml.trail\n${DONE.replace('errors: 0', 'errors: 1')}`;
    expect(parsePan(text)).toMatchObject({ errors: 1, errorDepth: 55 });
  });

  it.each([
    ['error: max search depth too small\n', 'max search depth too small'],
    ['pan: reached -DMEMLIM bound\n', 'out of memory'],
    ['Warning: Search not completed\n', 'search not completed'],
  ])('tells a search of a part: %s', (line, incomplete) => {
    expect(parsePan(line + DONE)).toMatchObject({ incomplete });
  });

  it('is nothing where pan was stopped before its end', () => {
    expect(
      parsePan('Depth=     808 States= 1.03e+08 Transitions=  2.8e+08 Memory=  3804.821	t=      305 R=   3e+05'),
    ).toBe(undefined);
  });
});
