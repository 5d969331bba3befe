/** The begin and the completion of a system call, as properties time them. */
import { type Act, type Alternative, type StateConfig, type StepMeta, step } from '../../explorer/chart.ts';
import type { Here } from '../here.ts';
import { type KernelMark, mark } from '../marks.ts';
import type { FsyncRange, MmParts, Returns } from '../parts.ts';
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

/** The design's fsync, which begins with its first step, whether that says so or not: a design may have put one of its own before. */
export function vfsFsyncRange(d: MmParts, here: Here, ret: Returns<'RETURN'>, range?: FsyncRange): StateConfig {
  const { begin } = callOf(here, range?.pages ?? here.allPages);
  return beginning(d.fsync(d, here, ret, range), begin);
}

interface Node {
  readonly initial?: string;
  readonly meta?: StepMeta;
  readonly on?: { readonly STEP?: readonly { readonly meta?: { readonly alternative?: Alternative } }[] };
  readonly states?: Readonly<Record<string, StateConfig>>;
}

/** A chart whose first step marks the begin of the call. One that begins with a decision (dispatch) is left as it is. */
function beginning(chart: StateConfig, begin: (s: Act) => void): StateConfig {
  const { initial, states, meta, on } = chart as Node;
  const first = initial !== undefined ? states?.[initial] : undefined;
  if (first) return { ...chart, states: { ...states, [initial!]: beginning(first, begin) } } as StateConfig;
  const own = (on?.STEP ?? []).flatMap((t) => t.meta?.alternative ?? []);
  if (!meta || own.length === 0) return chart;
  const { section, fn, src } = meta;
  const marked = own.map((a): Alternative => ({ ...a, effect: (s) => withBegin(s, a, begin) }));
  return { ...chart, on: step(section!, fn, src, ...marked).on } as StateConfig;
}

function withBegin(s: Act, { effect }: Alternative, begin: (s: Act) => void): void {
  let begun = false;
  effect?.({
    read: ((ref: never, part: never) => s.read(ref, part)) as Act['read'],
    get: (register) => s.get(register),
    choose: (label, options) => s.choose(label, options),
    send: (ref, event) => s.send(ref, event),
    set: (register, value) => s.set(register, value),
    line: (text) => s.line(text),
    mark: (m) => {
      begun ||= (m as KernelMark).type === 'begin';
      s.mark(m);
    },
  });
  if (!begun) begin(s);
}
