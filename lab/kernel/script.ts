/** A script for the guest, looked at before anything is booted. */
import { FaultlineError, quoted } from '../../explorer/errors.ts';

/** What the guest can do: lab/kernel/guest/calls.h and scenario.h. */
const OPERATIONS: ReadonlySet<string> = new Set(
  (
    'ld st trunc write writev read punch falloc zero msync fsync fdatasync sync dontneed madvhuge nohuge mprotect utime ' +
    'mmap munmap par child fiemap watch'
  ).split(' '),
);

/** @param file as it is told @throws FaultlineError E_USAGE for the first line with something that the guest does not know */
export function checkScript(text: string, file: string): void {
  let inScenario = false;
  for (const [n, line] of text.split('\n').entries()) {
    const wrong = (what: string): FaultlineError =>
      new FaultlineError('E_USAGE', `line ${n + 1} of the script ${what}: ${quoted(line.trim())}`, MEND, { file });
    if (/^S \S/.test(line)) inScenario = true;
    else if (!isComment(line)) {
      if (!inScenario) throw wrong('stands before the first scenario');
      for (const call of callsIn(line)) if (!OPERATIONS.has(call)) throw wrong('has an operation that there is not');
    }
  }
}

const MEND = `A scenario begins with "S its name"; then one operation a line: ${[...OPERATIONS].join(', ')}.`;

const isComment = (line: string): boolean => line.trim() === '' || /^\s*(#|smaps )/.test(line);

/** The operations that a line names: `par ~5 ld a 1 | child st a 1` has par, ld, child and st. */
function callsIn(line: string): string[] {
  const [first = '', ...rest] = line.trim().split(/\s+/);
  if (first === 'child') return [first, ...callsIn(rest.join(' '))];
  if (first !== 'par') return [first];
  const sides = rest
    .filter((w) => !w.startsWith('~'))
    .join(' ')
    .split(/[|;]/);
  return [first, ...sides.flatMap(callsIn)];
}
