/**
 * When V8 compiles. A search calls XState for a thousand or two of cases, each once: V8 takes that for hot code, and
 * optimizes for longer than there is work left. Later is faster, by a quarter in a search of a million states, and code
 * that runs for long is compiled all the same.
 */
import { setFlagsFromString } from 'node:v8';

/** Bytes of bytecode that a function executes before V8 considers it; its own choice is about an eighth. */
const BUDGET = 1_000_000;
/** Lines of Node whose V8 knows the flag: an unknown one is complained about on stderr. */
const KNOWN = /^v2[0-4]\./;

/** For a process of one's own: the flag is for everything in it. */
export function compileLate(): void {
  if (KNOWN.test(process.version)) setFlagsFromString(`--interrupt-budget=${BUDGET}`);
}
