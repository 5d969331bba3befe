/** dax_insert_mapping() of 4.0 and 4.1. fs/dax.c */
import {
  chart,
  dispatch,
  type Look,
  otherwise,
  type StateConfig,
  step,
  type Target,
  when,
} from '../../../explorer/chart.ts';
import { block } from '../../entries/block.ts';
import { iMmapRwsem } from '../../entries/rwsem.ts';
import type { Here } from '../../here.ts';
import type { GetBlockParts, Returns } from '../../parts.ts';
import { mapping } from '../../registers.ts';
import { LOCAL, SLEEP } from '../../sections.ts';
import { V40 } from '../../sources.ts';
import { isBehindEof } from '../address_space.ts';
import { down, up } from '../locks.ts';
import { failingCall, injects } from '../may_fail.ts';
import { convertUnwritten } from './ext4_get_block.ts';

/** dax_insert_mapping(): i_size is checked against truncate under i_mmap_rwsem; nothing is checked against punch. */
export function dax_insert_mapping(d: GetBlockParts, here: Here, ret: Returns<'NOPAGE' | 'SIGBUS'>): StateConfig {
  const fn = 'dax_insert_mapping';
  const convert = (name: string, to: Target): Record<string, StateConfig> => ({
    [name]: dispatch(
      fn,
      V40.dax,
      when((s) => s.get(mapping)!.type === 'UNWRITTEN', `${name}_unwritten`, ''),
      otherwise(to, '', (s) => s.set(mapping, null)),
    ),
    // bh->b_end_io runs on every way out.
    [`${name}_unwritten`]: convertUnwritten(here, 'ext4_end_io_unwritten', to, {
      // Nobody looks at the error: the extent stays unwritten under the PTE.
      failed: { to, leave: (s) => s.set(mapping, null) },
    }),
  });
  const fresh = (s: Look): boolean => s.get(mapping)!.fresh || s.get(mapping)!.type === 'UNWRITTEN';
  const access = failingCall(here, 'bdev_direct_access', {
    call: 'bdev_direct_access()',
    fn,
    src: V40.dax,
    to: 'accessed',
    errors: ['EIO'],
    on: { to: 'up_read_eio' },
  });
  return chart(here, {
    ...down(here, 'i_mmap_rwsem', { lock: iMmapRwsem, mode: 'read', fn, src: V40.dax, to: 'check_size' }),
    check_size: step(
      LOCAL,
      fn,
      V40.dax,
      when(isBehindEof(here), 'up_read_eio', 'pgoff >= size: -EIO'),
      ...(injects(here)
        ? [otherwise(access.first, 'pgoff < size')]
        : [
            when(fresh, 'clear_page', 'pgoff < size; block is new or unwritten'),
            otherwise('vm_insert_mixed', 'pgoff < size'),
          ]),
    ),
    ...access.states,
    ...(injects(here) && {
      accessed: dispatch(fn, V40.dax, when(fresh, 'clear_page', ''), otherwise('vm_insert_mixed', '')),
    }),
    clear_page: step(
      SLEEP,
      fn,
      V40.dax,
      otherwise('vm_insert_mixed', 'clear_page()', (s) => s.send(block(s.get(mapping)!.block!), { type: 'ZERO' })),
    ),
    vm_insert_mixed: d.insert_pfn(
      d,
      here.at('vm_insert_mixed'),
      { OK: here.to('up_read'), EBUSY: here.to('up_read') },
      { pfn: (s) => s.get(mapping)!.block!, mkwrite: false },
    ),
    up_read: up(here, iMmapRwsem, fn, V40.dax, 'end_io'),
    up_read_eio: up(here, iMmapRwsem, fn, V40.dax, 'end_io_eio'),
    ...convert('end_io', ret.NOPAGE),
    ...convert('end_io_eio', ret.SIGBUS),
  });
}
