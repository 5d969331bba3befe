/**
 * Behind a child's vector, its facts: root (8 bytes), hash (8), parent, process, alternative, outcome (0: a deadlock), what
 * was seen ahead in the index, which processes sleep, chains.ts's own.
 */
export const FACTS: u32 = 48;
export const SEEN_AHEAD: usize = 32;
/** How many steps have led to it, or of which number of steps it is a note (chains.ts). */
export const STEPS: usize = 40;
export const SLEEPING: usize = 36;
