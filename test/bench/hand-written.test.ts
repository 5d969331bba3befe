/** The Promela model that was written by hand from the kernel's source, against faultline's own of the same case. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { loadDesign } from '../../verify/registry.ts';
import { verify } from '../../verify/verify.ts';
import { runSpin } from '../spin.ts';

const TEXT = readFileSync(new URL('../../bench/promela/v4.14-equal-stores.pml', import.meta.url), 'utf8');
/** Appended: says in what state everything has come to its end. */
const OBSERVER = `
active proctype observer()
{
	timeout -> printf("ends: %d %d %d %d %d %d %d %d\\n", pte, slot, locked, dirty, towrite, mem, media, mtime_new);
end:	false
}
`;

const modelOf = (stores: number): string => TEXT.replace('#define STORES 3', `#define STORES ${stores}`);
const scenarioOf = (stores: number): string =>
  `a=hole: ${[...Array(stores).fill('load a; store a'), 'fsync'].join(' || ')}`;

const PTES = ['none', 'zero ro', 'blk.a ro', 'blk.a rw'];
const SLOTS = ['nil', 'empty', 'zero', 'blk'];

interface Local {
  readonly value: unknown;
  readonly context: Readonly<Record<string, unknown>>;
}

/** A final state of faultline's, as the observer prints one. */
function printed(end: string): string {
  const all: Readonly<Record<string, Local>> = Object.fromEntries(JSON.parse(end));
  const [pte, entry, block, inode] = ['pte[mm1].a', 'entry.a', 'blk.a', 'inode'].map((name) => all[name]!);
  const stores = (of: unknown): number =>
    (of as readonly string[]).reduce((bits, store) => bits + 2 ** Number(/^T(\d+)\./.exec(store)![1]), 0);
  return [
    PTES.indexOf(`${pte!.context.pfn} ${pte!.value}`),
    SLOTS.indexOf(String(entry!.context.kind)),
    entry!.context.lockedBy === null ? 0 : 1,
    entry!.context.dirty ? 1 : 0,
    entry!.context.towrite ? 1 : 0,
    stores(block!.context.mem),
    stores(block!.context.media),
    inode!.context.mtime === 'new' ? 1 : 0,
  ].join(' ');
}

describe('the Promela model written by hand', () => {
  const figures: Readonly<Record<number, readonly [states: number, transitions: number]>> = {
    1: [300, 525],
    2: [18_563, 49_474],
  };
  for (const stores of [1, 2]) {
    it(`has the final states of faultline's, and neither warns nor deadlocks, with ${stores} storing`, async () => {
      const found = await verify(await loadDesign('v4.14'), scenarioOf(stores), {
        properties: ['no-deadlock', 'no-warn'],
      });
      expect(found.properties.map((p) => p.verdict)).toEqual(['holds', 'holds']);
      const spin = runSpin(modelOf(stores) + OBSERVER, { cc: ['-DNOREDUCE', '-DPRINTF'] });
      expect(spin.errors).toBe(0);
      const ends = [...spin.text.matchAll(/^ends: (.*)$/gm)].map((m) => m[1]!);
      expect([...new Set(ends)].sort()).toEqual([...new Set(found.ends().map(printed))].sort());
    });

    it(`has somewhat fewer states with ${stores} storing, as ->fault() and ->pfn_mkwrite() are one function`, async () => {
      const [states, transitions] = figures[stores]!;
      const spin = runSpin(modelOf(stores));
      expect([spin.states, spin.transitions]).toEqual([states, transitions]);
      const found = await verify(await loadDesign('v4.14'), scenarioOf(stores), { properties: [] });
      expect(spin.states / found.states).toBeGreaterThan(0.9);
      expect(spin.states).toBeLessThanOrEqual(found.states);
    });
  }

  it('warns and is found out if the zero page is left in the page table', () => {
    const mutant = modelOf(2).replace('entry == ZERO; pte = NONE; entry = EMPTY', 'entry == ZERO; entry = EMPTY');
    expect(runSpin(mutant).errors).toBeGreaterThan(0);
  });

  it('deadlocks and is found out if an unlock wakes nobody', () => {
    const mutant = modelOf(2).replace(':: nempty(wq) -> wq?_', ':: nempty(wq)');
    expect(runSpin(mutant, { pan: ['-A'] }).errors).toBeGreaterThan(0);
  });
});
