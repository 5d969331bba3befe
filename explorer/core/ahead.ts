/**
 * Children that are looked for in the visited set, and what is read before they are: the lines of the index, then the states that these
 * name, and where a line is full the next one. In short passes, so that as many reads of the memory overlap as the
 * processor can have under way.
 */
import { CHILDREN } from './children';
import { SEEN_AHEAD } from './facts';
import { alloc } from './memory';
import { lineAhead, lineToTouch, lookAhead, rootAhead } from './visited';

/** By child: its facts, a line of the index, a root. */
export let list: usize = 0;
export let listEnd: usize = 0;
export const LISTED: usize = 12;
const LINE: usize = 4;
const ROOT: usize = 8;
/** So that the reads are not left out. */
let sink: u32 = 0;

/** @returns false: no memory */
export function attachAhead(): bool {
  if (list == 0) list = alloc(CHILDREN * (LISTED as u32));
  return list != 0;
}

@inline
export function beginList(): void {
  listEnd = list;
}

/** The child is listed, if it is `wanted`. @param h its hash */
@inline
export function listChild(facts: usize, h: u64, wanted: bool): void {
  store<u32>(listEnd, facts as u32);
  store<u32>(listEnd, lineToTouch(h) as u32, LINE);
  listEnd += select<usize>(LISTED, 0, wanted);
}

/** Reads ahead for all that are listed. Their facts have then what was seen. */
export function readAhead(): void {
  let sum: u32 = 0;
  const end = listEnd;
  for (let at = list; at < end; at += LISTED) sum += load<u32>(load<u32>(at, LINE) as usize);
  for (let at = list; at < end; at += LISTED) {
    const facts = load<u32>(at) as usize;
    const h = load<u64>(facts, 8);
    const seen = lookAhead(h);
    store<u32>(facts, seen, SEEN_AHEAD);
    store<u32>(at, rootAhead(h, seen) as u32, ROOT);
    store<u32>(at, lineAhead(h, seen) as u32, LINE);
  }
  for (let at = list; at < end; at += LISTED) {
    sum += load<u32>(load<u32>(at, ROOT) as usize) + load<u32>(load<u32>(at, LINE) as usize);
  }
  sink += sum;
}
