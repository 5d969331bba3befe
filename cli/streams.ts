/** The process's own streams, and what becomes of it where they cannot be written. */
import { FaultlineError } from '../explorer/errors.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';

/** The exit code where the reader of the results has gone away before they were complete: some verdict is unknown. */
const UNREAD = 3;

/**
 * A reader that goes away (`faultline … | head`) ends the process, without a message; results
 * that cannot be written (a full disk) end it with one.
 */
export function processIo(): Io {
  const { stdout, stderr } = process;
  for (const stream of [stdout, stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(process.exitCode ?? UNREAD);
      // Without stderr the results and the exit code still say what there is to say.
      if (stream === stdout) process.exit(unwritten(error, stderr));
    });
  }
  return {
    out: (text) => void stdout.write(text),
    err: {
      write: (text) => void stderr.write(text),
      terminal: stderr.isTTY === true,
      ...(stderr.columns !== undefined && { columns: stderr.columns }),
    },
    ...(stdout.isTTY && { columns: stdout.columns }),
    debug: process.env.FAULTLINE_DEBUG === '1',
  };
}

function unwritten(error: Error, stderr: NodeJS.WriteStream): number {
  const failure = new FaultlineError('E_OUTPUT', `cannot write the results: ${error.message}`, 'Is the disk full?');
  stderr.write(`${failure.report()}\n`);
  return EXIT.usage;
}
