/** What is seen of one of two sides that run at once. */
import type { Successor } from '../explorer/interpreter.ts';
import { type KernelMark, kernelMarks } from '../model/marks.ts';
import type { SideTurn } from './translated.ts';

/** Where one side stands still in the middle of something, the other may trap again and again: from there on all is one. */
const MANY_TRAPS = 4;

/** What is seen of one side. */
export interface Seen {
  /** Traps of user mode, up to MANY_TRAPS. */
  readonly traps: number;
  /** Whether file_update_time() ran. */
  readonly times: boolean;
  readonly calls: readonly SeenCall[];
}
export interface SeenCall {
  readonly signal?: string;
  readonly content?: readonly string[];
}

/** How a call ended, and what it got: the signal that killed it, and the content that was loaded or read last. */
export function endOf(marks: readonly KernelMark[]): SeenCall {
  const killed = marks.find((m) => m.type === 'killed');
  const got = marks.findLast((m) => m.type === 'hw-load' || m.type === 'read-copy');
  return { ...(killed && { signal: killed.signal }), ...(got && { content: got.content }) };
}

/** After one more step of the side. @param call which of its calls the step is of; undefined: it is around one */
export function noted(seen: Seen, { result }: Successor, call: number | undefined, inodeSlot: number): Seen {
  const marks = kernelMarks(result.marks);
  const now = endOf(marks);
  return {
    traps: Math.min(seen.traps + marks.filter((m) => m.type === 'trap').length, MANY_TRAPS),
    times: seen.times || result.sends.some((s) => s.slot === inodeSlot && s.event.type === 'FILE_UPDATE_TIME'),
    calls:
      call === undefined || Object.keys(now).length === 0
        ? seen.calls
        : seen.calls.with(call, { ...seen.calls[call], ...now }),
  };
}

export const nothingSeen = (turns: readonly SideTurn[]): Seen => ({
  traps: 0,
  times: false,
  calls: turns.filter((t) => t.call !== undefined).map(() => ({})),
});
