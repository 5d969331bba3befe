/** What two threads did on a running kernel, and what the design of its version can end with. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type End, endsOf } from './ask.ts';

/** What stands before the first `##`, and each section without it. */
const sectionsOf = (file: string): string[] =>
  readFileSync(new URL(`recorded/linux-${file}.txt`, import.meta.url), 'utf8').split(/^## /m);

/** `rw D dirty, entry D +d`: the mapping and the entry of a page. */
function recordedState(state: string, page: string): string {
  const n = page === 'a' ? 1 : 2;
  const found = new RegExp(`a${n}\\{(\\S)\\S* pt=(\\S+) xa=([^}]+)\\}`).exec(state);
  if (!found) return 'none, entry -';
  const [, target, bits, xa = ''] = found;
  const dirty = bits!.includes('D') ? ' dirty' : '';
  const mapped = target === '.' ? 'none' : `${bits!.startsWith('W') ? 'rw' : 'ro'} ${target}${dirty}`;
  return `${mapped}, entry ${xa.charAt(0)}${xa.endsWith('+d') ? ' +d' : ''}`;
}

const TARGETS: Readonly<Record<string, string>> = { zero: 'Z', blk: 'D', anon: 'A' };
const KINDS: Readonly<Record<string, string>> = { nil: '-', zero: 'Z', blk: 'D', empty: 'E' };

function modelState(end: End, page: string): string {
  // A process that has not used its mapping yet has none.
  const key = Object.keys(end).find((k) => k.startsWith('pte[') && k.endsWith(`.${page}`));
  const { value, context } = end[key ?? ''] ?? { value: 'none', context: {} };
  const target = TARGETS[String(context.pfn).split('.')[0]!];
  const mapped = value === 'none' ? 'none' : `${value} ${target}${context.d ? ' dirty' : ''}`;
  const entry = end[`entry.${page}`]!.context;
  return `${mapped}, entry ${KINDS[String(entry.kind)]}${entry.dirty ? ' +d' : ''}`;
}

/** By scenario, the states of page a that two threads ended with. */
function readRaces(): [string, string[]][] {
  const [, ...races] = sectionsOf('6.1.192-ext4-races');
  return races.map((r) => {
    const [scenario = '', ...rows] = r.trimEnd().split('\n');
    const ends = rows.map((row) => recordedState(row.split('|')[1]!, 'a'));
    return [scenario, [...new Set(ends)]];
  });
}

describe('v6.1 can end as two threads on Linux 6.1.192 did', () => {
  it.each(readRaces())('%s', async (scenario, recorded) => {
    const ends = (await endsOf('v6.1', scenario)).map((end) => modelState(end, 'a'));
    expect(recorded.length).toBeGreaterThan(0);
    expect(ends).toEqual(expect.arrayContaining(recorded));
  });
});
