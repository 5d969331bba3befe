/** Progress on one line of stderr, rewritten at most four times a second; on a file or pipe, a line a second. */
import type { Progress } from '../explorer/options.ts';
import { bytes, grouped } from './text.ts';

export interface ProgressSink {
  write(text: string): void;
  /** Whether a line can be rewritten in place. */
  readonly terminal: boolean;
  /** Width of the terminal in characters. */
  readonly columns?: number;
}

/** Seconds between two lines. */
const INTERVAL = { terminal: 0.25, file: 1 };
const CLEAR = '\r\u001b[2K';

export class ProgressLine {
  private readonly sink: ProgressSink;
  private readonly now: () => number;
  private last = Number.NEGATIVE_INFINITY;
  private shown = false;

  /** @param now seconds on a clock that does not go back */
  constructor(sink: ProgressSink, now: () => number = () => performance.now() / 1000) {
    this.sink = sink;
    this.now = now;
  }

  update(label: string, p: Progress): void {
    const time = this.now();
    const { terminal, columns = 80 } = this.sink;
    if (time - this.last < (terminal ? INTERVAL.terminal : INTERVAL.file)) return;
    this.last = time;
    const text = progressText(label, p);
    // A line longer than the terminal could not be rewritten.
    this.sink.write(terminal ? CLEAR + text.slice(0, columns - 1) : `${text}\n`);
    this.shown = terminal;
  }

  /** A line of the caller's own, at once. */
  note(text: string): void {
    const { terminal, columns = 80 } = this.sink;
    this.sink.write(terminal ? CLEAR + text.slice(0, columns - 1) : `${text}\n`);
    this.shown = terminal;
  }

  /** Removes the line: call it before anything else is printed. */
  clear(): void {
    if (this.shown) this.sink.write(CLEAR);
    this.shown = false;
  }
}

export function progressText(label: string, p: Progress): string {
  const rate = p.seconds > 0 ? Math.round(p.states / p.seconds) : 0;
  const figures = [
    `${grouped(p.states)} states`,
    `${grouped(rate)} states/s`,
    `depth ${p.depth}`,
    `frontier ${grouped(p.frontier)}`,
    bytes(p.bytes),
  ];
  return `${figures.join(', ')}  ${label}`;
}
