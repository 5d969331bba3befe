/** The begin and the completion of a system call, as properties time them. */
import type { Act } from '../../explorer/chart.ts';
import type { Here } from '../here.ts';
import { mark } from '../marks.ts';
import { errno, ioError } from '../registers.ts';
import { leftOf } from './vma_left.ts';

/**
 * What a call that syncs has promised to sync, whatever its functions hand on to each other: fsync(2) all of the file, msync(2) what the mapping
 * has of it. Where munmap can leave less, what was found; of pages that it cannot have left alone, those that it always leaves.
 */
function promised(here: Here, pages: readonly string[]): readonly string[] {
  if (here.op.name === 'fsync') return here.allPages;
  if (here.op.name !== 'msync') return pages;
  const left = leftOf(here);
  const found = left.find((some) => some.length === pages.length && some.every((p) => pages.includes(p)));
  return found ?? here.vma.pages.filter((p) => left.every((some) => some.includes(p)));
}

/** @param pages what the call is about, by name */
export function callOf(here: Here, pages: readonly string[] = here.pages) {
  const facts = { op: here.op.token, name: here.op.name, pages: promised(here, pages) };
  /** With the error that the call has met, if any. */
  const end = (s: Act): void => {
    const error = s.get(errno);
    s.mark(mark({ type: 'end', ...facts, ...(error !== null && { error }) }));
    if (error === null) return;
    s.line(`returns -${error}`);
    s.set(errno, null);
  };
  /** Returns the error that a write-back within the call has left. */
  const endEio = (s: Act): void => {
    s.set(ioError, false);
    s.mark(mark({ type: 'end', ...facts, error: 'EIO' }));
  };
  return {
    begin: (s: Act): void => s.mark(mark({ type: 'begin', ...facts })),
    end,
    endEio,
    /** The one or the other. */
    endWithError: (s: Act): void => (s.get(ioError) ? endEio : end)(s),
  };
}
