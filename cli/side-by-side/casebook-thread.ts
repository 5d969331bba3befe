/** A thread that decides cases: it loads them itself, and explores nothing twice. */
import { type Decided, decide } from '../../casebook/decide.ts';
import { Explorer, type Limits } from '../../casebook/explorer.ts';
import { chaptersWith } from '../../casebook/registry.ts';
import { serve } from './serve.ts';

/** Cases, by their places in the ledger. */
export interface CasebookTask {
  readonly ids: readonly string[];
  readonly limits: Limits;
}

await serve(async ({ ids, limits }: CasebookTask) => {
  const cases = (await chaptersWith(ids)).flatMap((c) => c.cases);
  const explorer = new Explorer(limits);
  return async (task: number): Promise<Omit<Decided, 'case'>> => {
    // What a case asks are functions, which stay where they are.
    const { case: asked, ...decided } = await decide(cases[task]!, explorer);
    return decided;
  };
});
