/** A thread that performs runs of `verify`: of built-in designs, which it loads itself. */
import type { VerifyOptions } from '../../verify/index.ts';
import type { RunResult } from '../../verify/result.ts';
import { serve } from './serve.ts';

/** What a run found, without what holds on to its states. */
export type Found = Omit<RunResult, 'ends'>;

/** A run, as data. */
export interface VerifyTask {
  readonly design: string;
  readonly scenario: string;
  readonly options: VerifyOptions;
}

await serve(async (tasks: readonly VerifyTask[]) => {
  const [{ loadDesign }, { verify }] = await Promise.all([
    import('../../verify/registry.ts'),
    import('../../verify/verify.ts'),
  ]);
  return async (task: number): Promise<Found> => {
    const { design, scenario, options } = tasks[task]!;
    const { ends, coverage, ...found } = await verify(await loadDesign(design), scenario, options);
    // An alternative is one of this thread's own: nobody else could look it up.
    return { ...found, coverage: { taken: new Set(), points: [] } };
  };
});
