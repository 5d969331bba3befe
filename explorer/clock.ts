/**
 * A clock that only goes forward, in milliseconds: `performance.now()` without the three milliseconds that Node takes to load what
 * the name stands for.
 */
export const now = (): number => Number(process.hrtime.bigint()) / 1e6;
