import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { count, withSpread } from '../../bench/numbers.ts';
import { spread } from '../../bench/statistics.ts';

describe('spread', () => {
  it('of an odd number of values has the middle one as its median', () => {
    expect(spread([5, 1, 3])).toEqual({ median: 3, min: 1, max: 5, n: 3 });
  });
  it('of an even number of values has the mean of the two in the middle as its median', () => {
    expect(spread([10, 4, 1, 2])).toEqual({ median: 3, min: 1, max: 10, n: 4 });
  });
  it('of nothing is nothing', () => {
    expect(spread([])).toBeUndefined();
  });
  it('has as many values below the median as above, and leaves the values as they were', () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1 }), (values) => {
        const before = [...values];
        const { median, min, max } = spread(values)!;
        expect(values).toEqual(before);
        expect(min).toBeLessThanOrEqual(median);
        expect(median).toBeLessThanOrEqual(max);
        const half = values.length / 2;
        expect(values.filter((v) => v < median).length).toBeLessThanOrEqual(half);
        expect(values.filter((v) => v > median).length).toBeLessThanOrEqual(half);
      }),
    );
  });
});

describe('figures as people read them', () => {
  it('have three digits', () => {
    expect([0.5, 885, 31_842, 640_123, 1_274_000, 12_740_000, 127_400_000].map(count)).toEqual([
      '0.50',
      '885',
      '31.8 k',
      '640 k',
      '1.27 M',
      '12.7 M',
      '127 M',
    ]);
  });
  it('show the spread of several runs only', () => {
    expect(withSpread({ median: 2e6, min: 1e6, max: 3e6, n: 3 }, count)).toBe('2.00 M (1.00 M–3.00 M)');
    expect(withSpread({ median: 2e6, min: 2e6, max: 2e6, n: 1 }, count)).toBe('2.00 M');
    expect(withSpread(undefined, count)).toBe('–');
  });
});
