/** dax_iomap_pte_fault() of 4.12 to 4.14: the fault of one 4 KiB page. fs/dax.c */
import { chart, dispatch, otherwise, type Source, type StateConfig, step, when } from '../../explorer/chart.ts';
import { anon } from '../entries/anon.ts';
import { block } from '../entries/block.ts';
import { contents } from '../entries/content.ts';
import { isHuge } from '../entries/pmd.ts';
import { isNone } from '../entries/pte.ts';
import type { Here } from '../here.ts';
import type { IomapParts, Returns } from '../parts.ts';
import { cowPage, grabbed, mapping } from '../registers.ts';
import { LOCAL, PTL, SLEEP } from '../sections.ts';
import { V414 } from '../sources.ts';
import { pmdHere, thpOn } from '../thp.ts';
import { isBehindEof } from './address_space.ts';
import { mapCopy } from './cow.ts';
import { failingCall, faultResult, inFault, injects, mayFail, pteAllocLate } from './may_fail.ts';
import { isSync, SYNC, synchronous } from './v5/dax_finish_sync_fault.ts';
import { insertZeroPage, withLockedPte } from './vm_insert_mixed.ts';

/** How the functions called are named, and where the fault was read. */
interface Variant {
  readonly src: Source;
  /** The caller of the two insertions, or the tracepoint where the fault itself is. */
  readonly insert: string;
  readonly copy: string;
  readonly unlock: string;
  /** Whether a huge PMD is looked for when the entry is locked (thp=on): e2093926a098. */
  readonly looksAtPmd?: boolean;
  /** Whether the insertion of a store's PTE can answer VM_FAULT_SIGBUS by itself (6.15). */
  readonly insertsOrFails?: boolean;
}

export const iomapPteFault =
  ({
    src,
    insert,
    copy,
    unlock,
    looksAtPmd = true,
    insertsOrFails = false,
  }: Variant): IomapParts['dax_iomap_pte_fault'] =>
  (d, here, ret) => {
    const failed = inFault(here.to(unlock));
    const huge = looksAtPmd && thpOn(here.scene);
    const sync = isSync(d, here);
    const map = pteAllocLate(d, here, 'pte_alloc_one_map', {
      fn: 'alloc_set_pte',
      src: V414.memory,
      to: here.to('finish_fault'),
      on: failed,
      looks: true,
    });
    const result = faultResult(
      here,
      'out',
      { fn: 'dax_iomap_pte_fault', src, ...ret },
      injects(here) || (insertsOrFails && here.sharedWrite),
    );
    return chart(here, {
      check_size: step(
        LOCAL,
        'dax_iomap_pte_fault',
        src,
        when(isBehindEof(here), ret.SIGBUS, 'pos >= i_size: SIGBUS'),
        otherwise('grab_mapping_entry', 'pos < i_size'),
      ),
      grab_mapping_entry: d.grab_mapping_entry(d, here.at('grab_mapping_entry'), {
        RETURN: here.to(huge ? 'pmd_trans_huge' : 'iomap_begin'),
        ENOMEM: ret.NOPAGE,
      }),
      // A PMD fault was faster: there is nothing left to do.
      ...(huge && {
        pmd_trans_huge: step(
          LOCAL,
          'dax_iomap_pte_fault',
          src,
          when(
            (s) => s.read(pmdHere(here), isHuge),
            unlock,
            'pmd_trans_huge() or pmd_devmap(): NOPAGE',
            (s) => s.set(grabbed, null),
          ),
          otherwise('iomap_begin', 'not huge'),
        ),
      }),
      iomap_begin: d.iomap_begin(
        d,
        here.at('iomap_begin'),
        {
          MAPPED: here.to(here.cow ? copy : sync ? SYNC : insert),
          HOLE: here.cow ? map.first : here.to('dax_load_hole'),
        },
        { write: here.sharedWrite, fn: 'dax_iomap_pte_fault', src, failed },
      ),
      ...(sync &&
        synchronous(d, here, { fn: 'dax_iomap_pte_fault', src, no: insert, to: unlock }, (s) => ({
          kind: 'blk',
          pfn: s.get(mapping)!.block,
        }))),
      ...(here.cow && { ...copyStates(here, src, copy, { mapped: map.first, unlock }), ...map.states }),
      ...(!here.cow && { [insert]: d.dax_insert_mapping(d, here.at(insert), { RETURN: here.to(unlock) }) }),
      // IOMAP_WRITE never answers HOLE, so only loads come here.
      ...(!here.write && {
        dax_load_hole: d.dax_load_hole(d, here.at('dax_load_hole'), {
          RETURN: here.to(unlock),
          LOCKED: ret.LOCKED,
        }),
      }),
      [unlock]: d.put_locked_mapping_entry(d, here.at(unlock), { RETURN: result.first }),
      ...result.states,
    });
  };

export const dax_iomap_pte_fault = iomapPteFault({
  src: V414.dax,
  insert: 'dax_insert_mapping',
  copy: 'copy_user_dax',
  unlock: 'put_locked_mapping_entry',
});

/** A private store: the contents are copied (a hole: zeros) and mapped while the entry is locked; the entry stays as it is. */
const copyStates = (
  here: Here,
  src: Source,
  copy: string,
  { mapped, unlock }: { mapped: string; unlock: string },
): Record<string, StateConfig> => ({
  [copy]: step(
    SLEEP,
    'dax_iomap_pte_fault',
    src,
    ...mayFail(here, `${copy}()`, { EIO: true }, inFault(unlock)),
    otherwise(mapped, `${copy}()`, (s) => {
      s.send(anon(s.get(cowPage)!), { type: 'FILL', mem: s.read(block(s.get(mapping)!.block!), contents) });
      s.set(mapping, null);
    }),
  ),
  finish_fault: step(
    PTL,
    'finish_fault',
    V414.memory,
    when((s) => s.read(here.pte, isNone), unlock, `set_pte_at(copy, ${here.mkwriteText})`, mapCopy(here)),
    otherwise(unlock, '!pte_none(): nothing'),
  ),
});

/** What the two insertions are called. */
interface Insertions {
  readonly entry: string;
  /** @param mkwrite of a store, where that has a function of its own */
  pte(mkwrite: boolean): string;
  /** The function that calls dax_direct_access(). */
  readonly access: { readonly fn: string; readonly src: Source };
}
const V414_INSERTIONS: Insertions = {
  entry: 'dax_insert_mapping_entry',
  pte: () => 'vm_insert_mixed',
  access: { fn: 'dax_insert_mapping', src: V414.dax },
};

/** dax_load_hole() with the common zero page: a ZERO entry, then a read-only PTE; up to 4.19 its result is ignored. */
export const loadHole =
  ({ entry, pte, ignoresError }: Insertions & { readonly ignoresError: boolean }) =>
  (d: IomapParts, here: Here, ret: Returns<'RETURN'>): StateConfig =>
    chart(here, {
      [entry]: d.dax_insert_mapping_entry(
        d,
        here.at(entry),
        { RETURN: here.to(pte(false)), ENOMEM: ret.RETURN },
        () => ({ kind: 'zero', pfn: null }),
        'zero',
      ),
      [pte(false)]: withLockedPte(
        d,
        here.at(pte(false)),
        ignoresError ? { to: ret.RETURN } : inFault(ret.RETURN),
        (at) => insertZeroPage(d, at, { OK: ret.RETURN, EBUSY: ret.RETURN }),
      ),
    });

export const dax_load_hole = loadHole({ ...V414_INSERTIONS, ignoresError: true });

/** dax_insert_mapping(): the entry first, then the PTE. -EBUSY is fine: somebody else faulted on the same PTE. */
export const insertMapping =
  (mkwrite: (here: Here) => boolean, { entry, pte, access }: Insertions = V414_INSERTIONS) =>
  (d: IomapParts, here: Here, ret: Returns<'RETURN'>): StateConfig => {
    const accessed = failingCall(here, 'dax_direct_access', {
      call: 'dax_direct_access()',
      ...access,
      to: entry,
      errors: ['EIO'],
      on: inFault(ret.RETURN),
    });
    return chart(here, {
      ...accessed.states,
      [entry]: d.dax_insert_mapping_entry(
        d,
        here.at(entry),
        { RETURN: here.to(pte(mkwrite(here))), ENOMEM: here.to('out') },
        (s) => ({ kind: 'blk', pfn: s.get(mapping)!.block }),
        'blk',
      ),
      [pte(mkwrite(here))]: withLockedPte(d, here.at(pte(mkwrite(here))), inFault(ret.RETURN), (at) =>
        d.insert_pfn(
          d,
          at,
          { OK: here.to('out'), EBUSY: here.to('out') },
          { pfn: (s) => s.get(mapping)!.block!, mkwrite: mkwrite(here) },
        ),
      ),
      out: dispatch(
        'dax_insert_mapping',
        V414.dax,
        otherwise(ret.RETURN, '', (s) => s.set(mapping, null)),
      ),
    });
  };

/** With vm_insert_mixed_mkwrite() for stores. */
export const dax_insert_mapping = insertMapping((here) => here.write);
/** Up to 4.13: the PTE is always inserted read-only. */
export const dax_insert_mapping_v412 = insertMapping(() => false);
