/**
 * DAX faults of 4.9: the entry lock is there, get_block still is, and hole pages and private copies are mapped by the
 * core, after the fault lock was dropped. fs/dax.c dax_fault(), dax_load_hole(), dax_insert_mapping_entry(), dax_pfn_mkwrite()
 */
import {
  type Act,
  chart,
  dispatch,
  type Look,
  otherwise,
  type StateConfig,
  step,
  when,
} from '../../../explorer/chart.ts';
import { anon } from '../../entries/anon.ts';
import { block } from '../../entries/block.ts';
import { contents } from '../../entries/content.ts';
import type { Slot } from '../../entries/entry.ts';
import { isValue } from '../../entries/entry.ts';
import type { Here } from '../../here.ts';
import type { IomapParts, MmParts, Returns } from '../../parts.ts';
import { cowPage, grabbed, heldPage, mapping } from '../../registers.ts';
import { LOCAL, LOCK, SLEEP, TL } from '../../sections.ts';
import { V49 } from '../../sources.ts';
import { isBehindEof } from '../address_space.ts';
import { dax_insert_mapping_entry_v412 } from '../dax_insert_mapping_entry.ts';
import { wakeAll, wakeNext, withUnlockedEntry } from '../entry_lock.ts';
import { type MkwriteBody, mkwriteHandler } from '../ext4_dax_fault.ts';
import { allocHolePage, replaceEmptyEntry } from '../hole_page.ts';
import { faultResult, inFault, injects, mayFail } from '../may_fail.ts';

/** What was grabbed becomes the page that the core maps and unlocks. */
const handOver = (s: Act): void => {
  s.set(heldPage, s.get(grabbed)!.pfn);
  s.set(grabbed, null);
};

export function dax_fault(d: IomapParts, here: Here, ret: Returns<'NOPAGE' | 'LOCKED' | 'SIGBUS'>): StateConfig {
  const fn = 'dax_fault';
  const src = V49.dax;
  const failed = inFault(here.to('put_locked_mapping_entry'));
  const result = faultResult(here, 'out', { fn, src, ...ret });
  const put = {
    put_locked_mapping_entry: d.put_locked_mapping_entry(d, here.at('put_locked_mapping_entry'), {
      RETURN: result.first,
    }),
    ...result.states,
  };
  return chart(here, {
    check_size: step(
      LOCAL,
      fn,
      src,
      when(isBehindEof(here), ret.SIGBUS, 'pgoff >= size: SIGBUS'),
      otherwise('grab_mapping_entry', 'pgoff < size'),
    ),
    grab_mapping_entry: d.grab_mapping_entry(d, here.at('grab_mapping_entry'), {
      RETURN: here.to('get_block'),
      ENOMEM: ret.NOPAGE,
    }),
    // get_block(create=0), then (create=1) for a store that found none: the second looks again, so they are one step.
    get_block: d.iomap_begin(
      d,
      here.at('get_block'),
      {
        MAPPED: here.to(here.cow ? 'copy_user_dax' : 'dax_insert_mapping'),
        HOLE: here.to(here.cow ? 'copied' : 'dax_load_hole'),
      },
      { write: here.sharedWrite, fn, src, failed },
    ),
    ...(here.cow
      ? {
          copy_user_dax: step(
            SLEEP,
            fn,
            src,
            ...mayFail(here, 'copy_user_dax()', { EIO: true }, failed),
            otherwise('copied', 'copy_user_dax()', (s) => {
              s.send(anon(s.get(cowPage)!), { type: 'FILL', mem: s.read(block(s.get(mapping)!.block!), contents) });
              s.set(mapping, null);
            }),
          ),
          // VM_FAULT_LOCKED with the hole page, or VM_FAULT_DAX_LOCKED with the entry locked.
          copied: dispatch(
            fn,
            src,
            when((s) => s.get(grabbed)!.kind === 'page', ret.LOCKED, '', handOver),
            otherwise(ret.LOCKED, '', (s) => s.set(grabbed, null)),
          ),
          ...(injects(here) && put),
        }
      : {
          dax_insert_mapping: d.dax_insert_mapping(d, here.at('dax_insert_mapping'), {
            RETURN: here.to('put_locked_mapping_entry'),
          }),
          ...put,
        }),
    ...(!here.write && {
      dax_load_hole: d.dax_load_hole(d, here.at('dax_load_hole'), { RETURN: ret.NOPAGE, LOCKED: ret.LOCKED }),
    }),
  });
}

/** The hole page takes the place of the locked entry and is returned locked; the fault lock is dropped before it is mapped. */
export function dax_load_hole(d: IomapParts, here: Here, ret: Returns<'RETURN' | 'LOCKED'>): StateConfig {
  return chart(here, {
    hole_page_exists: dispatch(
      'dax_load_hole',
      V49.dax,
      when((s) => s.get(grabbed)!.kind === 'page', ret.LOCKED, '', handOver),
      otherwise('alloc', ''),
    ),
    alloc: step(
      LOCK,
      'find_or_create_page',
      V49.filemap,
      ...mayFail(here, 'find_or_create_page()', { ENOMEM: true }, inFault('put_locked_mapping_entry')),
      otherwise('page_cache_tree_insert', 'alloc_page(zeroed), __SetPageLocked()', (s) => {
        s.set(grabbed, { kind: 'page', pfn: allocHolePage(s, here) });
      }),
    ),
    page_cache_tree_insert: step(
      TL,
      'page_cache_tree_insert',
      V49.filemap,
      otherwise(ret.LOCKED, 'entry := hole page; wake all waiters', (s) => {
        replaceEmptyEntry(s, here, s.get(grabbed)!.pfn!);
        wakeAll(s, here.page);
        handOver(s);
      }),
    ),
    ...(injects(here) && {
      put_locked_mapping_entry: d.put_locked_mapping_entry(d, here.at('put_locked_mapping_entry'), ret),
    }),
  });
}

/** As in 4.12, but a block's entry is replaced, too: its sector is never compared. */
export function dax_insert_mapping_entry(
  d: IomapParts,
  here: Here,
  ret: Returns<'RETURN' | 'ENOMEM'>,
  slot: (s: Look) => Slot,
  kind: 'zero' | 'blk',
): StateConfig {
  const whole = dax_insert_mapping_entry_v412(d, here, ret, slot, kind);
  return {
    ...whole,
    states: {
      ...whole.states,
      replace: {
        ...step(
          TL,
          'dax_insert_mapping_entry',
          V49.dax,
          otherwise(ret.RETURN, '', (s) => {
            const put = slot(s);
            s.send(here.entry, { type: 'REPLACE', slot: put, lockedBy: here.me });
            s.line(`entry := ${put.pfn}`);
            if (here.write) {
              s.send(here.entry, { type: 'TAG', tag: 'dirty' });
              s.line('set DIRTY');
            }
            s.set(grabbed, null);
          }),
        ),
        id: `${here.id}/replace`,
      },
    },
  } as StateConfig;
}

/** Tags the entry, whatever it is, and returns: the core makes the PTE writable later, under no lock of the filesystem. */
export const mkwriteTags: MkwriteBody = {
  first: 'dax_pfn_mkwrite',
  states: (_d, here, { up }) =>
    withUnlockedEntry(
      here,
      'dax_pfn_mkwrite',
      { fn: 'dax_pfn_mkwrite', src: V49.dax, page: () => here.page },
      when((s) => !s.read(here.entry, isValue), up, 'no entry: nothing to tag'),
      otherwise(up, 'set DIRTY; wake next', (s) => {
        s.send(here.entry, { type: 'TAG', tag: 'dirty' });
        wakeNext(s, here.page);
      }),
    ),
};

export const ext4_dax_pfn_mkwrite = mkwriteHandler({ fn: 'ext4_dax_pfn_mkwrite', src: V49.ext4File }, mkwriteTags);

/** VM_FAULT_DAX_LOCKED: the core unlocks the entry after it has mapped the copy. */
export const cow_release = (d: MmParts, here: Here, ret: Returns<'RETURN'>): StateConfig =>
  (d as IomapParts).dax_unlock_mapping_entry(d as IomapParts, here, ret);
