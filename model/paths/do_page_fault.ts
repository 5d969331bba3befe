/**
 * The page fault: mmap_sem, the VMA, the lockless PTE snapshot, and handle_pte_fault()'s dispatch. arch/x86/mm/fault.c,
 * mm/memory.c
 */
import {
  type Act,
  chart,
  dispatch,
  otherwise,
  type StateConfig,
  step,
  type Target,
  when,
} from '../../explorer/chart.ts';
import { isNone, isWritable, sameAs } from '../entries/pte.ts';
import { type LockRef, mmapLock } from '../entries/rwsem.ts';
import { covers, mayWrite, vma } from '../entries/vma.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import type { MmParts, Returns } from '../parts.ts';
import { origPte, vmFault } from '../registers.ts';
import { LOCAL, LOCK, PTL } from '../sections.ts';
import { V40, V45 } from '../sources.ts';
import { thpOn } from '../thp.ts';
import { down, up } from './locks.ts';
import { injects, pteAlloc } from './may_fail.ts';
import { pmdFault } from './thp/handle_mm_fault.ts';

export const do_page_fault = (d: MmParts, here: Here, ret: Returns<'RETRY' | 'KILLED'>): StateConfig => {
  const lock = mmapLock(here.thread.mm);
  return faultUnder(d, here, ret, {
    lock,
    take: down(here, 'mmap_sem', { lock, mode: 'read', fn: '__do_page_fault', src: V40.fault, to: 'find_vma' }),
    noVma: 'bad_area',
  });
};

/** What keeps the VMA as it is while a fault is handled. */
interface VmaGuard {
  readonly lock: LockRef;
  /** States that take it; the last one leads to `find_vma`. */
  readonly take: Record<string, StateConfig>;
  /** Where the fault goes, still with the lock, if there is no VMA. */
  readonly noVma: Target;
}

export function faultUnder(
  d: MmParts,
  here: Here,
  ret: Returns<'RETRY' | 'KILLED'>,
  { lock, take, noVma }: VmaGuard,
): StateConfig {
  const killed = (signal: string) =>
    up(here, lock, '__do_page_fault', V40.fault, ret.KILLED, (s) => {
      s.line(here.faultMayFail ? `${signal} for an access; ignored` : signal);
      if (!here.faultMayFail) s.mark(mark({ type: 'killed', op: here.op.token, signal }));
    });
  // Up to 4.7 __handle_mm_fault() allocates the page table first; where that cannot fail, it is no step.
  const pageTableFirst = d.page_table_first && injects(here);
  const readPte = (s: Act): void => s.set(origPte, s.read(here.pte));
  const alloc = pteAlloc(here, '__pte_alloc', {
    fn: '__handle_mm_fault',
    src: V40.memory,
    to: 'orig_pte',
    on: { to: 'up_read', leave: (s) => s.set(vmFault, 'OOM') },
  });
  const huge = thpOn(here.scene) ? pmdFault(d, here, d.huge_fault!) : undefined;
  return chart(here, {
    ...take,
    // The VMA cannot change under the lock, so finding it and the lockless read of the PTE are one step.
    find_vma: step(
      LOCAL,
      'handle_pte_fault',
      V40.memory,
      when((s) => !s.read(vma(here.thread.vma), covers(here.page)), noVma, 'no VMA'),
      ...(here.write
        ? [when((s) => !s.read(vma(here.thread.vma), mayWrite), 'bad_area', 'access_error(): not VM_WRITE')]
        : []),
      ...(huge
        ? huge.first
        : [
            pageTableFirst
              ? otherwise(alloc.first, 'find_vma()')
              : otherwise('handle_pte_fault', 'orig_pte = *pte', readPte),
          ]),
    ),
    ...huge?.states,
    ...(pageTableFirst && {
      ...alloc.states,
      orig_pte: step(LOCAL, 'handle_pte_fault', V40.memory, otherwise('handle_pte_fault', 'orig_pte = *pte', readPte)),
    }),
    handle_pte_fault: d.handle_pte_fault(d, here.at('handle_pte_fault'), {
      DONE: here.to('up_read'),
      SIGBUS: here.to('sigbus'),
    }),
    up_read: injects(here) ? upAfterOom(here, lock, ret) : up(here, lock, '__do_page_fault', V40.fault, ret.RETRY),
    bad_area: killed('SIGSEGV'),
    sigbus: killed('SIGBUS'),
  });
}

/** After VM_FAULT_OOM the instruction is executed again, unless the OOM killer has chosen this process. */
function upAfterOom(here: Here, lock: LockRef, ret: Returns<'RETRY' | 'KILLED'>): StateConfig {
  const release = (s: Act): void => {
    s.send(lock, { type: 'UP', who: here.me });
    s.set(vmFault, null);
  };
  if (here.faultMayFail) {
    return step(
      LOCK,
      '__do_page_fault',
      V40.fault,
      when((s) => s.get(vmFault) === 'OOM', ret.KILLED, `up(${lock.id}); -ENOMEM, ignored`, release),
      otherwise(ret.RETRY, `up(${lock.id})`, release),
    );
  }
  const oom = `up(${lock.id}); pagefault_out_of_memory()`;
  return step(
    LOCK,
    '__do_page_fault',
    V40.fault,
    when(
      (s) => s.get(vmFault) === 'OOM' && s.choose('the OOM killer', ['kills others', 'kills it']) === 'kills it',
      ret.KILLED,
      `${oom}: killed`,
      (s) => {
        release(s);
        s.mark(mark({ type: 'killed', op: here.op.token, signal: 'SIGKILL' }));
      },
    ),
    when((s) => s.get(vmFault) === 'OOM', ret.RETRY, oom, release),
    otherwise(ret.RETRY, `up(${lock.id})`, release),
  );
}

/** @param fallThrough whether a store looks at the PTE again after ->fault, and goes on if it is read-only */
const handlePteFault =
  ({ fallThrough }: { fallThrough: boolean }) =>
  (d: MmParts, here: Here, ret: Returns<'DONE' | 'SIGBUS'>): StateConfig => {
    const missing = here.cow ? 'do_cow_fault' : here.write ? 'do_shared_fault' : 'do_read_fault';
    const goesOn = fallThrough && here.write;
    return chart(here, {
      handle_pte_fault: dispatch(
        'handle_pte_fault',
        V40.memory,
        when((s) => s.get(origPte) === null, missing, ''),
        otherwise('pte_lock', ''),
      ),
      [missing]: d[missing](d, here.at(missing), goesOn ? { ...ret, DONE: here.to('look_again') } : ret),
      ...(goesOn && {
        look_again: step(
          LOCAL,
          'handle_pte_fault',
          V45.memory,
          ...(injects(here) ? [when((s) => s.get(vmFault) === 'OOM', ret.DONE, 'VM_FAULT_OOM')] : []),
          when((s) => s.read(here.pte, isNone), ret.DONE, '*pte is none: retry'),
          when((s) => s.read(here.pte, isWritable), ret.DONE, '*pte is writable'),
          otherwise('pte_lock', 'entry = *pte: read-only', (s) => s.set(origPte, s.read(here.pte))),
        ),
      }),
      // pte_same() and what follows under the same PTL: do_wp_page() goes on with the lock held.
      pte_lock: step(
        PTL,
        'handle_pte_fault',
        V40.memory,
        when(
          (s) => !s.read(here.pte, sameAs(s.get(origPte))),
          ret.DONE,
          '!pte_same(): retry',
          (s) => s.set(origPte, null),
        ),
        ...(here.write
          ? [
              when(
                (s) => s.get(origPte)?.w === true,
                ret.DONE,
                'spurious fault: pte_mkdirty',
                (s) => {
                  s.send(here.pte, { type: 'SET', pte: { ...s.get(origPte)!, d: true } });
                  s.set(origPte, null);
                },
              ),
              otherwise('do_wp_page', 'pte_same()'),
            ]
          : [otherwise(ret.DONE, 'spurious fault: pte_mkyoung', (s) => s.set(origPte, null))]),
      ),
      ...(here.write && { do_wp_page: d.do_wp_page(d, here.at('do_wp_page'), ret) }),
    });
  };

export const handle_pte_fault = handlePteFault({ fallThrough: false });

export const handle_pte_fault_fallthrough = handlePteFault({ fallThrough: true });
