/** Notes below the tables: the bounds of a "holds", and what makes the exit code other than 0. */
import { jointBoundsText } from './bounds.ts';
import { UNEXPECTED } from './matrix.ts';
import { isOpen, limitsText } from './search.ts';
import { count, WIDTH, wrap } from './text.ts';
import { jointVerdict, propertiesOf, type Run } from './verdicts.ts';

const note = (text: string): string[] => wrap(text, WIDTH, 2);

/** What the cells of the overview mean, and the bounds of its "holds". */
export function boundsNote(runs: readonly Run[], unexpected: boolean): string[] {
  if (runs.length === 0) return [];
  return [
    ...note(`holds: in every interleaving, over ${jointBoundsText(runs)}.`),
    ...note('violated N: the shortest counterexample has N steps.'),
    ...note('vacuous: the premise never happened. n/a: the design or the config lacks what the property needs.'),
    ...(unexpected ? note(`${UNEXPECTED}: not as the design declares.`) : []),
  ];
}

export interface Reasons {
  /** The differences from what is declared; undefined where violations themselves count. */
  readonly compared?: readonly unknown[];
  /** Properties whose vacuity counts. */
  readonly vacuous: readonly string[];
  readonly failed: readonly unknown[];
}

function endedText(open: readonly Run[]): string {
  if (open.every((r) => r.complete)) return 'did not decide all';
  if (open.every((r) => r.unfinished?.limit === 'compact')) return 'may have missed a state';
  return 'ended before all states were explored';
}

/** Why the exit code is not 0; nothing where it is. */
export function reasons(runs: readonly Run[], { compared, vacuous, failed }: Reasons): string[] {
  const violated = propertiesOf(runs).filter((id) => jointVerdict(runs, id)?.verdict === 'violated');
  const open = runs.filter(isOpen);
  const out: string[] = [];
  if (failed.length > 0) out.push(`Exit code 2: ${count(failed.length, 'run')} did not come about, see the errors.`);
  if (compared === undefined && violated.length > 0) out.push(`Exit code 1: violated: ${violated.join(', ')}.`);
  if (compared !== undefined && compared.length > 0) out.push('Exit code 1: verdicts are not as declared.');
  if (vacuous.length > 0) {
    const over = runs.length === 1 ? 'in this run' : `in any of these ${runs.length} runs`;
    out.push(
      `Exit code 1: vacuous: ${vacuous.join(', ')}. The premise never happened ${over}, so that nothing was checked: ` +
        'choose a scenario in which it does, or accept it with --allow-vacuous.',
    );
  }
  if (open.length > 0) {
    const ended = endedText(open);
    out.push(
      `Exit code 3: unknown: ${open.length} of ${count(runs.length, 'run')} ${ended} (${limitsText(open)}). ` +
        'Unknown is not "holds".',
    );
  }
  return out.flatMap(note);
}
