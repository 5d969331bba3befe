/** `faultline casebook`: decides the cases, prints the ledger. */
import type { Chapter } from '../casebook/case.ts';
import { type Decided, decide } from '../casebook/decide.ts';
import { Explorer, type Limits } from '../casebook/explorer.ts';
import { chaptersWith } from '../casebook/registry.ts';
import { casebookJson } from '../report/casebook/json.ts';
import { casebookMarkdown } from '../report/casebook/markdown.ts';
import { caseText, chapterHeading, ledgerTotals } from '../report/casebook/text.ts';
import { ProgressLine } from '../report/progress.ts';
import { WIDTH } from '../report/text.ts';
import { exitCode } from './exit.ts';
import type { Io } from './io.ts';
import { jobsOf, parseCount, parseSize } from './request.ts';
import type { CasebookTask } from './side-by-side/casebook-thread.ts';
import { SideBySide, shareOf } from './side-by-side/side-by-side.ts';

export interface CasebookFlags {
  readonly json?: boolean;
  readonly markdown?: boolean;
  readonly verbose?: boolean;
  readonly maxStates?: string;
  readonly maxMemory?: string;
  readonly jobs?: string;
  readonly progress?: boolean;
}

/** @returns the exit code @throws FaultlineError E_UNKNOWN_NAME before the first exploration */
export async function casebookCommand(ids: readonly string[], flags: CasebookFlags, io: Io): Promise<number> {
  const chapters = await chaptersWith(ids);
  const limits: Limits = {
    ...(flags.maxStates !== undefined && { maxStates: parseCount(flags.maxStates) }),
    ...(flags.maxMemory !== undefined && { maxBytes: parseSize(flags.maxMemory) }),
  };
  const plain = !flags.json && !flags.markdown;
  const options = { width: io.columns ?? WIDTH, verbose: flags.verbose === true || ids.length > 0 };
  const cases = chapters.flatMap((c) => c.cases);
  const progress = new Steps(io, flags.progress === true, cases.length);
  const threads = Math.min(jobsOf(flags.jobs), cases.length);
  const shared = { ...limits, ...shareOf(threads, limits.maxBytes) };
  const explorer = new Explorer(shared);
  const decisions = new SideBySide(
    {
      count: cases.length,
      here: async (n): Promise<Omit<Decided, 'case'>> => decide(cases[n]!, explorer),
      file: new URL('./side-by-side/casebook-thread.js', import.meta.url),
      given: { ids, limits: shared } satisfies CasebookTask,
      alone: {
        isShort: ({ reason }) => reason === LIMIT,
        perform: async (n) => decide(cases[n]!, new Explorer(limits)),
      },
    },
    threads,
  );
  const done: { readonly chapter: Chapter; readonly decided: readonly Decided[] }[] = [];
  try {
    let n = 0;
    for (const chapter of chapters) {
      if (plain) io.out(chapterHeading(chapter));
      const decided: Decided[] = [];
      for (const c of chapter.cases) {
        progress.next(c.id);
        const d = { ...(await decisions.of(n++)), case: c };
        decided.push(d);
        progress.clear();
        if (plain) io.out(await caseText(d, options));
      }
      done.push({ chapter, decided });
    }
  } finally {
    await decisions.end();
  }
  const all = done.flatMap((c) => c.decided);
  if (plain) io.out(ledgerTotals(all));
  if (flags.json) io.out(`${await casebookJson(all)}\n`);
  if (flags.markdown) io.out(await casebookMarkdown(done));
  return exitCode({
    broken: false,
    unwanted: all.some((d) => d.verdict === 'not-found'),
    unknown: all.some((d) => d.reason === LIMIT),
  });
}

const LIMIT = 'a limit was hit';

/** Which case of how many. */
class Steps {
  private n = 0;
  private readonly total: number;
  private readonly line: ProgressLine;
  private readonly shown: boolean;
  private readonly started = performance.now();

  constructor(io: Io, asked: boolean, total: number) {
    this.total = total;
    this.line = new ProgressLine(io.err);
    this.shown = asked || io.err.terminal;
  }

  next(id: string): void {
    this.n++;
    if (this.shown)
      this.line.note(`[${this.n}/${this.total}] ${id}, ${Math.round((performance.now() - this.started) / 1000)} s`);
  }

  clear(): void {
    this.line.clear();
  }
}
