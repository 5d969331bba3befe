#!/usr/bin/env node
import module from 'node:module';
import { isDesignFile } from '../verify/design-file/is-design-file.ts';
import { processIo } from './streams.ts';
import { setV8Flags } from './v8-flags.ts';

const argv = process.argv.slice(2);
const io = processIo();

setV8Flags();
// From Node 22 on: what V8 has compiled is kept for the next start, in Node's folder for that.
(module as { enableCompileCache?: () => void }).enableCompileCache?.();

async function main(): Promise<number> {
  if (!argv.some(isDesignFile)) {
    const { run } = await import('./program.ts');
    return run(argv, io);
  }
  if (argv.includes('--watch')) {
    const { watch } = await import('./watch.ts');
    return watch(argv, io);
  }
  const { supervised } = await import('./supervised/supervise.ts');
  return (await supervised(argv, io)).code;
}

// Not process.exit(): what was written to a pipe would be lost.
process.exitCode = await main();
