/** `npm run lab -- --short`: write(2) whose buffer is not all there, as a kernel does it. docs/findings.md, AR */
import { boot } from './boot.ts';
import { fetchKernel } from './fetch.ts';
import { requireTools } from './host.ts';
import type { Options } from './options.ts';

/** @returns the exit code */
export function shortWrites(root: string, { series, fs }: Options): number {
  requireTools();
  const kernel = fetchKernel(root, series);
  const { log, seconds } = boot(root, { kernel, fs, script: '', program: 'kernel/guest/short', reflink: fs === 'xfs' });
  console.log(`${kernel.name}, ${fs}: ${seconds.toFixed(1)} s`);
  for (const line of log.split(/\r?\n/)) if (line !== '' && !line.startsWith('#')) console.log(line);
  return 0;
}
