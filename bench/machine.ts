/** What the figures were measured on. */
import { spawnSync } from 'node:child_process';
import { cpus, loadavg, totalmem, type } from 'node:os';

export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly node: string;
  readonly spin: string | undefined;
  readonly gcc: string | undefined;
  /** Processes that wanted to run in the minute before: more than none disturb the figures. */
  readonly load: number;
}

const firstLine = (command: string, argument: string): string | undefined =>
  spawnSync(command, [argument], { encoding: 'utf8' }).stdout?.trim().split('\n')[0] || undefined;

export const machine = (): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memoryGigabytes: Math.round(totalmem() / 2 ** 30),
  system: type(),
  node: process.version,
  spin: firstLine('spin', '-V'),
  gcc: firstLine('gcc', '--version'),
  load: loadavg()[0]!,
});
