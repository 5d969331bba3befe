/**
 * Where code runs that the checker did not write: a guard, an effect, a part, a property of a design file. Such code may
 * never end, and JavaScript cannot interrupt it: a watchdog outside must know that it runs, and where.
 */

export interface Pulse {
  /** Foreign code begins at `place`; calls nest. */
  enter(place: string): void;
  leave(): void;
}

let pulse: Pulse | undefined;

/** Installs the watchdog's side of it. Without one, the calls below cost nothing. */
export function watchedBy(watchdog: Pulse | undefined): void {
  pulse = watchdog;
}

/** Runs foreign code. `place`: as an error names it, e.g. `machine T0, state T0/op0_load`. */
export function foreign<T>(place: string, run: () => T): T {
  if (!pulse) return run();
  pulse.enter(place);
  try {
    return run();
  } finally {
    pulse.leave();
  }
}

/** The same for code that may wait: a module that is loaded. */
export async function foreignAsync<T>(place: string, run: () => Promise<T>): Promise<T> {
  if (!pulse) return run();
  pulse.enter(place);
  try {
    return await run();
  } finally {
    pulse.leave();
  }
}
