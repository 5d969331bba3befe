/** What `faultline compare` explores: verdicts and costs of each variant, and each counterexample under the other designs. */
import { FaultlineError } from '../explorer/errors.ts';
import type { Progress } from '../explorer/options.ts';
import type { Design } from '../model/design.ts';
import { COST_SCENARIOS } from '../report/compare/answers.ts';
import type { Comparison, FollowedRun, Variant } from '../report/compare/comparison.ts';
import { ProgressLine } from '../report/progress.ts';
import type { FailedRun } from '../report/report.ts';
import { shortestViolations } from '../report/summary.ts';
import type { Run } from '../report/verdicts.ts';
import { costsOf } from '../verify/costs.ts';
import { runOf } from '../verify/design-file/run.ts';
import { replayUnder } from '../verify/replay-under.ts';
import type { ScenarioText } from '../verify/scenario-texts.ts';
import { verify } from '../verify/verify.ts';
import type { CompareRequest } from './compare-request.ts';
import type { Io } from './io.ts';

/** A design, and how its runs are guarded if it came from a file. */
export class Subject {
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

/** What was found of each variant. */
export type Compared = Pick<Comparison, 'runs' | 'costs' | 'followed'>;

/** The explorations of one invocation. What is wrong with one of them is noted, and the others go on. */
export class Comparing {
  readonly failed: FailedRun[] = [];
  private readonly progress: ProgressLine;
  private readonly request: CompareRequest;
  private readonly io: Io;
  private readonly subjects: ReadonlyMap<string, Subject>;
  /** Whether some format wants the lines of the designs' files. */
  private readonly sites: boolean;

  /** @param subjects by the design's id */
  constructor(request: CompareRequest, io: Io, subjects: ReadonlyMap<string, Subject>, sites: boolean) {
    this.sites = sites;
    this.request = request;
    this.io = io;
    this.subjects = subjects;
    this.progress = new ProgressLine(io.err);
  }

  /** @param known ids of properties, in order */
  async all(variants: readonly Variant[], texts: readonly ScenarioText[], known: readonly string[]): Promise<Compared> {
    const runs: Run[][] = [];
    for (const v of variants) runs.push(await this.verdicts(v, texts));
    const named = this.request.scenarios.length > 0 ? texts.map(({ scenario }) => scenario) : [];
    const costs: Comparison['costs'][number][] = [];
    for (const scenario of new Set([...named, ...COST_SCENARIOS])) {
      const row = [];
      for (const v of variants) row.push(await this.costs(v, scenario));
      costs.push({ scenario, costs: row });
    }
    const followed: FollowedRun[] = [];
    for (const [i, v] of variants.entries()) followed.push(...(await this.replays(v, runs[i]!, variants, known)));
    this.progress.clear();
    return { runs, costs, followed };
  }

  private async verdicts(v: Variant, texts: readonly ScenarioText[]): Promise<Run[]> {
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

  private costs(v: Variant, scenario: string) {
    const options = { ...this.request.limits, config: v.config };
    return this.attempt(v, scenario, (design, watch) => costsOf(design, scenario, { ...options, ...watch }));
  }

  /** The shortest counterexample of each property, under the other designs with the same config. */
  private async replays(
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
