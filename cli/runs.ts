/** The runs of a plan: one after the other, or some of them at once; handed out in the plan's order. */
import type { Progress } from '../explorer/options.ts';
import type { VerifyOptions } from '../verify/index.ts';
import type { Job } from './plan.ts';
import { SideBySide, shareOf } from './side-by-side/side-by-side.ts';
import type { Found, VerifyTask } from './side-by-side/verify-thread.ts';

export interface RunsOptions {
  /** How many at once. One where what a run takes of the charts is asked for, since that stays where it was found. */
  readonly jobs: number;
  /** What is asked of a job. As data: another thread may do it. */
  readonly optionsOf: (job: Job) => VerifyOptions;
  readonly onProgress?: (job: number, progress: Progress) => void;
}

export class Runs {
  private readonly plan: readonly Job[];
  private readonly options: RunsOptions;
  private readonly runs: SideBySide<Found>;

  constructor(plan: readonly Job[], options: RunsOptions) {
    this.plan = plan;
    this.options = options;
    // What came from a file is run in the process that was made for it.
    const threads = plan.every((job) => job.design.builtIn) ? Math.min(options.jobs, plan.length) : 1;
    const whole = plan[0] && options.optionsOf(plan[0]).maxBytes;
    const share = shareOf(threads, whole);
    const tasks = plan.map(
      (job): VerifyTask => ({
        design: job.design.id,
        scenario: job.scenario,
        options: { ...options.optionsOf(job), ...share },
      }),
    );
    const file = new URL('./side-by-side/verify-thread.js', import.meta.url);
    const here = (n: number): Promise<Found> => this.explore(n, share);
    const alone = { isShort: isShortOfMemory, perform: (n: number) => this.explore(n, {}) };
    this.runs = new SideBySide({ count: plan.length, here, file, given: tasks, alone }, threads);
  }

  /** To be asked for once each, in the plan's order. @throws FaultlineError for what is wrong with it */
  of(job: number): Promise<Found> {
    return this.runs.of(job);
  }

  end(): Promise<void> {
    return this.runs.end();
  }

  private async explore(n: number, share: Pick<VerifyOptions, 'maxBytes'>): Promise<Found> {
    const { design, scenario } = this.plan[n]!;
    const { optionsOf, onProgress } = this.options;
    const watch = onProgress && { onProgress: (p: Progress) => onProgress(n, p) };
    const { ends, ...found } = await design.verify(scenario, { ...optionsOf(this.plan[n]!), ...share, ...watch });
    return found;
  }
}

const isShortOfMemory = ({ unfinished }: Found): boolean =>
  unfinished?.limit === 'memory' || unfinished?.limit === 'machine';
