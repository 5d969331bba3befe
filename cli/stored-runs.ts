/** Which counterexamples of a stored result are meant, and the designs that they are of. */
import { FaultlineError, nearNames, quoted } from '../explorer/errors.ts';
import type { Design } from '../model/design.ts';
import { designIds, loadDesign } from '../verify/registry.ts';
import type { StoredRun } from '../verify/stored/counterexample.ts';

/** The counterexamples of the named properties. @throws FaultlineError E_RESULT_FILE, E_UNKNOWN_NAME where there are none */
export function chosenRuns(
  runs: readonly StoredRun[],
  properties: readonly string[] | undefined,
  file: string,
): StoredRun[] {
  const all = runs.flatMap((r) => r.counterexamples.map((c) => c.property));
  if (all.length === 0) {
    throw new FaultlineError(
      'E_RESULT_FILE',
      'nothing is violated in this result',
      'There is no counterexample to explain: verify shows what holds.',
      { file },
    );
  }
  for (const p of properties ?? [])
    if (!all.includes(p)) throw unknownName('counterexample of', p, [...new Set(all)], file);
  return runs
    .map((r) => ({ ...r, counterexamples: r.counterexamples.filter((c) => properties?.includes(c.property) ?? true) }))
    .filter((r) => r.counterexamples.length > 0);
}

/**
 * Only a built-in design is loaded by the name in the file: a path there would be code that whoever wrote the file chose.
 * @param command for what to do @throws FaultlineError E_UNKNOWN_NAME
 */
export async function designsOf(
  runs: readonly StoredRun[],
  given: string | undefined,
  file: string,
  command: string,
): Promise<Design[]> {
  if (given !== undefined) {
    const design = await loadDesign(given);
    return runs.map(() => design);
  }
  const ids = await designIds();
  const odd = runs.find((r) => !ids.includes(r.design));
  if (odd) {
    throw new FaultlineError(
      'E_UNKNOWN_NAME',
      `the result is of a design that is not built in: ${quoted(odd.design)}`,
      `Name its file: faultline ${command} RESULT.json --design FILE. A design is never loaded by what a result says.`,
      { file },
    );
  }
  return Promise.all(runs.map((r) => loadDesign(r.design)));
}

const unknownName = (what: string, name: string, known: readonly string[], file: string): FaultlineError =>
  new FaultlineError('E_UNKNOWN_NAME', `there is no ${what} ${quoted(name)}`, nearNames(name, known), {
    file,
  });
