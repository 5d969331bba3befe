/** `faultline verify FILE --watch`: again whenever the file changes, or a local file that it imports. */
import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { verdictChanges } from '../report/verdict-changes.ts';
import { isDesignFile } from '../verify/design-file/is-design-file.ts';
import type { Io } from './io.ts';
import type { Done } from './supervised/messages.ts';
import { supervised } from './supervised/supervise.ts';
import { WatchedFiles } from './watched-files.ts';

/** Asked for rather than told: editors replace files, and not every file system tells. */
const POLL_MS = 200;
/** An editor may write a file in several pieces. */
const SETTLE_MS = 50;

/**
 * Every run is a process of its own, so that it sees new code.
 * @param ended Ctrl-C, for example
 * @returns 0 when it was ended; what the command came to where there is nothing to watch
 */
export async function watch(argv: readonly string[], io: Io, ended: AbortSignal = signalled()): Promise<number> {
  const command = argv.filter((a) => a !== '--watch');
  const files = new WatchedFiles();
  files.add(
    command
      .filter(isDesignFile)
      .map((f) => resolve(f))
      .filter((f) => existsSync(f)),
  );
  let last = await supervised(command, io, ended);
  // Not the file is wrong, but the command: it was never loaded.
  if (!ended.aborted && last.files.length === 0 && !last.died) return last.code;
  files.add(last.files);
  if (!ended.aborted) invite(files, io);
  while (!ended.aborted) {
    await delay(POLL_MS, undefined, { signal: ended }).catch(() => {});
    const changed = files.changed();
    if (changed.length === 0 || ended.aborted) continue;
    await delay(SETTLE_MS);
    changed.push(...files.changed());
    io.out(`\n${names(changed)} changed.\n\n`);
    const now = await supervised(command, io, ended);
    if (ended.aborted) break;
    files.add(now.files);
    io.out(`\n${summary(last, now)}\n`);
    // A version without verdicts is broken: the next is compared with the last that had some.
    if (now.verdicts.length > 0) last = now;
    invite(files, io);
  }
  io.err.write('\n');
  return 0;
}

function summary(last: Done, now: Done): string {
  if (now.verdicts.length === 0) return 'No verdicts: see the error.';
  const changes = verdictChanges(last.verdicts, now.verdicts);
  if (changes.length === 0) return 'No verdict changed.';
  return ['Verdicts that changed:', ...changes.map((line) => `  ${line}`)].join('\n');
}

const names = (paths: readonly string[]): string =>
  [...new Set(paths)].map((p) => relative(process.cwd(), p)).join(', ');

const invite = (files: WatchedFiles, io: Io): void =>
  io.err.write(`\nWatching ${names(files.paths)}. Ctrl-C ends it.\n`);

function signalled(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}
