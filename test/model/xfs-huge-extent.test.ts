/** What xfs_bmapi_write() answers a store of a 2 MiB range with, where somebody has allocated since the look-up. */
import { describe, expect, it } from 'vitest';
import { initialState, stateView } from '../../explorer/interpreter.ts';
import { takeTurn } from '../../explorer/turns.ts';
import { parseConfig } from '../../model/config.ts';
import { pmd } from '../../model/entries/pmd.ts';
import { loadDesign } from '../../verify/registry.ts';
import { prepare } from '../../verify/verify.ts';

/** T0 stores; `between` its look-up and its allocation, or before all, T1 does what it has to do. */
async function mappedBy(id: string, text: string, settings: string, between: boolean): Promise<string> {
  const config = parseConfig(settings.split(' '));
  const { system } = await prepare(await loadDesign(id), text, { config, properties: [] });
  let state = initialState(system);
  if (between) ({ state } = takeTurn(system, state, 0, (f) => f.fn !== 'xfs_iomap_write_direct'));
  ({ state } = takeTurn(system, state, 1, () => true));
  ({ state } = takeTurn(system, state, 0, () => true));
  return stateView(system, state).after(pmd('mm1')).is;
}

describe.each(['v5.10', 'v6.1', 'v6.12', 'v7.2'])(
  '%s, XFS: a store that has looked a hole of all the range up',
  (id) => {
    const settings = 'thp=on fs=xfs';
    it('is mapped by a PMD where the page behind has been written since: what is allocated joins that', async () => {
      expect(await mappedBy(id, 'a=hole, b=hole: store a || write b', settings, true)).toBe('huge');
    });
    it('is mapped by a PMD where all of it has been written since', async () => {
      expect(await mappedBy(id, 'a=hole, b=hole: store a || write a+b', settings, true)).toBe('huge');
    });
    it('is mapped by a PTE where the page behind was written before: no more than the hole is asked for', async () => {
      expect(await mappedBy(id, 'a=hole, b=hole: store a || write b', settings, false)).toBe('table');
    });
  },
);
