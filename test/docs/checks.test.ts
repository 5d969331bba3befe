/** The checks of the pages themselves: what they let through is what the documentation may say. */
import { describe, expect, it } from 'vitest';
import { blocksOf, patched } from './blocks.ts';
import { missing, renewed } from './printed.ts';

describe('what a page shows of an output', () => {
  const PRINTED = 'a 1\nb 2\nc 3\nd 4\n';

  it.each([
    ['all of it', 'a 1\nb 2\nc 3\nd 4\n'],
    ['its begin', 'a 1\nb 2\n...\n'],
    ['its end', '...\nd 4\n'],
    ['both, with a gap', 'a 1\n...\nd 4\n'],
    ['a piece', '...\nb 2\nc 3\n...\n'],
  ])('may be %s', (_, shown) => {
    expect(missing(shown, PRINTED)).toBeUndefined();
  });

  it.each([
    ['less without saying so', 'a 1\nb 2\nc 3\n'],
    ['another line', 'a 1\nb 2\nc 3\nd 5\n'],
    ['a begin that is none', 'b 2\n...\n'],
    ['an end that is none', '...\nc 3\n'],
    ['another order', '...\nc 3\n...\nb 2\n...\n'],
    ['lines that do not follow each other', '...\na 1\nc 3\n...\n'],
    ['more than there is', 'a 1\nb 2\nc 3\nd 4\ne 5\n'],
  ])('may not be %s', (_, shown) => {
    expect(missing(shown, PRINTED)).toBeDefined();
  });

  it('may have other times and other memory, and no other counts', () => {
    const line = '459 states, depth 34, complete, 0.06 s, 3.0 MiB at most';
    expect(missing(line, '459 states, depth 34, complete, 12.1 s, 4.1 MiB at most')).toBeUndefined();
    expect(missing(line, '460 states, depth 34, complete, 0.06 s, 3.0 MiB at most')).toBeDefined();
    expect(missing('runs=1 states=9 sec=0.33', 'runs=1 states=9 sec=1.04')).toBeUndefined();
  });

  it('is renewed with its gaps where they were', () => {
    expect(renewed('a 0\n...\nc 0\nd 0\n', PRINTED)).toBe('a 1\n...\nc 3\nd 4\n');
    expect(renewed('...\nb 0\n...\n', PRINTED)).toBe('...\nb 2\n...\n');
    expect(renewed('a 0\nb 0\n', PRINTED)).toBe(PRINTED);
  });

  it('is not renewed where a gap has lost its neighbour', () => {
    expect(renewed('...\nx 0\n...\n', PRINTED)).toBeUndefined();
  });
});

describe('a change that a page shows', () => {
  it('replaces the lines it is about', () => {
    expect(patched('a\nb\n\nc\n', ' a\n-b\n+B\n+BB\n\n c\n')).toBe('a\nB\nBB\n\nc\n');
  });

  it('has to fit one place', () => {
    expect(() => patched('a\nb\n', '-c\n+d\n')).toThrow('no place');
    expect(() => patched('a\nb\na\n', '-a\n+d\n')).toThrow('more than one place');
  });
});

it('blocks are told by the word after the fence', () => {
  const page = [
    '```sh exit=1',
    'x',
    '```',
    '',
    '```text',
    'y',
    '```',
    '```ts',
    'z',
    '```',
    '```ts file=a.ts',
    'z',
    '```',
    '',
  ];
  expect(blocksOf(page.join('\n'))).toEqual([
    { kind: 'sh', options: { exit: '1' }, text: 'x\n', line: 2 },
    { kind: 'text', options: {}, text: 'y\n', line: 6 },
    { kind: 'file', options: { file: 'a.ts' }, text: 'z\n', line: 12 },
  ]);
});
