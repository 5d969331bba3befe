/** What can make a step atomic. A step declares one; each kind of component says in which it may be read and written. */

/** Spin sections and the like: nobody else can be inside. */
export const TL = 'TL'; // mapping->tree_lock, later xa_lock
export const PTL = 'PTL'; // page-table lock of a PTE
export const PMDL = 'PMDL'; // lock of a PMD
/** Takes or releases one sleeping lock, or waits for it. */
export const LOCK = 'lock';
/** Code that may sleep and whose effect is one: the filesystem under its own internal locks, a cache flush, a copy. */
export const SLEEP = 'sleep';
/** The MMU: one load or store instruction. */
export const HW = 'hw';
/** A lockless read, or state that only this process can touch here. */
export const LOCAL = 'local';

export const SECTIONS = [TL, PTL, PMDL, LOCK, SLEEP, HW, LOCAL] as const;
