/** ext4's fault handlers: freeze protection and mtime for stores, the fault lock, then DAX. fs/ext4/file.c */
import {
  chart,
  dispatch,
  otherwise,
  type Source,
  type StateConfig,
  step,
  type Target,
  unreached,
  when,
} from '../../explorer/chart.ts';
import { isValue } from '../entries/entry.ts';
import { freezeProtection } from '../entries/freeze.ts';
import { inode } from '../entries/inode.ts';
import { faultLock } from '../entries/rwsem.ts';
import type { Here } from '../here.ts';
import { journalOn, startHandle, startJournal, stopHandle, underHandle } from '../journal.ts';
import { mark } from '../marks.ts';
import type { IomapParts, MmParts, Returns } from '../parts.ts';
import { needsDsync } from '../registers.ts';
import { LOCAL, LOCK, SLEEP } from '../sections.ts';
import { type KernelFunction, V413, V414 } from '../sources.ts';
import { isBehindEof } from './address_space.ts';
import { finish_mkwrite_fault, forgetOrigPte } from './do_wp_page.ts';
import { withUnlockedEntry } from './entry_lock.ts';
import { isFrozen, sbStart } from './freeze.ts';
import { down, up } from './locks.ts';
import { failingCall, mayFail } from './may_fail.ts';
import { isSync } from './v5/dax_finish_sync_fault.ts';

/** sb_start_pagefault(): waits while the filesystem is frozen. */
export const sbStartPagefault = (here: Here, fn: string, src: Source, to: Target): StateConfig =>
  sbStart(here, {
    fn,
    src,
    to,
    frozen: (s) => s.read(freezeProtection, isFrozen),
    text: 'sb_start_pagefault()',
    start: (s) => s.send(freezeProtection, { type: 'START_PAGEFAULT', who: here.me }),
  });

export const sbEndPagefault = (
  here: Here,
  fn: string,
  src: Source,
  to: Target,
  unreachedBecause?: string,
): StateConfig =>
  step(
    LOCK,
    fn,
    src,
    unreached(
      unreachedBecause,
      otherwise(to, 'sb_end_pagefault()', (s) => s.send(freezeProtection, { type: 'END_PAGEFAULT', who: here.me })),
    ),
  );

export const fileUpdateTime = (here: Here, fn: string, src: Source, to: Target): StateConfig =>
  underHandle(
    here,
    step(
      SLEEP,
      fn,
      src,
      otherwise(to, 'file_update_time()', (s) => {
        s.send(inode, { type: 'FILE_UPDATE_TIME' });
        s.mark(mark({ type: 'file_update_time', by: here.op.name }));
        // ext4_dirty_inode(), xfs_vn_update_time()
        startJournal(s, here);
      }),
    ),
  );

/**
 * Round the DAX fault, as ext4_dax_fault() is (= .page_mkwrite; since the zero-page series also .pfn_mkwrite). A store takes
 * freeze protection and updates the times before the fault lock and before any check, so also when the fault comes to
 * nothing.
 * @param journal whether a store has a journal handle round the rest
 */
export function faultHandler({ fn, src, journal = false }: KernelFunction & { readonly journal?: boolean }) {
  return (d: IomapParts, here: Here, ret: Returns<'NOPAGE' | 'SIGBUS'> & Partial<Returns<'LOCKED'>>): StateConfig => {
    // The way out, by result: the fault lock, then freeze protection.
    const results = {
      '': ret.NOPAGE,
      _sigbus: ret.SIGBUS,
      ...(d.fault_returns_locked && { _locked: ('LOCKED' in ret && ret.LOCKED) || ret.NOPAGE }),
    };
    return around(d, here, { fn, src, journal }, 'dax_iomap_pte_fault', results, (first) =>
      d.dax_iomap_pte_fault(d, here.at('dax_iomap_pte_fault'), {
        NOPAGE: first(''),
        SIGBUS: first('_sigbus'),
        LOCKED: first(d.fault_returns_locked ? '_locked' : ''),
      }),
    );
  };
}

/**
 * The same handler for a PMD (thp=on): ->huge_fault.
 * @param how.noSigbus why no scenario has a SIGBUS there
 */
export function hugeFaultHandler({
  fn,
  src,
  journal = false,
  noSigbus,
}: KernelFunction & { readonly journal?: boolean; readonly noSigbus?: string }) {
  return (d: IomapParts, here: Here, ret: Returns<'DONE' | 'FALLBACK' | 'SIGBUS'>): StateConfig => {
    // A private store only falls back.
    const results: Readonly<Record<string, string>> = here.cow
      ? { _fallback: ret.FALLBACK }
      : { '': ret.DONE, _sigbus: ret.SIGBUS, _fallback: ret.FALLBACK };
    return around(d, here, { fn, src, journal, noSigbus }, 'dax_iomap_pmd_fault', results, (first) =>
      d.dax_iomap_pmd_fault(d, here.at('dax_iomap_pmd_fault'), {
        DONE: first(''),
        SIGBUS: first('_sigbus'),
        FALLBACK: first('_fallback'),
      }),
    );
  };
}

/**
 * @param results by the suffix of the states of its way out, where each leads
 * @param handle the DAX fault itself, given where each of them begins
 */
function around(
  d: IomapParts,
  here: Here,
  {
    fn,
    src,
    journal,
    noSigbus,
  }: KernelFunction & { readonly journal: boolean; readonly noSigbus?: string | undefined },
  name: string,
  results: Readonly<Record<string, Target>>,
  handled: (first: (suffix: string) => Target) => StateConfig,
): StateConfig {
  const { faults } = d.fault_lock;
  const asWrite = d.cow_updates_times ? here.write : here.sharedWrite;
  const starts = asWrite && journal;
  // The handle stays open for all of the fault; that it may have to wait is modelled with journal=on.
  const held = starts && journalOn(here.scene);
  const out = faults ? 'up_read' : 'end';
  const first = (suffix: string): Target => here.to(`${held ? 'ext4_journal_stop' : out}${suffix}`);
  const sync = '' in results && isSync(d, here);
  // The handle is stopped before a commit is waited for.
  const done = (suffix: string): string => (sync && suffix === '' ? 'needdsync' : `${out}${suffix}`);
  const because = (suffix: string): string | undefined => (suffix === '_sigbus' ? noSigbus : undefined);
  const way = Object.entries(results).flatMap(([suffix, to]) => [
    ...(held ? [[`ext4_journal_stop${suffix}`, stopHandle(here, fn, src, done(suffix))] as const] : []),
    ...(faults
      ? [
          [
            `up_read${suffix}`,
            up(here, faultLock, fn, src, `end${suffix}`, undefined, undefined, because(suffix)),
          ] as const,
        ]
      : []),
    [
      `end${suffix}`,
      asWrite
        ? sbEndPagefault(here, fn, src, to, because(suffix))
        : dispatch(fn, src, unreached(because(suffix), otherwise(to, ''))),
    ] as const,
  ]);
  const call = 'ext4_journal_start_sb()';
  // There is no handle to stop then.
  const on = { to: here.to(`${out}_sigbus`) };
  const handle = failingCall(here, 'ext4_journal_start', { call, fn, src, to: name, errors: ['EIO'], on });
  const inside = held ? 'ext4_journal_start' : starts ? handle.first : name;
  return chart(here, {
    ...(asWrite && {
      sb_start_pagefault: sbStartPagefault(here, fn, src, 'file_update_time'),
      file_update_time: fileUpdateTime(here, fn, src, faults ? 'i_mmap_sem' : inside),
    }),
    ...(faults && down(here, 'i_mmap_sem', { lock: faultLock, mode: 'read', fn, src, to: inside })),
    ...(held
      ? { ext4_journal_start: startHandle(here, fn, src, name, mayFail(here, call, { EIO: true }, on)) }
      : starts && handle.states),
    [name]: handled((suffix) => (held ? first(suffix) : here.to(done(suffix)))),
    ...(sync && {
      needdsync: dispatch(
        fn,
        src,
        when((s) => s.get(needsDsync), 'dax_finish_sync_fault', ''),
        otherwise(here.to(out), ''),
      ),
      dax_finish_sync_fault: d.dax_finish_sync_fault!(
        d,
        here.at('dax_finish_sync_fault'),
        { RETURN: here.to(out), SIGBUS: here.to(`${out}_sigbus`) },
        { pmd: name === 'dax_iomap_pmd_fault' },
      ),
    }),
    ...Object.fromEntries(way),
  });
}

const EXT4_HANDLER = { fn: 'ext4_dax_huge_fault', src: V414.ext4File, journal: true };
export const ext4_dax_fault = faultHandler(EXT4_HANDLER);
export const ext4_dax_huge_fault = hugeFaultHandler(EXT4_HANDLER);

/** What a ->pfn_mkwrite() handler does under the fault lock, where the page lies inside i_size. */
export interface MkwriteBody {
  /** The first of `states`, which leave for `up` and `sigbus`; absent: there is nothing more to do. */
  readonly first?: string;
  states(d: IomapParts, here: Here, to: { up: Target; sigbus: Target }): Record<string, StateConfig>;
  /** Whether vmf->orig_pte is done with when the size is checked: by SIGBUS alone, or whatever comes. */
  readonly forgets?: 'at SIGBUS' | 'always';
}

/** A ->pfn_mkwrite() handler that looks at i_size itself. */
export function mkwriteHandler({ fn, src }: KernelFunction, body: MkwriteBody) {
  return (d: MmParts, here: Here, ret: Returns<'NOPAGE' | 'SIGBUS'>): StateConfig => {
    const { faults } = d.fault_lock;
    const [out, sigbus] = faults ? ['up_read', 'up_read_sigbus'] : ['end', 'end_sigbus'];
    return chart(here, {
      sb_start_pagefault: sbStartPagefault(here, fn, src, 'file_update_time'),
      file_update_time: fileUpdateTime(here, fn, src, faults ? 'i_mmap_sem' : 'check_size'),
      ...(faults && down(here, 'i_mmap_sem', { lock: faultLock, mode: 'read', fn, src, to: 'check_size' })),
      check_size: step(
        LOCAL,
        fn,
        src,
        when(isBehindEof(here), sigbus, 'beyond i_size: SIGBUS', body.forgets && forgetOrigPte),
        otherwise(body.first ?? out, 'pgoff < size', body.forgets === 'always' ? forgetOrigPte : undefined),
      ),
      ...body.states(d as IomapParts, here, { up: out, sigbus }),
      ...(faults && {
        up_read: up(here, faultLock, fn, src, 'end'),
        up_read_sigbus: up(here, faultLock, fn, src, 'end_sigbus'),
      }),
      end: sbEndPagefault(here, fn, src, ret.NOPAGE),
      end_sigbus: sbEndPagefault(here, fn, src, ret.SIGBUS),
    });
  };
}

/** v4.10 to 4.13: round dax_pfn_mkwrite(), which makes the PTE writable under the entry lock. */
export const mkwriteUnderEntryLock: MkwriteBody = {
  first: 'dax_pfn_mkwrite',
  states: (d, here, { up }) => ({
    dax_pfn_mkwrite: dax_pfn_mkwrite(d, here.at('dax_pfn_mkwrite'), { NOPAGE: here.to(up) }),
  }),
  forgets: 'at SIGBUS',
};

export const ext4_dax_pfn_mkwrite = mkwriteHandler(
  { fn: 'ext4_dax_pfn_mkwrite', src: V413.ext4File },
  mkwriteUnderEntryLock,
);

/** dax_pfn_mkwrite(): DIRTY and the entry lock in one TL section, then the PTE if it is unchanged. Always NOPAGE. */
export function dax_pfn_mkwrite(d: IomapParts, here: Here, ret: Returns<'NOPAGE'>): StateConfig {
  return chart(here, {
    ...withUnlockedEntry(
      here,
      'get_unlocked_mapping_entry',
      { fn: 'dax_pfn_mkwrite', src: V413.dax, page: () => here.page },
      when((s) => !s.read(here.slot(s), isValue), ret.NOPAGE, 'no entry: retry', forgetOrigPte),
      otherwise('finish_mkwrite_fault', 'set DIRTY; lock_slot()', (s) => {
        s.send(here.slot(s), { type: 'TAG', tag: 'dirty' });
        s.send(here.slot(s), { type: 'LOCK', by: here.me });
      }),
    ),
    finish_mkwrite_fault: finish_mkwrite_fault(here, 'dax_unlock_mapping_entry'),
    dax_unlock_mapping_entry: d.dax_unlock_mapping_entry(d, here.at('dax_unlock_mapping_entry'), {
      RETURN: ret.NOPAGE,
    }),
  });
}
