/** `faultline equiv`: two designs in each scenario, and what tells them apart. */
import { FaultlineError } from '../explorer/errors.ts';
import type { Progress } from '../explorer/options.ts';
import { equivJson, equivText } from '../report/equiv.ts';
import { ProgressLine } from '../report/progress.ts';
import type { FailedRun } from '../report/report.ts';
import { runOn } from '../verify/design-file/run.ts';
import { type EquivResult, equiv } from '../verify/equiv.ts';
import { loadDesign, loadObservables } from '../verify/registry.ts';
import { supports } from '../verify/verify.ts';
import type { Backend } from './backend.ts';
import type { EquivRequest } from './equiv-request.ts';
import { exitCode } from './exit.ts';
import type { Io } from './io.ts';
import { makePlan } from './plan.ts';

/** Where results go to a file or pipe. */
const WIDTH = 100;

/** @returns the exit code @throws FaultlineError for what is wrong before the first exploration */
export async function equivCommand(request: EquivRequest, io: Io, backend: Backend): Promise<number> {
  const started = performance.now();
  const [first, second] = [await loadDesign(request.designs[0]), await loadDesign(request.designs[1])];
  await loadObservables(request.observe);
  const plan = await makePlan({ designs: [request.designs[0]], scenarios: request.scenarios }, backend);
  const progress = new ProgressLine(io.err);
  const watched = request.progress || (io.err.terminal && !request.quiet);
  const runs: (EquivResult & { readonly name?: string })[] = [];
  const failed: FailedRun[] = [];
  for (const { scenario, name } of plan) {
    const both = [first, second] as const;
    // What nobody named is compared where both have it.
    const supported = await Promise.all(both.map((d) => supports(d, scenario, request.config)));
    if (request.scenarios.length === 0 && !supported.every(Boolean)) continue;
    const onProgress = (p: Progress): void => progress.update(scenario, p);
    const options = {
      ...request.limits,
      config: request.config,
      ...(request.observe && { observe: request.observe }),
      ...(watched && { onProgress }),
    };
    try {
      const result = await runOn(request.designs[0], () =>
        runOn(request.designs[1], () => equiv(both, scenario, options)),
      );
      runs.push({ ...result, ...(name !== undefined && { name }) });
    } catch (error) {
      progress.clear();
      if (!(error instanceof FaultlineError)) throw error;
      io.err.write(`${error.report()}\n`);
      failed.push({ design: `${first.id}, ${second.id}`, scenario, error: error.report() });
    }
  }
  progress.clear();
  const code = exitCode({
    broken: failed.length > 0,
    unwanted: runs.some((r) => r.verdict === 'different'),
    unknown: runs.some((r) => r.verdict === 'unknown'),
  });
  const told = { designs: [first.id, second.id] as const, runs, failed, exitCode: code };
  const seconds = (performance.now() - started) / 1000;
  io.out(request.json ? `${equivJson(told)}\n` : equivText({ ...told, seconds }, io.columns ?? WIDTH, request.quiet));
  return code;
}
