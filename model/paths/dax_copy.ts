/** What read(2) and write(2) do with the block in register `mapping`: the copies between the user's buffer and memory. */
import { type Act, otherwise, type Source, type StateConfig, step, when } from '../../explorer/chart.ts';
import { block } from '../entries/block.ts';
import { showContent } from '../entries/content.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import { mapping } from '../registers.ts';
import { LOCAL, SLEEP } from '../sections.ts';
import { isBehindEof } from './address_space.ts';
import { inCall, mayFail } from './may_fail.ts';

const blockOf = (s: Pick<Act, 'get'>): string => s.get(mapping)!.block!;

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
  const content = s.read(block(blockOf(s))).mem;
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
  zero: step(
    SLEEP,
    fn,
    src,
    otherwise(out, 'iov_iter_zero()', (s) => iovIterZero(s, here)),
  ),
  copy: step(
    SLEEP,
    fn,
    src,
    ...(fails === undefined ? [] : mayFail(here, fails, { EIO: true }, inCall(out))),
    otherwise(out, 'copy_to_iter()', (s) => copyToIter(s, here)),
  ),
});
