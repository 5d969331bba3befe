/** What read(2) and write(2) do with the block in register `mapping`: the copies between the user's buffer and memory. */
import {
  type Act,
  type Alternative,
  chart,
  dispatch,
  type Look,
  otherwise,
  register,
  type Source,
  type StateConfig,
  step,
  type Target,
  when,
} from '../../explorer/chart.ts';
import { block } from '../entries/block.ts';
import { contents, showContent } from '../entries/content.ts';
import { mmapLock } from '../entries/rwsem.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import type { MmParts } from '../parts.ts';
import { type Mapping, mapping } from '../registers.ts';
import { LOCAL, SLEEP } from '../sections.ts';
import { V40 } from '../sources.ts';
import { isBehindEof } from './address_space.ts';
import { down, up } from './locks.ts';
import { inCall, injects, mayFail, type OnError } from './may_fail.ts';

const blockOf = (s: Pick<Act, 'get'>): string => s.get(mapping)!.block!;

/** Where a call is in the fault of its own buffer: the answer of the filesystem that it goes on with. */
const outer = register<Mapping | null>('iomap_of_the_call', null);

/**
 * State `name`: a step that copies from or to the user's buffer. With user-buffer=anonymous or file the buffer is not there, and the copy
 * takes a page fault first, under whatever the call holds: `copy_from_user()`, arch/x86/mm/fault.c. What fails there: endsShort().
 */
export function copying(
  d: MmParts,
  here: Here,
  name: string,
  copy: StateConfig,
  reads = false,
): Record<string, StateConfig> {
  if (!faultsBuffer(here)) return { [name]: copy };
  const bytes = `${name}_bytes`;
  return { [name]: faultIn(d, here.at(name), here.to(bytes), reads), [bytes]: copy };
}

/** The page fault of the buffer: chart `here`. */
export const faultIn = (d: MmParts, here: Here, to: string, reads = false): StateConfig =>
  here.scene.config['user-buffer'] === 'file' && !reads ? faultOfFile(d, here, to) : faultOfBuffer(here, to);

/** Whether the buffer of read(2) and write(2) has to be faulted in. */
export const faultsBuffer = (here: Here): boolean =>
  here.scene.config['user-buffer'] === 'anonymous' || here.scene.config['user-buffer'] === 'file';

/** The fault of an anonymous page: nobody else has it. */
function faultOfBuffer(here: Here, to: string): StateConfig {
  const lock = mmapLock(here.thread.mm);
  const fn = '__do_page_fault';
  return chart(here, {
    ...down(here, 'mmap_sem', { lock, mode: 'read', fn, src: V40.fault, to: 'up_read' }),
    up_read: up(here, lock, fn, V40.fault, to),
  });
}

/** The bytes are those of the process's own mapping: of the page itself, or of its first one. */
function faultOfFile(d: MmParts, here: Here, to: string): StateConfig {
  const { pages } = here.vma;
  const from = pages.includes(here.page) ? here.page : pages[0]!;
  const fn = 'copy_from_user';
  return chart(here, {
    keep: dispatch(
      fn,
      V40.fault,
      otherwise('load', '', (s) => {
        s.set(outer, s.get(mapping));
        s.set(mapping, null);
      }),
    ),
    load: d.user_access(d, here.at('load').of(from), { DONE: here.to('loaded'), KILLED: here.to('loaded') }),
    loaded: dispatch(
      fn,
      V40.fault,
      otherwise(to, '', (s) => {
        s.set(mapping, s.get(outer));
        s.set(outer, null);
      }),
    ),
  });
}

/** Whether what write(2) copies may not be there: user-buffer=short. */
export const mayEndShort = (here: Here): boolean => here.scene.config['user-buffer'] === 'short';

/** Whether a write(2) that has allocated may end with an error. */
export const mayFailCopying = (here: Here): boolean => injects(here) || mayEndShort(here);

/** What write(2) does that has copied some bytes of the page, as if it were all, and none. */
interface ShortCopy {
  readonly to: Target;
  /** Absent: the page is behind i_size. */
  readonly copy?: (s: Act) => void;
  readonly none: OnError;
}

/**
 * The alternatives with which write(2) copies less than it was asked for; they come first in the step. None without user-buffer=short. Behind
 * i_size, which counts whole pages, it is all of the page or nothing. What was there stays: what a fault zeroes (x86 up to 4.11,
 * copy_user_handle_tail()) are the bytes of one segment, and those of the next ones are as they were.
 */
export function endsShort(here: Here, { to, copy, none }: ShortCopy): Alternative[] {
  if (!mayEndShort(here)) return [];
  const copied = (s: Look): string =>
    s.choose('copy_from_user()', isBehindEof(here)(s) ? ['all', 'none'] : ['all', 'some', 'none']);
  return [
    when(
      (s) => copied(s) === 'none',
      none.to,
      'copy_from_user() copies nothing',
      (s) => none.leave?.(s, 'EFAULT'),
    ),
    ...(copy
      ? [when((s: Look) => copied(s) === 'some', to, 'copy_from_user() ends behind the first bytes', copy)]
      : []),
  ];
}

/** write(2) says that it has copied the page, and has not. */
export function pretendsToCopy(s: Act, here: Here): void {
  s.line('nothing is copied, and the call returns as if all were');
  s.mark(mark({ type: 'copy', op: here.op.token, page: here.page }));
}

/** The first bytes of what copyFromIter() copies. */
export function copySome(s: Act, here: Here): void {
  s.send(block(blockOf(s)), { type: 'STORE', op: here.op.token });
  s.mark(mark({ type: 'copy', op: here.op.token, page: here.page, some: true }));
}

/** The same of copyFromIterPmem(). */
export function copySomePmem(s: Act, here: Here): void {
  copySomeAround(s, here);
  s.set(mapping, null);
}

/** The same of copyAroundCache(). */
export function copySomeAround(s: Act, here: Here): void {
  s.send(block(blockOf(s)), { type: 'STORE_AROUND', op: here.op.token });
  s.mark(mark({ type: 'copy', op: here.op.token, page: here.page, some: true }));
}

/** copy_from_iter(), through the CPU cache. The mapping is kept. */
export function copyFromIter(s: Act, here: Here): void {
  s.send(block(blockOf(s)), { type: 'COPY', op: here.op.token });
  s.mark(mark({ type: 'copy', op: here.op.token, page: here.page }));
}

/** copy_from_iter_pmem(), dax_copy_from_iter(): around the CPU cache, so that the bytes are on media. */
export function copyFromIterPmem(s: Act, here: Here): void {
  copyAroundCache(s, here);
  s.set(mapping, null);
}

/** The same where the mapping is needed afterwards. */
export function copyAroundCache(s: Act, here: Here): void {
  const b = blockOf(s);
  copyFromIter(s, here);
  s.send(block(b), { type: 'FLUSH' });
  s.mark(mark({ type: 'flush', block: b }));
}

/** copy_to_iter() */
function copyToIter(s: Act, here: Here): void {
  const content = s.read(block(blockOf(s)), contents);
  s.line(`reads ${showContent(content)}`);
  s.mark(mark({ type: 'read-copy', op: here.op.token, page: here.page, content }));
  s.set(mapping, null);
}

/** iov_iter_zero() */
const iovIterZero = (s: Act, here: Here): void =>
  s.mark(mark({ type: 'read-copy', op: here.op.token, page: here.page, content: [] }));

/** Who copies for a read(2), and what follows. */
interface ReadCopy {
  readonly fn: string;
  readonly src: Source;
  /** The function that tests i_size, where that is another. */
  readonly checks?: string;
  /** The look-up, which goes on to `copy` or `zero`. */
  readonly lookup: string;
  readonly out: string;
  /** The call that maps the storage, where its failure is modelled. */
  readonly fails?: string;
}

/** States `check_size`, `zero` and `copy` of a read(2): the user gets nothing behind i_size, zeros for a hole, else the block's bytes. */
export const readCopy = (
  d: MmParts,
  here: Here,
  { fn, src, checks = fn, lookup, out, fails }: ReadCopy,
): Record<string, StateConfig> => ({
  check_size: step(
    LOCAL,
    checks,
    src,
    when(isBehindEof(here), out, 'at EOF: returns 0'),
    otherwise(lookup, 'pos < i_size'),
  ),
  ...copying(
    d,
    here,
    'zero',
    step(
      SLEEP,
      fn,
      src,
      otherwise(out, 'iov_iter_zero()', (s) => iovIterZero(s, here)),
    ),
    true,
  ),
  ...copying(
    d,
    here,
    'copy',
    step(
      SLEEP,
      fn,
      src,
      ...(fails === undefined ? [] : mayFail(here, fails, { EIO: true }, inCall(out))),
      otherwise(out, 'copy_to_iter()', (s) => copyToIter(s, here)),
    ),
    true,
  ),
});
