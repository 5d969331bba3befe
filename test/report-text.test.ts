import { describe, expect, it } from 'vitest';
import { bytes, count, duration, grouped, table, wrap } from '../report/text.ts';

describe('wrap', () => {
  it('breaks at spaces and hangs the lines after the first', () => {
    expect(wrap('  one two three', 9, 4)).toEqual(['  one two', '    three']);
  });
  it('gives a word that is too long a line of its own', () => {
    expect(wrap('a bbbbbbbbbb c', 5)).toEqual(['a', 'bbbbbbbbbb', 'c']);
  });
  it('yields one line for an empty text', () => {
    expect(wrap('', 10)).toEqual(['']);
  });
});

describe('table', () => {
  it('aligns columns, numbers to the right, without spaces at line ends', () => {
    const rows = [
      ['name', 'n', 'last'],
      ['x', '100', ''],
    ];
    expect(table(rows, { indent: 1, right: [1] })).toEqual([' name    n  last', ' x     100']);
  });
});

describe('figures', () => {
  it('are grouped by thousands', () => {
    expect([0, 999, 1000, 12345678].map(grouped)).toEqual(['0', '999', '1,000', '12,345,678']);
  });
  it('count with a plural', () => {
    expect([count(1, 'page'), count(2, 'page'), count(0, 'process', 'processes')]).toEqual([
      '1 page',
      '2 pages',
      '0 processes',
    ]);
  });
  it('show bytes and seconds with a unit', () => {
    expect([bytes(100), bytes(1536), bytes(200 * 2 ** 20), bytes(2 ** 31)]).toEqual([
      '100 B',
      '1.5 KiB',
      '200 MiB',
      '2.0 GiB',
    ]);
    expect([duration(0.123), duration(12.34)]).toEqual(['0.12 s', '12.3 s']);
  });
});
