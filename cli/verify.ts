/** `faultline verify`: explore, report, exit code. */
import { FaultlineError } from '../explorer/errors.ts';
import { changedSettings, parseConfig } from '../model/config.ts';
import { CONFIG_SCENARIOS, COVERAGE_SCENARIOS, SCENARIOS } from '../model/scenarios.ts';
import { closingText } from '../report/closing.ts';
import { type Difference, differences, type NamedRun } from '../report/declared.ts';
import { ProgressLine } from '../report/progress.ts';
import type { Report } from '../report/report.ts';
import { runBlock } from '../report/summary.ts';
import { WIDTH } from '../report/text.ts';
import { type Run, vacuousProperties } from '../report/verdicts.ts';
import type { VerifyOptions } from '../verify/index.ts';
import { reductionsOf } from '../verify/reductions.ts';
import type { Backend, LoadedDesign } from './backend.ts';
import { exitCode } from './exit.ts';
import type { Io } from './io.ts';
import { deliver, type Output, prepareOutput } from './output.ts';
import { type Job, leftOutNames, leftOutText, makePlan, onlySupported, ownProperties } from './plan.ts';
import type { VerifyRequest } from './request.ts';
import { Runs } from './runs.ts';
import { version } from './version.ts';

/** A run that came about. */
export interface Done {
  readonly job: Job;
  readonly run: Run;
}

/** A run that did not, for a reason that is the design's or the user's. */
export interface Failed {
  readonly job: Job;
  readonly error: FaultlineError;
}

/** @returns the exit code @throws FaultlineError for what is wrong before the first exploration */
export async function verifyCommand(request: VerifyRequest, io: Io, backend: Backend): Promise<number> {
  const started = performance.now();
  const { plan, leftOut } = await onlySupported(await makePlan(request, backend), request);
  if (!request.quiet) {
    io.err.write(leftOutText(leftOutNames(leftOut, plan), [request.config]));
    for (const design of new Set(plan.map((job) => job.design))) {
      io.err.write((await design.note?.(request.config)) ?? '');
    }
  }
  const output = await prepareOutput(request.output);
  const own = ownProperties(plan.map((job) => job.design));
  const known = [...(await backend.propertyIds()), ...own.map((p) => p.id)];
  const { done, failed } = await explore(plan, request, output, io, known);
  const runs = done.map((d) => d.run);
  const compared = isAsDeclared(request) ? await compare(done, known) : undefined;
  const vacuous = request.allowVacuous || failed.length > 0 ? [] : vacuousProperties(runs, known);
  const verdicts = runs.flatMap((r) => r.properties.map((p) => p.verdict));
  io.verdicts?.(runs);
  const code = exitCode({
    broken: failed.length > 0,
    unwanted: vacuous.length > 0 || (compared ? compared.length > 0 : verdicts.includes('violated')),
    unknown: verdicts.includes('unknown') || runs.some((r) => !r.complete),
  });
  const report: Report = {
    version: version(),
    directory: process.cwd(),
    command: 'verify',
    runs,
    failed: failed.map(({ job, error }) => ({
      design: job.design.id,
      scenario: job.scenario,
      error: error.report(),
    })),
    notRun: leftOut.map(({ design, scenario }) => ({ design: design.id, scenario })),
    known,
    properties: [...(await backend.describeProperties()), ...own],
    overview: isAll(request),
    ...(compared && { compared }),
    vacuous,
    elsewhere: request.coverage && request.scenarios.length === 0 ? await coverageRuns(done, request) : [],
    coverage: request.coverage,
    quiet: request.quiet,
    seconds: (performance.now() - started) / 1000,
    exitCode: code,
  };
  deliver(output, report, () => io.out(closingText(report, io.columns ?? WIDTH)), io);
  if (output.stdout && vacuous.length > 0) {
    io.err.write(`vacuous: ${vacuous.join(', ')} (--allow-vacuous accepts that)\n`);
  }
  return code;
}

/** Neither a design nor a scenario is named. */
const isAll = ({ designs, scenarios }: VerifyRequest): boolean => designs.length === 0 && scenarios.length === 0;

/**
 * What a design declares is about all properties in all default scenarios under the default config. Whoever asks for
 * just that is told whether it is so; who names a scenario or a property asks whether it is violated.
 */
function isAsDeclared({ scenarios, added, properties, config }: VerifyRequest): boolean {
  const usual = changedSettings(config).length === 0;
  return scenarios.length === 0 && added === undefined && properties === undefined && usual;
}

async function explore(
  plan: readonly Job[],
  request: VerifyRequest,
  output: Output,
  io: Io,
  known: readonly string[],
): Promise<{ done: Done[]; failed: Failed[] }> {
  const done: Done[] = [];
  const failed: Failed[] = [];
  const progress = new ProgressLine(io.err);
  const showProgress = request.progress || (io.err.terminal && !request.quiet);
  const blocks = !output.stdout && !request.quiet && !isAll(request);
  const label = (i: number): string =>
    `${plan.length > 1 ? `[${i + 1}/${plan.length}] ` : ''}${plan[i]!.design.id}: ${plan[i]!.scenario}`;
  const runs = new Runs(plan, {
    jobs: request.coverage ? 1 : request.jobs,
    optionsOf: ({ design }) => ({ ...optionsOf(request, foreignTo(design, plan)), sites: output.sites }),
    ...(showProgress && { onProgress: (i, p) => progress.update(label(i), p) }),
  });
  try {
    for (const [i, job] of plan.entries()) {
      try {
        const found = await runs.of(i);
        const run: Run = { ...found, ...(job.name !== undefined && { name: job.name }) };
        done.push({ job, run });
        progress.clear();
        if (blocks) io.out(`${runBlock(run, known).join('\n')}\n\n`);
      } catch (error) {
        progress.clear();
        if (!(error instanceof FaultlineError)) throw error;
        const report = error.report();
        if (!failed.some((f) => f.error.report() === report)) io.err.write(`${job.design.id}: ${report}\n`);
        failed.push({ job, error });
      }
    }
  } finally {
    await runs.end();
  }
  return { done, failed };
}

/** Each design in the scenarios that reach what the default ones leave out; no property is judged. */
async function coverageRuns(done: readonly Done[], request: VerifyRequest): Promise<Run[]> {
  const designs = [...new Map(done.map(({ job }) => [job.design.id, job.design])).values()];
  const runs: Run[] = [];
  const elsewhere = [
    ...COVERAGE_SCENARIOS.map((text) => ({ text, config: request.config })),
    ...Object.entries(CONFIG_SCENARIOS).flatMap(([settings, texts]) =>
      texts.map((text) => ({ text, config: parseConfig(settings.split(' ')) })),
    ),
  ];
  for (const design of designs) {
    for (const { text, config } of elsewhere) {
      if (!(await design.supports(text, config))) continue;
      const { ends, ...run } = await design.verify(text, { ...optionsOf(request), config, properties: [] });
      runs.push(run);
    }
  }
  return runs;
}

/** Ids of the properties that other designs of the plan bring. */
function foreignTo(design: LoadedDesign, plan: readonly Job[]): readonly string[] {
  const ids = (d: LoadedDesign): readonly string[] => (d.properties ?? []).map((p) => p.id);
  return plan.flatMap((job) => ids(job.design)).filter((id) => !ids(design).includes(id));
}

const optionsOf = (r: VerifyRequest, leaveOut: readonly string[] = []): VerifyOptions => ({
  config: r.config,
  engine: r.engine,
  stop: r.stop,
  ...(r.workers > 1 && { workers: r.workers }),
  ...(r.reduce.length > 0 && { reduce: reductionsOf(r.reduce) }),
  ...(r.compact && { compact: true }),
  ...(r.properties && { properties: r.properties.filter((id) => !leaveOut.includes(id)) }),
  ...(r.maxStates !== undefined && { maxStates: r.maxStates }),
  ...(r.maxBytes !== undefined && { maxBytes: r.maxBytes }),
});

async function compare(done: readonly Done[], known: readonly string[]): Promise<Difference[]> {
  const names = { scenarios: Object.keys(SCENARIOS), properties: known };
  const designs = new Map(done.map(({ job }) => [job.design.id, job.design]));
  return [...designs.values()].flatMap((design) => {
    const own = done.filter(({ job }) => job.design.id === design.id);
    const runs = own.map(({ job, run }): NamedRun => ({ scenario: job.name ?? job.scenario, run }));
    return differences(design, runs, names);
  });
}
