/** The options of `npm run lab`, checked. */
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { quoted, wrongUsage } from '../../explorer/errors.ts';
import { FILESYSTEMS, type Filesystem } from './images.ts';

export interface Options {
  /** `6.12` */
  readonly series: string;
  readonly fs: Filesystem;
  /** A file; undefined: the recorded scenarios. */
  readonly script: string | undefined;
  readonly races: boolean;
  /** How the names of the races begin that are run; undefined: all. */
  readonly only: string | undefined;
  /** How often each race is run, or what is traced. */
  readonly times: number;
  /** How many random scenarios. */
  readonly random: number | undefined;
  readonly seed: number;
  /** A scenario of the model's language: its processes are run at once, and traced. */
  readonly trace: string | undefined;
  /** What write(2) does whose buffer is not all there. */
  readonly short: boolean;
  readonly out: string | undefined;
}

const KNOWN = {
  kernel: { type: 'string', default: '6.12' },
  fs: { type: 'string', default: 'ext4' },
  script: { type: 'string' },
  races: { type: 'boolean', default: false },
  only: { type: 'string' },
  times: { type: 'string' },
  random: { type: 'string' },
  seed: { type: 'string', default: '1' },
  trace: { type: 'string' },
  short: { type: 'boolean', default: false },
  out: { type: 'string' },
} as const;

/** @throws FaultlineError E_USAGE */
export function optionsIn(args: readonly string[]): Options {
  const values = parsed(args);
  const fs = FILESYSTEMS.find((f) => f === values.fs);
  if (fs === undefined) throw wrongUsage(`--fs is not ${quoted(values.fs)}`, `Known: ${FILESYSTEMS.join(', ')}.`);
  if (!/^\d+\.\d+$/.test(values.kernel)) {
    throw wrongUsage(`--kernel is not ${quoted(values.kernel)}`, 'It is a series, such as 6.12.');
  }
  if (
    [values.races, values.random, values.script, values.trace, values.short].filter(
      (v) => v !== undefined && v !== false,
    ).length > 1
  ) {
    throw wrongUsage(
      '--races, --random, --script, --trace and --short are given together',
      'Take one of them at a time.',
    );
  }
  if (values.only !== undefined && !values.races)
    throw wrongUsage('--only is given without --races', 'It is of races.');
  if (values.script !== undefined && !existsSync(values.script)) {
    throw wrongUsage(`${quoted(values.script)} cannot be read`, 'Give the path of a script.');
  }
  return {
    series: values.kernel,
    fs,
    script: values.script,
    races: values.races,
    only: values.only,
    times: numberIn('times', values.times ?? (values.trace === undefined ? '20' : '1')),
    random: values.random === undefined ? undefined : numberIn('random', values.random),
    seed: numberIn('seed', values.seed),
    trace: values.trace,
    short: values.short,
    out: values.out,
  };
}

function parsed(args: readonly string[]): ReturnType<typeof parseArgs<{ options: typeof KNOWN }>>['values'] {
  try {
    return parseArgs({ args: [...args], options: KNOWN }).values;
  } catch (e) {
    throw wrongUsage(
      (e as Error).message,
      `Known: ${Object.keys(KNOWN)
        .map((name) => `--${name}`)
        .join(', ')}.`,
    );
  }
}

function numberIn(name: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw wrongUsage(`--${name} is not ${quoted(text)}`, 'It is a number from 1 on.');
  return Number(text);
}
