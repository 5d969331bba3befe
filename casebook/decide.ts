/** From answers to a verdict. */
import type { Answer, Ask } from './ask.ts';
import type { Bug, Case, Claim, Reason } from './case.ts';
import type { Explorer } from './explorer.ts';

export type CaseVerdict = 'holds' | 'refuted' | 'conditional' | 'found' | 'not-found' | 'undecided';

/** What the answers are of. */
export interface Part {
  /** The condition, or which design of a bug; absent: there is one part alone. */
  readonly name?: string;
  readonly answers: readonly Answer[];
}

export interface Decided {
  readonly case: Case;
  readonly verdict: CaseVerdict;
  /** Of an undecided case: why; `a limit was hit` where exploring did not end. */
  readonly reason?: Reason | 'a limit was hit';
  readonly because?: string;
  readonly parts: readonly Part[];
  /** Of a claim that holds under some conditions only: under which, and under which not. */
  readonly conditions?: { readonly holds: readonly string[]; readonly fails: readonly string[] };
  readonly seconds: number;
}

export async function decide(c: Case, explorer: Explorer): Promise<Decided> {
  const started = performance.now();
  const decided = await (c.undecided
    ? leftOpen(c)
    : c.kind === 'bug'
      ? decideBug(c, explorer)
      : decideClaim(c, explorer));
  return { case: c, ...decided, seconds: (performance.now() - started) / 1000 };
}

type Outcome = Omit<Decided, 'case' | 'seconds'>;

const leftOpen = ({ undecided }: Case): Outcome => ({ verdict: 'undecided', ...undecided!, parts: [] });

async function answersTo(asks: readonly Ask[], explorer: Explorer): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const ask of asks) answers.push(await ask.answer(explorer));
  return answers;
}

const allAgree = (answers: readonly Answer[]): boolean => answers.every((a) => a.agrees);
const LIMIT = { verdict: 'undecided', reason: 'a limit was hit' } as const;

/** Holds where all answers are as the claim says, under every condition; conditional: under some. */
async function decideClaim({ id, asks = [] }: Claim, explorer: Explorer): Promise<Outcome> {
  const groups: [string | undefined, readonly Ask[]][] = Array.isArray(asks)
    ? [[undefined, asks as readonly Ask[]]]
    : Object.entries(asks as Readonly<Record<string, readonly Ask[]>>);
  const parts: Part[] = [];
  for (const [name, list] of groups) {
    if (list.length === 0) throw new Error(`${id} asks nothing`);
    parts.push({ ...(name !== undefined && { name }), answers: await answersTo(list, explorer) });
  }
  if (parts.some((p) => p.answers.some((a) => a.agrees === undefined))) return { ...LIMIT, parts };
  const [holds, fails] = [parts.filter((p) => allAgree(p.answers)), parts.filter((p) => !allAgree(p.answers))];
  if (fails.length === 0) return { verdict: 'holds', parts };
  if (holds.length === 0) return { verdict: 'refuted', parts };
  const names = (list: readonly Part[]): string[] => list.map((p) => p.name!);
  return { verdict: 'conditional', parts, conditions: { holds: names(holds), fails: names(fails) } };
}

/** Found: the design before the fix goes wrong, and the one with it does not. */
async function decideBug({ id, before = [], after = [] }: Bug, explorer: Explorer): Promise<Outcome> {
  if (before.length === 0 || after.length === 0)
    throw new Error(`${id}: a bug is asked about before and after its fix`);
  const parts: Part[] = [
    { name: 'before the fix', answers: await answersTo(before, explorer) },
    { name: 'with the fix', answers: await answersTo(after, explorer) },
  ];
  if (parts.some((p) => p.answers.some((a) => a.agrees === undefined))) return { ...LIMIT, parts };
  return { verdict: parts.every((p) => allAgree(p.answers)) ? 'found' : 'not-found', parts };
}
