/** Runs of the model as turns with holds: any run, and the shortest one of finding U. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Move } from '../../explorer/findings.ts';
import { replay, type TraceStep } from '../../explorer/trace.ts';
import { withHolds } from '../../lab/replay/detour.ts';
import { type Next, type Turn, turnsOf } from '../../lab/replay/plan.ts';
import { keyOf, placesOf, pointsBefore, type Symbols } from '../../lab/replay/points.ts';
import { type Predicted, predict, serialRun } from '../../lab/replay/predict.ts';
import { parseConfig } from '../../model/config.ts';
import { callsIn } from '../../report/calls.ts';
import { loadDesign } from '../../verify/registry.ts';
import { type Prepared, prepare, verify } from '../../verify/verify.ts';

const FUNCTIONS = ['outer', 'inner', 'helper'] as const;

const step = fc.record({
  process: fc.constantFrom('T0', 'T1', 'T2'),
  fn: fc.constantFrom(...FUNCTIONS),
  position: fc.constantFrom(0, 0, 0, 1),
});
const traceOf = (picked: readonly { process: string; fn: string; position: number }[]): TraceStep[] => {
  const at = new Map<string, number>();
  return picked.map(({ process, fn, position }) => {
    // Operations come one after the other.
    at.set(process, Math.max(at.get(process) ?? 0, position));
    return {
      process,
      function: fn,
      step: `${fn} does it`,
      changes: {},
      section: 'local',
      stack: [`op${at.get(process)}_call`, fn, 'state'],
      lines: [{ text: `${fn} does it`, function: fn }],
    } as unknown as TraceStep;
  });
};
const turnsIn = (steps: readonly TraceStep[], next: ReadonlyMap<string, Next> = new Map()) =>
  turnsOf(steps, callsIn(steps, []), next);

describe('the turns of any run', () => {
  it('are all of its steps in their order, each turn of one process, never two of the same behind each other', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (picked) => {
        const steps = traceOf(picked);
        const turns = turnsIn(steps);
        expect(turns.flatMap((t) => steps.slice(t.first, t.last + 1))).toEqual(steps);
        for (const [n, t] of turns.entries()) {
          expect(new Set(steps.slice(t.first, t.last + 1).map((s) => s.process))).toEqual(new Set([t.process]));
          expect(t.process).not.toBe(turns[n - 1]?.process);
        }
      }),
    );
  });

  it('end in a hold where the process has more to do, and at its end where it has not', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 30 }), (picked) => {
        const steps = traceOf(picked);
        for (const t of turnsIn(steps)) {
          const goesOn = steps.slice(t.last + 1).some((s) => s.process === t.process);
          expect(t.until.kind === 'end').toBe(!goesOn);
        }
      }),
    );
  });

  it('hold at a function that is called once more than it was since', () => {
    const inside = (process: string, fn: string) => ({ process, fn, position: 0 });
    const turns = turnsIn(
      traceOf([
        ...[inside('T0', 'inner'), inside('T0', 'outer'), inside('T0', 'inner'), inside('T0', 'outer')],
        inside('T1', 'outer'),
        inside('T0', 'inner'),
      ]),
    );
    const { until } = turns[0]!;
    expect(until.kind === 'point' && until.times.get('inner')).toBe(3);
  });

  it('name the two steps between which nothing begins', () => {
    const twice = { process: 'T0', fn: 'inner', position: 0 };
    const turns = turnsIn(traceOf([twice, { ...twice, process: 'T1' }, twice]));
    expect(turns[0]!.until).toEqual({
      kind: 'nowhere',
      after: 'T0: inner: inner does it',
      before: 'T0: inner: inner does it',
    });
  });
});

describe('a store, an fsync and a load in v6.1', () => {
  const SCENARIO = 'a=block: store a; fsync || load a';
  let prepared: Prepared;
  let predicted: Predicted;
  let moves: readonly Move[];

  beforeAll(async () => {
    const design = await loadDesign('v6.1');
    const { properties } = await verify(design, SCENARIO, { properties: ['fsync-durable'] });
    prepared = await prepare(design, SCENARIO, { properties: ['fsync-durable'] });
    const ids = prepared.system.processes.map((p) => p.id);
    moves = properties[0]!.run!.map((m) => ({ process: ids.indexOf(m.process), alternative: m.alternative }));
    predicted = predict(prepared, moves);
  });

  it('the load is held with the entry locked, and the fsync is over while it is', () => {
    const load = predicted.turns.filter((t) => t.process === 'T1');
    const last = load.at(-1)!.until;
    expect(last.kind === 'point' && last.points.map(keyOf)).toContain('ext4_iomap_begin');
    expect(predicted.turns.at(-1)).toMatchObject({ process: 'T0', until: { kind: 'end' } });
  });

  it('what is to be seen then: fsync has returned, and the entry is as dirty as before', () => {
    const facts = predicted.facts.at(-1)!;
    expect(facts.get('entry.a')).toBe('block, DIRTY, TOWRITE, locked');
    expect(facts.get('pte[mm1].a')).toBe('rw block dirty');
    expect([facts.get('T0 0'), facts.get('T0 1'), facts.get('T1 0')]).toEqual(['returns', 'returns', undefined]);
    expect(facts.get('events of T0')).not.toContain('wb_one');
  });

  it('one after the other fsync writes the entry back', () => {
    const facts = predict(prepared, serialRun(prepared, [[0, 1]])!).facts.at(-1)!;
    expect(facts.get('events of T0')).toContain('wb_one(1)');
    expect(facts.get('T1 0')).toBe('returns {T0.store0}');
  });

  it('grab_mapping_entry() that is inlined is held at the lock that it takes first', () => {
    const at = { begin: 0x1000n, end: 0x1100n };
    const symbols: Symbols = new Map([
      ['_raw_spin_lock_irq', { begin: 0x10n, end: 0x20n }],
      ['dax_iomap_pte_fault', at],
    ]);
    const { steps, calls } = stepsOf(prepared, moves);
    const n = steps.findLastIndex((s) => s.process === 'T1' && s.function === 'grab_mapping_entry');
    const before = steps.findLastIndex((s, m) => m < n && s.process === 'T1');
    const places = placesOf(pointsBefore(steps[n]!, calls[n]!, calls[before]), symbols);
    expect(places.map(({ address, from }) => [address, from])).toEqual([[0x10n, [at]]]);
  });
});

describe('an fsync and the write-back of a punch in v6.1', () => {
  const SCENARIO = 'a=block: store a; fsync || punch a';
  const LOCK = '_raw_spin_lock_irq from dax_writeback_mapping_range';
  let keys: (readonly string[])[];

  beforeAll(async () => {
    const design = await loadDesign('v6.1');
    const { properties } = await verify(design, SCENARIO, { properties: ['fsync-durable'] });
    const prepared = await prepare(design, SCENARIO, { properties: ['fsync-durable'] });
    const ids = prepared.system.processes.map((p) => p.id);
    const moves = properties[0]!.run!.map((m) => ({ process: ids.indexOf(m.process), alternative: m.alternative }));
    keys = predict(prepared, moves).turns.map(({ until }) => (until.kind === 'point' ? until.points.map(keyOf) : []));
  });

  it('the fsync is held at the lock that it takes to look for an entry', () => {
    expect(keys[0]).toContain(LOCK);
  });

  it('the punch, which has locked the entry under it, is held behind that, at what it calls next', () => {
    expect(keys[1]).toContain('pfn_mkclean_range');
    expect(keys[1]).not.toContain(LOCK);
  });
});

it('who has a lock for writing is not held at an up_read() that only seems to be his', async () => {
  const scenario = 'a=block: pin a; munmap a; unpin a || truncate a';
  const { predicted } = await shortest('v6.1', scenario, 'no-freed-block-pinned');
  const lastKeysOf = (process: string) => keysOf(predicted.turns.findLast((t) => t.process === process)!);
  expect(lastKeysOf('T1')).toContain('up_write from ext4_setattr');
  expect(lastKeysOf('T1')).not.toContain('up_read from ext4_setattr');
  expect(lastKeysOf('T0'), 'munmap() has made its lock one for reading').toContain('up_read from vm_munmap');
});

it('whose commit waits for handles is held in kjournald2, where that waits for them: the transaction is locked by then', async () => {
  const { predicted } = await shortest(
    'v5.10',
    'a=block: store a; fork; store a; fsync',
    'fsync-durable',
    'journal=on',
  );
  const keys = keysOf(predicted.turns[2]!);
  expect(keys).toContain('schedule from jbd2_journal_commit_transaction, jbd2_journal_wait_updates');
  expect(keys, 'there it is not locked').not.toContain('jbd2_journal_commit_transaction');
});

it('whose fsync has written back is not held at the begin of the handler that called it', async () => {
  const scenario = 'a=block, b=block: store a || [mm2 maps=b] store b; fsync';
  const { predicted } = await shortest('v5.10', scenario, 'writable-implies-dirty', 'thp=on');
  const keys = keysOf(predicted.turns.at(-1)!);
  expect(keys).toContain('__filemap_fdatawait_range');
  expect(keys).not.toContain('ext4_sync_file');
});

it('what the kernel calls once is returned from once, however often the model comes back to it', async () => {
  const scenario = 'a=block: pin a; munmap a; unpin a || truncate a';
  const { predicted } = await shortest('v5.10', scenario, 'no-freed-block-pinned', 'fs=xfs');
  const { until } = predicted.turns.at(-1)!;
  expect(until.kind === 'point' && until.times.get('the return from xfs_setattr_size')).toBe(1);
});

it("a fault of XFS is held before its lock at XFS's own function, which later kernels call from several", async () => {
  const scenario = 'a=block: store a; fsync || freeze; thaw || load a';
  const { predicted } = await shortest('v7.2', scenario, 'no-write-when-frozen', 'fs=xfs');
  const reads = { begin: 0x1000n, end: 0x1100n };
  const symbols: Symbols = new Map([
    ['xfs_ilock', { begin: 0x10n, end: 0x20n }],
    ['xfs_dax_read_fault', reads],
  ]);
  const { until } = predicted.turns[0]!;
  const places = until.kind === 'point' ? placesOf(until.points, symbols) : [];
  expect(places).toContainEqual(expect.objectContaining({ address: 0x10n, from: [reads] }));
});

it('a fault of XFS that 7.2 has inlined is over where what it calls returns', async () => {
  const scenario = 'a=block: store a; fsync || freeze; thaw || load a';
  const { predicted } = await shortest('v7.2', scenario, 'no-write-when-frozen', 'fs=xfs');
  expect(keysOf(predicted.turns[1]!)).toContain('the return from xfs_write_fault');
});

it("a punch on ext4 comes by the up_write() of i_data_sem first, which is not the model's", async () => {
  const scenario = 'a=block: load a; store a || punch a; write a; load a';
  const { predicted } = await shortest('v6.1', scenario, 'no-stale-read');
  const { until } = predicted.turns.find((t) => keysOf(t).includes('up_write from ext4_punch_hole'))!;
  // Of i_data_sem, of the fault lock, and then i_rwsem's.
  expect(until.kind === 'point' && until.times.get('up_write from ext4_punch_hole')).toBe(3);
});

it('a fault of 2 MiB that has fallen back is no event, even if nothing has come behind it yet', async () => {
  const scenario = 'a=unwritten, b=block: [sync] store a || [sync] store b';
  const { predicted } = await shortest('v5.10', scenario, 'no-warn', 'thp=on', 'journal=on');
  expect(predicted.facts[0]!.get('events of T0')).toBe('PF(0x6)');
});

it('who would be held where no function begins goes on to where one does', async () => {
  const scenario = 'a=hole, b=block: load a; store b || store a; fsync || truncate b';
  const { prepared, moves, predicted } = await shortest('v6.12', scenario, 'fsync-durable', 'thp=on');
  const kinds = ({ turns }: Predicted): string[] => turns.map(({ until }) => until.kind);
  expect(kinds(predicted)).toContain('nowhere');
  const further = withHolds(prepared, moves);
  expect(kinds(further)).not.toContain('nowhere');
  expect(further.facts.at(-1)!.get('T1 1')).toBe('returns');
});

/** The shortest run that violates a property. */
async function shortest(id: string, scenario: string, property: string, ...settings: readonly string[]) {
  const options = { properties: [property], config: parseConfig(settings) };
  const design = await loadDesign(id);
  const [result] = (await verify(design, scenario, options)).properties;
  const prepared = await prepare(design, scenario, options);
  const ids = prepared.system.processes.map((p) => p.id);
  const moves = result!.run!.map((m) => ({ process: ids.indexOf(m.process), alternative: m.alternative }));
  return { prepared, moves, predicted: predict(prepared, moves) };
}

const keysOf = ({ until }: Turn): readonly string[] => (until.kind === 'point' ? until.points.map(keyOf) : []);

function stepsOf(prepared: Prepared, moves: readonly Move[]) {
  const { steps } = replay(prepared.system, moves);
  return { steps, calls: callsIn(steps, []) };
}
