/**
 * With whom an action of a process is in conflict: explorer/reduce/conflicts.ts, which says what that is, and is the reference.
 * By local of another process, a bit.
 */
import {
  actions,
  also,
  attachKnown,
  firstAction,
  fromOf,
  kindOf,
  locals,
  nextOf,
  noMemory,
  processOf,
  STEP,
  take,
  WAIT,
} from './known';
import { dependent, prepareCommuting } from './commuting';
import { computeReachable, enabledAt, meets } from './reaching';

/** By action: the first of a list of those that depend on it (action, next of the list); 0: none. */
let dependents: usize = 0;
/** By local: the first step that leads to it, plus one; by action: the next one. */
let into: usize = 0;
let nextInto: usize = 0;
/** By action: what is known of whether it can be enabled at the local that is looked at: that local, twice, plus one if it can. */
let asked: usize = 0;
let todo: usize = 0;
let todoCount: u32 = 0;
let bits: usize = 0;
let lineBytes: usize = 0;

/** @param at see known.ts @returns where the bits are: for each action whole words of 32; 0: no memory */
export function conflictsOf(at: u32): u32 {
  attachKnown(at);
  lineBytes = (((locals + 31) >>> 5) as usize) << 2;
  bits = take((actions as usize) * lineBytes);
  dependents = take((actions as usize) << 2);
  into = take((locals as usize) << 2);
  nextInto = take((actions as usize) << 2);
  asked = take((actions as usize) << 2);
  todo = take((locals as usize) << 3);
  if (noMemory || !computeReachable() || !prepareCommuting() || !listDependents() || noMemory) return 0;
  if (also != 0) memory.copy(bits, also, (actions as usize) * lineBytes);
  listSources();
  for (let local: u32 = 0; local < locals; local++) {
    for (let a = firstAction(local); a < firstAction(local + 1); a++) flood(a, local);
  }
  return bits as u32;
}

/** Of one that waits, what may let it go on; of a step, not who waits meanwhile. @returns false: no memory */
function listDependents(): bool {
  for (let local: u32 = 0; local < locals; local++) {
    if (firstAction(local) == firstAction(local + 1)) continue;
    for (let other = local + 1; other < locals; other++) {
      if (!meets(local, other) || processOf(local) == processOf(other)) continue;
      for (let a = firstAction(local); a < firstAction(local + 1); a++) {
        for (let b = firstAction(other); b < firstAction(other + 1); b++) {
          if (!dependent(a, b)) continue;
          if (kindOf(b) != WAIT && !list(a, b)) return false;
          if (kindOf(a) != WAIT && !list(b, a)) return false;
        }
      }
    }
  }
  return true;
}

function list(a: u32, b: u32): bool {
  const entry = take(8);
  if (entry == 0) return false;
  const head = dependents + ((a as usize) << 2);
  store<u32>(entry, b);
  store<u32>(entry, load<u32>(head), 4);
  store<u32>(head, entry as u32);
  return true;
}

function listSources(): void {
  for (let a: u32 = 0; a < actions; a++) {
    if (kindOf(a) != STEP) continue;
    const head = into + ((nextOf(a) as usize) << 2);
    store<u32>(nextInto + ((a as usize) << 2), load<u32>(head));
    store<u32>(head, a + 1);
  }
}

/** From where others come to what depends on the action, while its process stands at `local`. */
function flood(a: u32, local: u32): void {
  const line = bits + (a as usize) * lineBytes;
  todoCount = 0;
  if (also != 0) {
    for (let l: u32 = 0; l < locals; l++) {
      if (((load<u32>(line + ((l >>> 5) << 2)) >>> (l & 31)) & 1) != 0) push(l);
    }
  }
  for (let at: usize = load<u32>(dependents + ((a as usize) << 2)); at != 0; at = load<u32>(at, 4)) {
    come(load<u32>(at), local, line);
  }
  while (todoCount > 0) {
    const l = load<u32>(todo + ((--todoCount as usize) << 2));
    for (let b = load<u32>(into + ((l as usize) << 2)); b != 0; b = load<u32>(nextInto + (((b - 1) as usize) << 2))) {
      come(b - 1, local, line);
    }
  }
}

@inline
function push(l: u32): void {
  store<u32>(todo + ((todoCount++ as usize) << 2), l);
}

/** Another process can take `b`, which is in conflict or leads there: so is where it takes it. */
function come(b: u32, local: u32, line: usize): void {
  const from = fromOf(b);
  const at = line + ((from >>> 5) << 2);
  const word = load<u32>(at);
  if (((word >>> (from & 31)) & 1) != 0 || !can(b, local)) return;
  store<u32>(at, word | ((1 as u32) << (from & 31)));
  push(from);
}

/** Whether it can be enabled while a process stands at `local`. */
@inline
function can(b: u32, local: u32): bool {
  const at = asked + ((b as usize) << 2);
  const known = load<u32>(at);
  if (known >>> 1 == local + 1) return (known & 1) != 0;
  const so = meets(local, fromOf(b)) && processOf(local) != processOf(fromOf(b)) && enabledAt(b, local);
  store<u32>(at, ((local + 1) << 1) | (so ? 1 : 0));
  return so;
}
