/**
 * When V8 compiles. A search calls XState for a thousand or two of cases, each once: V8 takes that for hot code, and
 * optimizes for longer than there is work left. Later is faster, by a quarter in a search of a million states, and code
 * that runs for long is compiled all the same. The search's core is hot from the beginning: it is optimized at once.
 */
import { setFlagsFromString } from 'node:v8';

/** Bytes of bytecode that a function executes before V8 considers it; its own choice is about a fifteenth. */
const LATE = '--interrupt-budget=1000000';
const CORE_AT_ONCE = '--no-wasm-dynamic-tiering';

/** Flags that this line of Node knows: of another one it would complain on stderr. Later lines compile late themselves. */
export function v8Flags(version: string): readonly string[] {
  if (/^v2[01]\./.test(version)) return [LATE, CORE_AT_ONCE];
  return /^v2[2-4]\./.test(version) ? [CORE_AT_ONCE] : [];
}

/** For a process of one's own: the flags are for everything in it. */
export function setV8Flags(): void {
  for (const flag of v8Flags(process.version)) setFlagsFromString(flag);
}
