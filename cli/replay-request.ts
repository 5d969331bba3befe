/** The options of `replay`, checked. */
import { quoted, wrongUsage } from '../explorer/errors.ts';

/** As commander collects them. */
export interface ReplayFlags {
  readonly kernel: string;
  readonly property?: readonly string[];
  readonly times: string;
  readonly design?: string;
  readonly json?: boolean;
}

export interface ReplayRequest {
  readonly file: string;
  /** `6.12` */
  readonly series: string;
  /** Undefined: all. */
  readonly properties: readonly string[] | undefined;
  readonly times: number;
  readonly design: string | undefined;
  readonly json: boolean;
}

/** @throws FaultlineError E_USAGE */
export function replayRequest(file: string, flags: ReplayFlags): ReplayRequest {
  if (!/^\d+\.\d+$/.test(flags.kernel)) {
    throw wrongUsage(`--kernel is not ${quoted(flags.kernel)}`, 'It is a series, such as 6.12.');
  }
  if (!/^[1-9]\d{0,3}$/.test(flags.times)) {
    throw wrongUsage(`--times is not ${quoted(flags.times)}`, 'It is a number from 1 to 9999.');
  }
  return {
    file,
    series: flags.kernel,
    properties: flags.property,
    times: Number(flags.times),
    design: flags.design,
    json: flags.json === true,
  };
}
