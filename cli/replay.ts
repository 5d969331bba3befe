/** `faultline replay`: counterexamples of a stored result, made to happen on a running kernel. */
import { FaultlineError } from '../explorer/errors.ts';
import { fetchKernel, type Kernel } from '../lab/kernel/fetch.ts';
import { LabSkipped, requireTools } from '../lab/kernel/host.ts';
import { FILESYSTEMS, type Filesystem } from '../lab/kernel/images.ts';
import { replayAll } from '../lab/replay/replay.ts';
import type { Design } from '../model/design.ts';
import { type ReplayReport, replayJson, replayText } from '../report/replay.ts';
import { WIDTH } from '../report/text.ts';
import type { StoredRun } from '../verify/stored/counterexample.ts';
import { readStored } from '../verify/stored/read.ts';
import { exitCode } from './exit.ts';
import type { Io } from './io.ts';
import type { ReplayRequest } from './replay-request.ts';
import { chosenRuns, designsOf } from './stored-runs.ts';

/** @returns the exit code @throws FaultlineError also where there is no QEMU or kernel, or the guest does not run */
export async function replayCommand(request: ReplayRequest, io: Io): Promise<number> {
  const stored = chosenRuns(readStored(request.file), request.properties, request.file);
  const designs = await designsOf(stored, request.design, request.file, 'replay');
  const fs = filesystemOf(stored, request.file);
  const root = process.cwd();
  const kernel = kernelOf(root, request.series);
  const { release, replays } = await performed(stored, designs, {
    kernel,
    fs,
    root,
    times: request.times,
    progress: (text) => {
      if (!request.json) io.err.write(`${text}\n`);
    },
  });
  const verdicts = replays.map((r) => r.verdict);
  const wrongControl = replays.some((r) => r.control.some((c) => c.outcome === 'differs'));
  const code = exitCode({
    broken: false,
    unwanted: verdicts.includes('refuted') || wrongControl,
    unknown: verdicts.includes('not reachable by holds'),
  });
  const report: ReplayReport = { kernel: release, fs, replays, exitCode: code };
  io.out(request.json ? `${replayJson(report)}\n` : replayText(report, io.columns ?? WIDTH));
  return code;
}

/** All of them run on one filesystem: it is one boot. @throws FaultlineError */
function filesystemOf(stored: readonly StoredRun[], file: string): Filesystem {
  const names = [...new Set(stored.map((r) => r.config.fs ?? 'ext4'))];
  const fs = FILESYSTEMS.find((f) => f === names[0]);
  if (fs !== undefined && names.length === 1) return fs;
  const mend = `A kernel is booted with one of ${FILESYSTEMS.join(', ')}: verify with --config fs=${FILESYSTEMS[0]}.`;
  throw new FaultlineError('E_RESULT_FILE', `the result is of ${names.join(' and ')}`, mend, { file });
}

/** @throws FaultlineError E_UNSUPPORTED */
function kernelOf(root: string, series: string): Kernel {
  try {
    requireTools();
    return fetchKernel(root, series);
  } catch (e) {
    if (!(e instanceof LabSkipped)) throw e;
    throw new FaultlineError(
      'E_UNSUPPORTED',
      `no kernel can be run here: ${e.message}`,
      'A replay needs QEMU, a C compiler and the package sources of a Debian; the page docs/how-to/replay-on-a-kernel.md has what to install.',
    );
  }
}

async function performed(
  stored: readonly StoredRun[],
  designs: readonly Design[],
  options: Parameters<typeof replayAll>[1],
): ReturnType<typeof replayAll> {
  try {
    return await replayAll(
      stored.map((run, n) => [designs[n]!, run] as const),
      options,
    );
  } catch (e) {
    if (e instanceof FaultlineError || !(e instanceof Error)) throw e;
    throw new FaultlineError(
      'E_UNSUPPORTED',
      `the kernel was not run to the end: ${e.message}`,
      'Try again, with fewer --times.',
    );
  }
}
