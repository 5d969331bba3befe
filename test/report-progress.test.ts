import { expect, it } from 'vitest';
import { ProgressLine, progressText } from '../report/progress.ts';

const progress = { states: 1500000, transitions: 4000000, depth: 42, frontier: 12345, seconds: 2, bytes: 88 * 2 ** 20 };
const CLEAR = '\r\u001b[2K';

function captured(terminal: boolean, columns = 200) {
  const written: string[] = [];
  let time = 0;
  const line = new ProgressLine({ write: (t) => void written.push(t), terminal, columns }, () => time);
  const at = (t: number) => {
    time = t;
    line.update('d1: s', progress);
  };
  return { written, line, at };
}

it('progress names states, rate, depth, frontier and memory', () => {
  expect(progressText('d1: s', progress)).toBe(
    '1,500,000 states, 750,000 states/s, depth 42, frontier 12,345, 88.0 MiB  d1: s',
  );
});

it('progress shows no infinite rate', () => {
  expect(progressText('d1: s', { ...progress, seconds: 0 })).toContain(' 0 states/s');
});

it('progress rewrites one line of a terminal, four times a second at most, and clears it in the end', () => {
  const { written, line, at } = captured(true);
  for (const t of [0, 0.1, 0.2, 0.25, 0.3, 0.5]) at(t);
  expect(written).toHaveLength(3);
  expect(written.every((t) => t.startsWith(CLEAR) && !t.includes('\n'))).toBe(true);
  line.clear();
  line.clear();
  expect(written.slice(3)).toEqual([CLEAR]);
});

it('progress stays within the terminal', () => {
  const { written, at } = captured(true, 20);
  at(0);
  expect(written[0]!.length - CLEAR.length).toBeLessThan(20);
});

it('progress on a file is a line a second, without control characters', () => {
  const { written, line, at } = captured(false);
  for (const t of [0, 0.5, 1, 1.5]) at(t);
  line.clear();
  expect(written).toHaveLength(2);
  expect(written.every((t) => t.endsWith('\n') && !t.includes('\u001b'))).toBe(true);
});
