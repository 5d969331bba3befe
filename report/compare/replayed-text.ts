/** A counterexample followed in other designs, in words: which step is refused by which of them, and what they do instead. */
import type { TraceStep } from '../../explorer/trace.ts';
import type { Replayed } from '../../verify/replay-under.ts';
import type { PropertyResult } from '../../verify/result.ts';
import { lengthOf } from '../verdicts.ts';
import type { FollowedRun } from './comparison.ts';

/** What several variants have in common. */
export interface ReplayedGroup {
  /** Labels of the variants. */
  readonly variants: readonly string[];
  /** What they do. */
  readonly does: string;
  /** Index of the refused step in the counterexample; undefined: they refuse none. */
  readonly refused?: number;
}

/** `T0 insert_pfn(): set_pte_at(rw) (pte[mm1].a: none -> rw blk.a)` */
export function stepText({ process, function: fn, step, changes }: TraceStep): string {
  const said = step === '' ? '' : `: ${step}`;
  const translations = Object.entries(changes).filter(([name]) => name.startsWith('pte['));
  const told = translations.map(([name, [before, after]]) => `${name}: ${before} -> ${after}`).join(', ');
  return `${process} ${fn}()${said}${told === '' ? '' : ` (${told})`}`;
}

/** In the order of the refused steps; those that refuse nothing come last. */
export function replayedGroups({ under, result }: Pick<FollowedRun, 'under' | 'result'>): ReplayedGroup[] {
  const groups: { variants: string[]; does: string; refused?: number }[] = [];
  for (const { variant, replayed } of under) {
    const { followed, open } = replayed;
    const refused = open === undefined && followed < lengthOf(result) ? followed : undefined;
    const does = doesText(replayed, result);
    const known = groups.find((g) => g.does === does && g.refused === refused);
    if (known) known.variants.push(variant.label);
    else groups.push({ variants: [variant.label], does, ...(refused !== undefined && { refused }) });
  }
  const place = ({ refused = Number.POSITIVE_INFINITY }: ReplayedGroup): number => refused;
  return groups.sort((a, b) => (place(a) === place(b) ? 0 : place(a) - place(b)));
}

const WHY_OPEN = {
  incomplete: 'not followed: a limit was hit before all states were explored',
  'too large': 'not followed: too many states',
} as const;

function doesText(replayed: Replayed, result: PropertyResult): string {
  const { followed, instead, violates, verdict, open } = replayed;
  if (open) return WHY_OPEN[open];
  if (followed < lengthOf(result)) return insteadText(replayed);
  if (result.loopFrom !== undefined) {
    return verdict === 'violated'
      ? 'goes round for ever, too'
      : `leaves the loop: ${instead.map(stepText).at(-1) ?? ''}`;
  }
  if (violates) return 'does the same to the end, and violates it too';
  if (verdict === 'n/a') return `does the same to the end; ${result.id} does not apply to it`;
  return `does the same to the end without violating it${verdict === 'violated' ? '; another run of its own does' : ''}`;
}

function insteadText({ instead, ends, waits }: Replayed): string {
  if (ends === 'finished') return 'the process finishes without it';
  if (ends === 'endless') return 'the process goes round for ever without it';
  if (ends === 'waits' && waits) {
    const owners = waits.owners.length === 0 ? '' : `, held by ${waits.owners.join(', ')}`;
    return `${waits.process} waits for ${waits.what}${owners}`;
  }
  return instead.map(stepText).at(-1) ?? 'the process waits';
}
