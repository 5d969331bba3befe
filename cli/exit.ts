/** The exit codes of the contract, and how an error becomes one. */
import { FaultlineError } from '../explorer/errors.ts';
import type { Io } from './io.ts';

/** 0: all as wanted. Several at once: 2 before 1 before 3. */
export const EXIT = { ok: 0, violated: 1, usage: 2, unknown: 3 } as const;

export interface Outcome {
  /** Some design or option was wrong. */
  readonly broken: boolean;
  /** Violated, or not as declared, or vacuous where that counts. */
  readonly unwanted: boolean;
  /** A limit was hit. */
  readonly unknown: boolean;
}

export function exitCode({ broken, unwanted, unknown }: Outcome): number {
  if (broken) return EXIT.usage;
  if (unwanted) return EXIT.violated;
  return unknown ? EXIT.unknown : EXIT.ok;
}

/** Prints an error in one paragraph. A stack trace is for our own mistakes, and only on request. */
export function reportFailure(error: unknown, io: Io): number {
  if (error instanceof FaultlineError) {
    io.err.write(`${error.report()}\n`);
    return EXIT.usage;
  }
  const message = error instanceof Error ? error.message : String(error);
  io.err.write(`internal error: ${message.split('\n', 1)[0]}\n`);
  io.err.write('  This is a mistake in faultline itself: please report it (FAULTLINE_DEBUG=1 shows the stack).\n');
  if (io.debug && error instanceof Error) io.err.write(`${error.stack}\n`);
  return EXIT.usage;
}
