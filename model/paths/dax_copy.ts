/** What read(2) and write(2) do with the block in register `mapping`: the copies between the user's buffer and memory. */
import type { Act } from '../../explorer/chart.ts';
import { block } from '../entries/block.ts';
import { showContent } from '../entries/content.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import { mapping } from '../registers.ts';

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
export function copyToIter(s: Act, here: Here): void {
  const content = s.read(block(blockOf(s))).mem;
  s.line(`reads ${showContent(content)}`);
  s.mark(mark({ type: 'read-copy', op: here.op.token, page: here.page, content }));
  s.set(mapping, null);
}

/** iov_iter_zero() */
export const iovIterZero = (s: Act, here: Here): void =>
  s.mark(mark({ type: 'read-copy', op: here.op.token, page: here.page, content: [] }));
