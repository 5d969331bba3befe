/** jbd2's handles and commits (journal=on): who waits for whom. */
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import { loadDesign } from '../../verify/registry.ts';
import type { PropertyResult } from '../../verify/result.ts';
import { verify } from '../../verify/verify.ts';

async function judged(id: string, text: string, property: string, journal: 'on' | 'off'): Promise<PropertyResult> {
  const run = await verify(await loadDesign(id), text, {
    properties: [property],
    config: parseConfig([`journal=${journal}`]),
  });
  expect(run.complete).toBe(true);
  return run.properties[0]!;
}
const steps = ({ trace }: PropertyResult): string[] => (trace ?? []).map((s) => `${s.process} ${s.function} ${s.step}`);

describe('an fsync that has something to commit', () => {
  const overtaking = 'a=block: store a; fsync || store a; fsync';

  it('without the journal returns beside a fault that holds the entry it has skipped', async () => {
    const found = steps(await judged('v6.1', overtaking, 'fsync-durable', 'off'));
    expect(found.at(-1)).toMatch(/ext4_sync_file returns 0/);
    expect(found.filter((s) => s.includes('unlock_slot()'))).toEqual([]);
  });

  it('with it waits until that fault has stopped its handle, and has skipped the entry all the same', async () => {
    const found = steps(await judged('v6.1', overtaking, 'fsync-durable', 'on'));
    const at = (text: string) => found.findIndex((s) => s.includes(text));
    expect(at('skipped')).toBeGreaterThan(0);
    expect(at('ext4_journal_stop()')).toBeGreaterThan(at('skipped'));
    expect(at('T_FLUSH')).toBeGreaterThan(at('ext4_journal_stop()'));
    expect(at('returns 0')).toBeGreaterThan(at('T_FLUSH'));
  });

  it('meets no deadlock, from 4.0 to 7.2', async () => {
    for (const id of ['v4.0', 'v4.5', 'v4.9', 'v4.12', 'v4.14', 'v5.10', 'v6.1', 'v6.12', 'v7.2'])
      expect([id, (await judged(id, overtaking, 'no-deadlock', 'on')).verdict]).toEqual([id, 'holds']);
  });
});
