/**
 * do_dax_fault() of 4.0 and 4.1: no entry lock, no fault lock. What protects it is the page lock of a hole page, and
 * i_mmap_rwsem with a check of i_size round the insertion. fs/dax.c
 */
import { chart, dispatch, otherwise, type StateConfig, step, type Target, when } from '../../../explorer/chart.ts';
import { anon } from '../../entries/anon.ts';
import { block } from '../../entries/block.ts';
import { contents } from '../../entries/content.ts';
import { isMapped, page } from '../../entries/page.ts';
import { iMmapRwsem } from '../../entries/rwsem.ts';
import type { Here } from '../../here.ts';
import { mark } from '../../marks.ts';
import type { GetBlockParts, Returns } from '../../parts.ts';
import { cowPage, heldPage, mapping } from '../../registers.ts';
import { LOCAL, SLEEP, TL } from '../../sections.ts';
import { V40 } from '../../sources.ts';
import { isBehindEof } from '../address_space.ts';
import { down, up } from '../locks.ts';
import { faultResult, inFault, injects, mayFail, type OnError } from '../may_fail.ts';
import { getBlock, getBlockCreate } from './ext4_get_block.ts';
import { findPage, held, releasePage } from './find_page.ts';

type Lookup = (here: Here, fn: string, to: { HOLE: Target; BLOCK: Target }, failed: OnError) => StateConfig;
type Create = (here: Here, fn: string, to: Target, options: { failed: OnError }) => StateConfig;

/** @param ask get_block without and with the create flag */
export const daxFaultOf =
  (fn: string, ask: { lookup: Lookup; create: Create }): GetBlockParts['do_dax_fault'] =>
  (d, here, ret) => {
    const failed = inFault('error');
    const result = faultResult(here, 'out', { fn, src: V40.dax, ...ret });
    return chart(here, {
      check_size: step(
        LOCAL,
        fn,
        V40.dax,
        when(isBehindEof(here), ret.SIGBUS, 'pgoff >= size: SIGBUS'),
        otherwise('find_get_page', 'pgoff < size'),
      ),
      ...findPage(here, 'find_get_page', fn, { NONE: 'get_block', PAGE: 'recheck_size' }),
      recheck_size: step(
        LOCAL,
        fn,
        V40.dax,
        when(isBehindEof(here), 'unlock_sigbus', 'pgoff >= size now'),
        otherwise('get_block', 'pgoff < size'),
      ),
      unlock_sigbus: releasePage(here, fn, ret.SIGBUS),
      get_block: ask.lookup(
        here,
        fn,
        {
          HOLE: here.cow ? 'copy_user_bh' : here.write ? 'get_block_create' : 'dax_load_hole',
          BLOCK: here.cow ? 'copy_user_bh' : 'have_block',
        },
        failed,
      ),
      // An error so far drops the hole page, if there is one.
      ...(injects(here) && {
        error: dispatch(
          fn,
          V40.dax,
          when((s) => s.get(heldPage) !== null, 'unlock_error', ''),
          otherwise(result.first, ''),
        ),
        unlock_error: releasePage(here, fn, result.first),
        ...result.states,
      }),
      ...(here.cow && copyStates(here, fn, ret)),
      ...(here.sharedWrite
        ? {
            get_block_create: ask.create(here, fn, 'was_page', { failed }),
            was_page: dispatch(
              fn,
              V40.dax,
              when((s) => s.get(heldPage) === null, 'find_lock_page', ''),
              otherwise('unmap_mapping_range', ''),
            ),
            // A hole page may have come meanwhile; one that comes after this look is missed.
            ...findPage(here, 'find_lock_page', fn, { NONE: 'dax_insert_mapping', PAGE: 'unmap_mapping_range' }),
          }
        : {}),
      ...(!here.write && {
        // Out of memory: the OOM killer is taken to kill somebody else, and the access is tried again.
        dax_load_hole: d.dax_load_hole(d, here.at('dax_load_hole'), { ...ret, OOM: ret.NOPAGE }),
      }),
      have_block: dispatch(
        fn,
        V40.dax,
        when((s) => s.get(heldPage) === null, 'dax_insert_mapping', ''),
        otherwise('unmap_mapping_range', ''),
      ),
      unmap_mapping_range: d.unmap_mapping_range(
        d,
        here.at('unmap_mapping_range'),
        { RETURN: here.to('delete_from_page_cache') },
        { pages: [here.page] },
      ),
      delete_from_page_cache: step(
        TL,
        'delete_from_page_cache',
        V40.filemap,
        otherwise('unlock_page', 'delete hole page', (s) => {
          if (s.read(page(held(s)), isMapped))
            s.mark(mark({ type: 'warn', site: '__delete_from_page_cache: page is mapped' }));
          s.send(here.entry, { type: 'DELETE' });
          s.send(page(held(s)), { type: 'REMOVE_FROM_MAPPING' });
          s.send(page(held(s)), { type: 'PUT' });
        }),
      ),
      unlock_page: releasePage(here, fn, 'dax_insert_mapping'),
      dax_insert_mapping: d.dax_insert_mapping(d, here.at('dax_insert_mapping'), ret),
    });
  };

export const do_dax_fault = daxFaultOf('do_dax_fault', { lookup: getBlock, create: getBlockCreate });

/**
 * A private store: what is written is copied, all else reads as zeros. Without a page to lock, i_mmap_rwsem is held for
 * the core's do_set_pte(), and i_size is checked under it.
 */
const copyStates = (here: Here, fn: string, ret: Returns<'LOCKED' | 'SIGBUS'>): Record<string, StateConfig> => ({
  copy_user_bh: step(
    SLEEP,
    fn,
    V40.dax,
    ...mayFail(here, 'copy_user_bh()', { EIO: (s) => s.get(mapping)?.type === 'MAPPED' }, inFault('error')),
    otherwise('locked_page', 'copy_user_bh() or clear_user_highpage()', (s) => {
      const m = s.get(mapping);
      if (m?.type === 'MAPPED') s.send(anon(s.get(cowPage)!), { type: 'FILL', mem: s.read(block(m.block!), contents) });
      s.set(mapping, null);
    }),
  ),
  locked_page: dispatch(
    fn,
    V40.dax,
    when((s) => s.get(heldPage) !== null, ret.LOCKED, ''),
    otherwise('cow_i_mmap_rwsem', ''),
  ),
  ...down(here, 'cow_i_mmap_rwsem', {
    lock: iMmapRwsem,
    mode: 'read',
    fn,
    src: V40.dax,
    to: 'cow_size',
  }),
  cow_size: step(
    LOCAL,
    fn,
    V40.dax,
    when(isBehindEof(here), 'cow_up_read', 'pgoff >= size: -EIO'),
    otherwise(ret.LOCKED, 'returns with i_mmap_rwsem held'),
  ),
  cow_up_read: up(here, iMmapRwsem, fn, V40.dax, ret.SIGBUS),
});
