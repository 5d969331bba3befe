/**
 * v4.0 with 843172978bb9 (4.3-rc): a fault takes i_mmap_rwsem for writing before it asks get_block(), and holds it to its end.
 * unmap_mapping_range(), which it calls where a hole page is mapped, takes the same lock (46c043ede471).
 */
import { chart, dispatch, otherwise, type StateConfig, step, when } from '../../explorer/chart.ts';
import { defineDesign } from '../../model/design.ts';
import v40 from '../../model/designs/v4.0.ts';
import { heldBy, iMmapRwsem } from '../../model/entries/rwsem.ts';
import type { Here } from '../../model/here.ts';
import type { GetBlockParts } from '../../model/parts.ts';
import { down } from '../../model/paths/locks.ts';
import { LOCK } from '../../model/sections.ts';
import { V40 } from '../../model/sources.ts';

const FN = '__dax_fault';
type States = Record<string, StateConfig>;
const statesOf = (c: StateConfig): States => (c as { states: States }).states;

/** Gives the lock back where it was taken: a fault behind i_size ends before. */
const end = (here: Here, to: string): StateConfig =>
  step(
    LOCK,
    FN,
    V40.dax,
    when(
      (s) => s.read(iMmapRwsem, heldBy(here.me)),
      to,
      'i_mmap_unlock_write()',
      (s) => s.send(iMmapRwsem, { type: 'UP', who: here.me }),
    ),
    otherwise(to, ''),
  );

const do_dax_fault: GetBlockParts['do_dax_fault'] = (d, here, ret) => {
  const base = v40.parts.do_dax_fault(d, here, {
    NOPAGE: here.to('end'),
    LOCKED: here.to('end_locked'),
    SIGBUS: here.to('end_sigbus'),
  });
  const { get_block, ...states } = statesOf(base);
  const { id: _id, ...ask_get_block } = get_block as StateConfig & { id?: string };
  return chart(here, {
    ...states,
    ...down(here, 'get_block', { lock: iMmapRwsem, mode: 'write', fn: FN, src: V40.dax, to: 'ask_get_block' }),
    ask_get_block: ask_get_block as StateConfig,
    end: end(here, ret.NOPAGE),
    end_locked: end(here, ret.LOCKED),
    end_sigbus: end(here, ret.SIGBUS),
  });
};

/** Without the lock that the fault holds by now. */
const dax_insert_mapping: GetBlockParts['dax_insert_mapping'] = (d, here, ret) => {
  const base = v40.parts.dax_insert_mapping(d, here, ret);
  const { i_mmap_rwsem: _down, i_mmap_rwsem_wait: _wait, ...states } = statesOf(base);
  const goesOn = (to: string): StateConfig => dispatch(FN, V40.dax, otherwise(to, ''));
  return chart(here, { ...states, up_read: goesOn('end_io'), up_read_eio: goesOn('end_io_eio') });
};

export default defineDesign<GetBlockParts>({
  ...v40,
  id: 'v4.0-fault-under-i_mmap-lock',
  title: 'v4.0, i_mmap_rwsem is held for writing round all of a DAX fault',
  source: '843172978bb9 "dax: fix race between simultaneous faults" (4.3-rc)',
  parts: { ...v40.parts, do_dax_fault, dax_insert_mapping },
  filesystems: undefined,
  expects: {},
});
