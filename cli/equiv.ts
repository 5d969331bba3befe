/** `faultline equiv`: two designs in each scenario, and what tells them apart. */
import { FaultlineError } from '../explorer/errors.ts';
import type { Progress } from '../explorer/options.ts';
import type { Design } from '../model/design.ts';
import { equivJson, equivText } from '../report/equiv.ts';
import { ProgressLine } from '../report/progress.ts';
import type { FailedRun } from '../report/report.ts';
import { WIDTH } from '../report/text.ts';
import { overlaidText } from '../verify/design-file/overlaid.ts';
import { runOn } from '../verify/design-file/run.ts';
import { type EquivResult, equiv } from '../verify/equiv.ts';
import { loadDesign, loadObservables } from '../verify/registry.ts';
import type { ScenarioText } from '../verify/scenario-texts.ts';
import type { Backend } from './backend.ts';
import type { EquivRequest } from './equiv-request.ts';
import { exitCode } from './exit.ts';
import type { Io } from './io.ts';
import { leftOutText, makePlan, shortNames } from './plan.ts';
import { sharedTexts } from './shared-texts.ts';

type NamedResult = EquivResult & { readonly name?: string };

/** @returns the exit code @throws FaultlineError for what is wrong before the first exploration */
export async function equivCommand(request: EquivRequest, io: Io, backend: Backend): Promise<number> {
  const started = performance.now();
  const both = [await loadDesign(request.designs[0]), await loadDesign(request.designs[1])] as const;
  await loadObservables(request.observe);
  const plan = await makePlan({ designs: [request.designs[0]], scenarios: request.scenarios }, backend);
  const { config } = request;
  const compared = both.map((design) => ({ design, config }));
  const { texts, leftOut } = await sharedTexts(plan, compared, request.scenarios.length > 0);
  if (!request.quiet) io.err.write(leftOutText(shortNames(leftOut), [config]) + (await overlaidText(both, [config])));
  const { runs, failed } = await explore(both, texts, request, io);
  const code = exitCode({
    broken: failed.length > 0,
    unwanted: runs.some((r) => r.verdict === 'different'),
    unknown: runs.some((r) => r.verdict === 'unknown'),
  });
  const told = {
    designs: [both[0].id, both[1].id] as const,
    runs,
    failed,
    notRun: leftOut.map((t) => t.scenario),
    exitCode: code,
  };
  const seconds = (performance.now() - started) / 1000;
  io.out(request.json ? `${equivJson(told)}\n` : equivText({ ...told, seconds }, io.columns ?? WIDTH, request.quiet));
  return code;
}

/** What is wrong with one of the runs is noted, and the others go on. */
async function explore(
  both: readonly [Design, Design],
  texts: readonly ScenarioText[],
  request: EquivRequest,
  io: Io,
): Promise<{ runs: NamedResult[]; failed: FailedRun[] }> {
  const progress = new ProgressLine(io.err);
  const watched = request.progress || (io.err.terminal && !request.quiet);
  const runs: NamedResult[] = [];
  const failed: FailedRun[] = [];
  for (const { scenario, name } of texts) {
    const options = {
      ...request.limits,
      config: request.config,
      ...(request.observe && { observe: request.observe }),
      ...(watched && { onProgress: (p: Progress) => progress.update(scenario, p) }),
    };
    try {
      const result = await runOn(request.designs[0], () =>
        runOn(request.designs[1], () => equiv(both, scenario, options)),
      );
      runs.push({ ...result, ...(name !== undefined && { name }) });
    } catch (thrown) {
      progress.clear();
      if (!(thrown instanceof FaultlineError)) throw thrown;
      const error = thrown.report();
      if (!failed.some((f) => f.error === error)) io.err.write(`${error}\n`);
      failed.push({ design: `${both[0].id}, ${both[1].id}`, scenario, error });
    }
  }
  progress.clear();
  return { runs, failed };
}
