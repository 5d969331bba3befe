/** What the time to a verdict is made of: speed, reductions and the second worker, apart. */
import type { BenchCase } from './cases.ts';
import { ratio } from './numbers.ts';
import { median, type Results } from './results.ts';
import { fastestPor, seconds } from './targets.ts';

/** @returns undefined where something of it was not measured */
export function factors(results: Results, subject: BenchCase): string | undefined {
  // Of the largest cases what takes minutes was measured without a property, once.
  const time = (id: string): number | undefined =>
    median(results.find('verdict', subject.name, id), seconds) ??
    median(results.find('raw', subject.name, id), seconds);
  const [plain, one, reduced, two] = ['spin-processes-plain', 'one-worker', 'reduced', 'reduced-two'].map(time);
  const por = median(fastestPor(results, subject), seconds);
  if (!one || !reduced || !two || !por) return undefined;
  if (!plain) {
    return [
      `Factors of ${ratio(por / two)} in time: speed, divided by SPIN's own reduction, ${ratio(por / one)} (SPIN with partial order against 1 worker without reduction)`,
      `all reductions ${ratio(one / reduced)}`,
      `the second worker ${ratio(reduced / two)}. Unreduced SPIN was not run.`,
    ].join('; ');
  }
  return [
    `Factors of ${ratio(por / two)} in time: speed ${ratio(plain / one)} (SPIN without reduction against 1 worker without reduction)`,
    `all reductions ${ratio(one / reduced)}`,
    `the second worker ${ratio(reduced / two)}`,
    `against SPIN's own reduction ${ratio(plain / por)}, by which the product is divided.`,
  ].join('; ');
}
