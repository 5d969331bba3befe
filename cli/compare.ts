/** `faultline compare`: explore all variants, count costs, follow counterexamples, report. */
import { FaultlineError } from '../explorer/errors.ts';
import type { Progress } from '../explorer/options.ts';
import type { Design } from '../model/design.ts';
import { COST_SCENARIOS } from '../report/compare/answers.ts';
import { type Comparison, type FollowedRun, type Variant, variantsOf } from '../report/compare/comparison.ts';
import { comparisonJson } from '../report/compare/json.ts';
import { comparisonMarkdown } from '../report/compare/markdown.ts';
import { comparisonText, isComplete } from '../report/compare/text.ts';
import type { RenderedFile } from '../report/format.ts';
import { ProgressLine } from '../report/progress.ts';
import type { FailedRun, Report } from '../report/report.ts';
import { shortestViolations } from '../report/summary.ts';
import { WIDTH } from '../report/text.ts';
import { type Run, vacuousProperties } from '../report/verdicts.ts';
import { costsOf } from '../verify/costs.ts';
import { isDesignFile } from '../verify/design-file/is-design-file.ts';
import { runOf } from '../verify/design-file/run.ts';
import { loadCosts, loadDesign } from '../verify/registry.ts';
import { replayUnder } from '../verify/replay-under.ts';
import type { ScenarioText } from '../verify/scenario-texts.ts';
import { verify } from '../verify/verify.ts';
import type { Backend } from './backend.ts';
import type { CompareRequest } from './compare-request.ts';
import { exitCode } from './exit.ts';
import type { Io } from './io.ts';
import { deliver, type Output, prepareOutput, withRenderers } from './output.ts';
import { leftOutText, makePlan, shortNames } from './plan.ts';
import { sharedTexts } from './shared-texts.ts';
import { version } from './version.ts';

/** @returns the exit code @throws FaultlineError for what is wrong before the first exploration */
export async function compareCommand(request: CompareRequest, io: Io, backend: Backend): Promise<number> {
  const started = performance.now();
  const plan = await makePlan(request, backend);
  const output = await prepareOutput(request.output);
  const subjects = new Map<string, Subject>();
  for (const idOrFile of request.designs) {
    const design = await loadDesign(idOrFile);
    subjects.set(design.id, new Subject(design, isDesignFile(idOrFile) ? idOrFile : undefined));
  }
  const work = new Comparing(request, io, subjects, output.sites);
  const variants = variantsOf([...subjects.keys()], request.configs);
  const planned = [...new Map(plan.map((job) => [job.scenario, job])).values()];
  const compared = variants.map((v) => ({ design: subjects.get(v.design)!.design, config: v.config }));
  const { texts, leftOut } = await sharedTexts(planned, compared, request.scenarios.length > 0);
  if (!request.quiet) io.err.write(leftOutText(shortNames(leftOut), request.configs));
  const runs: Run[][] = [];
  for (const v of variants) runs.push(await work.verdicts(v, texts));
  const own = request.scenarios.length > 0 ? texts.map(({ scenario }) => scenario) : [];
  const costs: Comparison['costs'][number][] = [];
  for (const scenario of new Set([...own, ...COST_SCENARIOS])) {
    const row = [];
    for (const v of variants) row.push(await work.costs(v, scenario));
    costs.push({ scenario, costs: row });
  }
  const known = await backend.propertyIds();
  const followed: FollowedRun[] = [];
  for (const [i, v] of variants.entries()) followed.push(...(await work.replays(v, runs[i]!, variants, known)));
  work.progress.clear();
  const all = runs.flat();
  const comparison: Comparison = {
    variants,
    runs,
    known,
    asked: request.properties !== undefined,
    meters: await loadCosts(),
    costs,
    followed,
    vacuous: request.allowVacuous || work.failed.length > 0 ? [] : vacuousProperties(all, known),
    failed: work.failed,
    seconds: (performance.now() - started) / 1000,
  };
  const code = exitCode({
    broken: work.failed.length > 0,
    unwanted: comparison.vacuous.length > 0 || all.some((r) => r.properties.some((p) => p.verdict === 'violated')),
    unknown: !isComplete(comparison),
  });
  const report: Report = {
    version: version(),
    directory: process.cwd(),
    command: 'compare',
    runs: all,
    failed: work.failed,
    known,
    properties: await backend.describeProperties(),
    overview: false,
    vacuous: comparison.vacuous,
    elsewhere: [],
    coverage: false,
    quiet: request.quiet,
    seconds: comparison.seconds,
    exitCode: code,
  };
  const shown = comparisonText(comparison, io.columns ?? WIDTH, request.quiet);
  deliver(comparing(output, comparison, request.quiet), report, () => io.out(shown), io);
  return code;
}

/** Formats that show what is compared; the others show the runs as they show those of `verify`. */
function comparing(output: Output, c: Comparison, quiet: boolean): Output {
  const whole = (text: string): readonly RenderedFile[] => [{ name: 'comparison', text }];
  return withRenderers(output, {
    table: () => whole(comparisonText(c, WIDTH, quiet)),
    markdown: () => whole(comparisonMarkdown(c)),
    json: () => whole(`${comparisonJson(c)}\n`),
  });
}

/** A design, and how its runs are guarded if it came from a file. */
class Subject {
  readonly design: Design;
  private readonly file: string | undefined;

  constructor(design: Design, file: string | undefined) {
    this.design = design;
    this.file = file;
  }

  run<T>(work: (design: Design) => Promise<T>): Promise<T> {
    return this.file === undefined ? work(this.design) : runOf(this.file, () => work(this.design));
  }
}

/** The explorations of one invocation. What is wrong with one of them is noted, and the others go on. */
class Comparing {
  readonly failed: FailedRun[] = [];
  readonly progress: ProgressLine;
  private readonly request: CompareRequest;
  private readonly io: Io;
  private readonly subjects: ReadonlyMap<string, Subject>;
  /** Whether some format wants the lines of the designs' files. */
  private readonly sites: boolean;

  constructor(request: CompareRequest, io: Io, subjects: ReadonlyMap<string, Subject>, sites: boolean) {
    this.sites = sites;
    this.request = request;
    this.io = io;
    this.subjects = subjects;
    this.progress = new ProgressLine(io.err);
  }

  async verdicts(v: Variant, texts: readonly ScenarioText[]): Promise<Run[]> {
    const { properties, limits } = this.request;
    if (properties?.length === 0) return [];
    const runs: Run[] = [];
    for (const { scenario, name } of texts) {
      const options = { ...limits, config: v.config, sites: this.sites, ...(properties && { properties }) };
      const result = await this.attempt(v, scenario, (design, watch) =>
        verify(design, scenario, { ...options, ...watch }),
      );
      if (!result) continue;
      // `ends` holds on to all states of the exploration.
      const { ends, ...run } = result;
      runs.push({ ...run, ...(name !== undefined && { name }) });
    }
    return runs;
  }

  costs(v: Variant, scenario: string) {
    const options = { ...this.request.limits, config: v.config };
    return this.attempt(v, scenario, (design, watch) => costsOf(design, scenario, { ...options, ...watch }));
  }

  /** The shortest counterexample of each property, under the other designs with the same config. */
  async replays(
    of: Variant,
    runs: readonly Run[],
    variants: readonly Variant[],
    known: readonly string[],
  ): Promise<FollowedRun[]> {
    const out: FollowedRun[] = [];
    for (const { run, result } of shortestViolations(runs, known)) {
      const under = [];
      for (const variant of variants) {
        if (variant.design === of.design || variant.config !== of.config) continue;
        const other = this.subjects.get(variant.design)!;
        const replayed = await this.attempt(of, run.scenario, (design) =>
          other.run((b) =>
            replayUnder({ design, scenario: run.scenario, config: of.config, result }, b, this.request.limits),
          ),
        );
        if (replayed) under.push({ variant, replayed });
      }
      if (under.length > 0) out.push({ of, run, result, under });
    }
    return out;
  }

  private async attempt<T>(
    { design, label }: Variant,
    scenario: string,
    work: (design: Design, watch: { onProgress?: (p: Progress) => void }) => Promise<T>,
  ): Promise<T | undefined> {
    const watched = this.request.progress || (this.io.err.terminal && !this.request.quiet);
    const watch = watched ? { onProgress: (p: Progress) => this.progress.update(`${label}: ${scenario}`, p) } : {};
    try {
      return await this.subjects.get(design)!.run((d) => work(d, watch));
    } catch (error) {
      this.progress.clear();
      if (!(error instanceof FaultlineError)) throw error;
      const report = error.report();
      if (!this.failed.some((f) => f.error === report)) this.io.err.write(`${label}: ${report}\n`);
      this.failed.push({ design, scenario, error: report });
      return undefined;
    }
  }
}
