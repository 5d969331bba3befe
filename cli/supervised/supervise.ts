/**
 * Runs a command that a design file takes part in as a process of its own, so that whatever the file does (loop for ever,
 * use up the memory, end the process) comes out as one clear error. Built-in designs need none of it.
 */
import { fork } from 'node:child_process';
import { FaultlineError } from '../../explorer/errors.ts';
import { printable } from '../../explorer/thrown.ts';
import { reportFailure } from '../exit.ts';
import type { Io } from '../io.ts';
import { type Done, type Message, type Start, WATCHDOG_FD } from './messages.ts';

/** Of what a dying Node says, what is enough to know why. */
const DYING_WORDS = 65_536;

/** A process that the file started can hold on to the child's pipes for as long as it lives. */
const LINGER_MS = 500;

/**
 * @param ended ends it early, without a word
 * @returns what the command came to; never throws
 */
export async function supervised(argv: readonly string[], io: Io, ended?: AbortSignal): Promise<Done> {
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const child = fork(new URL(`./child.${extension}`, import.meta.url), [], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc', 'pipe'],
  });
  let done: Done | undefined;
  let dying = '';
  let endless = '';
  child.on('message', (message: Message) => {
    if (done) return;
    if (message.kind === 'out') io.out(message.text);
    else if (message.kind === 'err') io.err.write(message.text);
    else {
      done = message;
      // It may have left timers behind.
      child.kill('SIGKILL');
    }
  });
  child.stdout!.on('data', (chunk: Buffer) => io.err.write(chunk.toString()));
  child.stderr!.on('data', (chunk: Buffer) => {
    dying = (dying + chunk.toString()).slice(-DYING_WORDS);
  });
  child.stdio[WATCHDOG_FD]!.on('data', (chunk: Buffer) => {
    endless += chunk.toString();
  });
  const start: Start = {
    argv,
    terminal: io.err.terminal,
    ...(io.columns !== undefined && { columns: io.columns }),
    ...(io.err.columns !== undefined && { errorColumns: io.err.columns }),
    debug: io.debug,
  };
  // A child that died before it read this is reported by its end.
  child.send(start, () => {});
  const end = (): void => void child.kill('SIGKILL');
  ended?.addEventListener('abort', end);
  const death = await new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message));
    const say = (code: number | null, signal: string | null): void => resolve(signal ?? `exit code ${code}`);
    child.on('close', say);
    child.on('exit', (code, signal) => setTimeout(say, LINGER_MS, code, signal).unref());
  });
  ended?.removeEventListener('abort', end);
  for (const stream of child.stdio) stream?.destroy();
  if (io.debug && dying !== '') io.err.write(dying);
  if (done) return done;
  if (ended?.aborted) return { code: 0, verdicts: [], files: [] };
  return { code: reportFailure(causeOfDeath(death, dying, endless), io), verdicts: [], files: [], died: true };
}

function causeOfDeath(death: string, dying: string, endless: string): FaultlineError {
  if (endless !== '') {
    return new FaultlineError(
      'E_ENDLESS',
      `${printable(endless)}: it does not come to an end (10 s)`,
      'A loop inside a guard, effect or part must end by itself: iterations of a path are steps, a state that targets itself.',
    );
  }
  if (/heap out of memory|Invalid (array|string) length|allocation failed/i.test(dying)) {
    return new FaultlineError(
      'E_LIMIT',
      'the design file used up the memory of the process',
      'Bound what it keeps. For a large scenario: --max-states, or NODE_OPTIONS=--max-old-space-size=… for more memory.',
    );
  }
  return new FaultlineError(
    'E_DESIGN_FILE',
    `the design file ended the process (${printable(death)})`,
    'Leave out process.exit() and the like; FAULTLINE_DEBUG=1 shows the last words of the process.',
  );
}
