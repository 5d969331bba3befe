/** Pairs of calls at once on one page, from every state in which the page may be, with delays that sweep over each other. */

/** What is done before both: pages 0 and 1 of the file, mapped twice. */
const BEFORE: Readonly<Record<string, readonly string[]>> = {
  hole: ['trunc 2', 'mmap a 0 2 shared rw'],
  zero: ['trunc 2', 'mmap a 0 2 shared rw', 'ld a 1'],
  clean: ['write 0 2 9', 'fsync', 'mmap a 0 2 shared rw', 'ld a 1'],
  dirty: ['trunc 2', 'mmap a 0 2 shared rw', 'st a 1 3'],
};
const CALLS = ['ld a 1', 'st a 1 5', 'read 1', 'write 1 1 0x55', 'fsync', 'punch 1 1', 'trunc 1', 'dontneed a 1 1'];
/** The other side does the same with a byte of its own. */
const OTHER: Readonly<Record<string, string>> = { 'st a 1 5': 'st a 1 6', 'write 1 1 0x55': 'write 1 1 0x66' };

/** Turns of an empty loop before the call, on one side: an operation takes some ten thousand. */
const DELAYS = [0, 2_000, 8_000, 20_000, 50_000];

const short = (call: string): string => call.split(' ')[0]!;

/** @param times runs of each pair from each state */
export function raceScript(times: number): string {
  const each = Math.max(1, Math.round(times / (2 * DELAYS.length)));
  const scenarios = Object.entries(BEFORE).flatMap(([state, before]) =>
    CALLS.flatMap((one, n) =>
      CALLS.slice(n).flatMap((call) => {
        const other = OTHER[call] ?? call;
        const name = `${state}-${short(one)}-${short(other)}`;
        return DELAYS.flatMap((d) => [
          [`S ${name} *${each}`, ...before, `par ~${d} ${one} | ${other}`],
          [`S ${name} *${each}`, ...before, `par ${one} | ~${d} ${other}`],
        ]);
      }),
    ),
  );
  return `smaps 0\n${scenarios.flat().join('\n')}\n`;
}
