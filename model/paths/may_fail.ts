/**
 * Injected errors (config errors=on): a call that may fail is a choice in the step that makes it. With errors=off nothing
 * of this is built. How often a run may fail is bounded by `ERRORS_PER_RUN`.
 */
import {
  type Act,
  type Alternative,
  dispatch,
  type Guard,
  type Look,
  otherwise,
  type Source,
  type StateConfig,
  step,
  type Target,
  when,
} from '../../explorer/chart.ts';
import { errors, someLeft } from '../entries/errors.ts';
import { pageTable } from '../entries/page-table.ts';
import type { Here } from '../here.ts';
import { type Errno, mark } from '../marks.ts';
import { errno, grabbed, mapping, vmFault } from '../registers.ts';
import { PMDL, SLEEP } from '../sections.ts';
import { thpOn } from '../thp.ts';
import { allocTable } from './thp/pte_alloc.ts';

export const injects = (here: Here): boolean => here.scene.config.errors === 'on';

/** Where an error leads, and what the function leaves behind for it. */
export interface OnError {
  readonly to: Target;
  readonly leave?: (s: Act, error: Errno) => void;
}

/**
 * The alternatives with which `call` fails; they come first in the step. None without errors=on.
 * @param failures by error, when it can happen
 */
export function mayFail(
  here: Here,
  call: string,
  failures: Partial<Record<Errno, true | Guard>>,
  { to, leave }: OnError,
): Alternative[] {
  if (!injects(here)) return [];
  const all = Object.entries(failures) as [Errno, true | Guard][];
  const possible = (s: Look): Errno[] => all.filter(([, g]) => g === true || g(s)).map(([error]) => error);
  const fails = (s: Look, error: Errno): boolean => {
    if (!s.read(errors, someLeft)) return false;
    const outcomes = possible(s);
    return outcomes.includes(error) && s.choose(call, ['works', ...outcomes]) === error;
  };
  return all.map(([error]) =>
    when(
      (s) => fails(s, error),
      to,
      `${call} fails: -${error}`,
      (s) => {
        s.send(errors, { type: 'INJECT' });
        s.mark(mark({ type: 'injected-error', call, error }));
        leave?.(s, error);
      },
    ),
  );
}

/** For a handler of faults: dax_fault_return() makes -ENOMEM VM_FAULT_OOM, and anything else VM_FAULT_SIGBUS. */
export const inFault = (to: Target): OnError => ({
  to,
  leave: (s, error) => {
    s.set(vmFault, error === 'ENOMEM' ? 'OOM' : 'SIGBUS');
    s.set(mapping, null);
    // A hole page is still held.
    if (s.get(grabbed)?.kind !== 'page') s.set(grabbed, null);
  },
});

/** For a system call that returns the error. */
export const inCall = (to: Target): OnError => ({
  to,
  leave: (s, error) => {
    s.set(errno, error);
    s.set(mapping, null);
  },
});

/** States that are there with errors=on only, and where to begin: with errors=off at once where they lead. */
interface Detour {
  readonly first: Target;
  readonly states: Record<string, StateConfig>;
}

/** State `name`: a call that may fail and has no effect that others see. Without errors=on there is none, and `to` follows. */
export function failingCall(
  here: Here,
  name: string,
  t: { call: string; fn: string; src: Source; to: Target; errors: readonly Errno[]; on: OnError; section?: string },
): Detour {
  if (!injects(here)) return { first: t.to, states: {} };
  const failures = Object.fromEntries(t.errors.map((e) => [e, true as const]));
  return {
    first: here.to(name),
    states: {
      [name]: step(t.section ?? SLEEP, t.fn, t.src, ...mayFail(here, t.call, failures, t.on), otherwise(t.to, t.call)),
    },
  };
}

interface AllocatingPte {
  /** Whether it looks at the PMD again: pte_alloc_one_map(). */
  readonly looks?: boolean;
  readonly fn: string;
  readonly src: Source;
  readonly to: Target;
  readonly on: OnError;
}

/** State `name`: the page table is there, is allocated, or cannot be (with errors=on): -ENOMEM. */
export function pteAlloc(here: Here, name: string, t: AllocatingPte): Detour {
  if (thpOn(here.scene)) {
    const huge = { to: t.on.to, looks: t.looks === true };
    return { first: here.to(name), states: { [name]: allocTable(here, { ...t, huge }) } };
  }
  if (!injects(here)) return { first: t.to, states: {} };
  const table = pageTable(here.thread.vma);
  return {
    first: here.to(name),
    states: {
      [name]: step(
        PMDL,
        t.fn,
        t.src,
        when((s) => s.read(table).present, t.to, ''),
        ...mayFail(here, 'pte_alloc()', { ENOMEM: true }, t.on),
        otherwise(t.to, 'pte_alloc()', (s) => s.send(table, { type: 'POPULATE' })),
      ),
    },
  };
}

/** The same where the era allocates it on insertion (4.8 and later); before, __handle_mm_fault() has done so. */
export const pteAllocLate = (
  { page_table_first }: { readonly page_table_first: boolean },
  here: Here,
  name: string,
  t: AllocatingPte,
): Detour => (page_table_first ? { first: t.to, states: {} } : pteAlloc(here, name, t));

/** What the handler of a fault returns with: SIGBUS, or NOPAGE; VM_FAULT_OOM is seen where mmap_sem is dropped. */
export function faultResult(
  here: Here,
  name: string,
  t: { fn: string; src: Source; NOPAGE: Target; SIGBUS: Target },
  canFail = injects(here),
): Detour {
  if (!canFail) return { first: t.NOPAGE, states: {} };
  return {
    first: here.to(name),
    states: {
      [name]: dispatch(
        t.fn,
        t.src,
        when(
          (s) => s.get(vmFault) === 'SIGBUS',
          t.SIGBUS,
          '',
          (s) => s.set(vmFault, null),
        ),
        otherwise(t.NOPAGE, ''),
      ),
    },
  };
}
