/** How much memory a search may take if nobody says so. */
import { freemem, totalmem } from 'node:os';

const MIB = 2 ** 20;
/** A machine may say that next to nothing is free, and yet have that much. */
const LEAST = 256 * MIB;

/**
 * Three quarters of what is available: under Linux the kernel's estimate, elsewhere half of what is there; not more than
 * the control group leaves (a container's limit).
 */
export function machineBudget(): number {
  const available = process.platform === 'linux' ? freemem() : totalmem() / 2;
  // 0, or a number beyond all memory: there is no limit.
  const limit = process.constrainedMemory();
  const left = limit > 0 && limit < totalmem() ? limit - process.memoryUsage.rss() : Number.POSITIVE_INFINITY;
  return Math.max(LEAST, Math.floor(0.75 * Math.min(available, left)));
}
