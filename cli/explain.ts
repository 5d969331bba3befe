/** `faultline explain`: counterexamples of a stored result, replayed and shown again. */
import { FaultlineError, nearNames, quoted } from '../explorer/errors.ts';
import type { Design } from '../model/design.ts';
import { explainedText } from '../report/departure.ts';
import type { Report } from '../report/report.ts';
import { counterexample } from '../report/summary.ts';
import { runOn } from '../verify/design-file/run.ts';
import { type Explained, type ExplainedRun, explain } from '../verify/explain.ts';
import { designIds, loadDesign } from '../verify/registry.ts';
import type { StoredRun } from '../verify/stored/counterexample.ts';
import { readStored } from '../verify/stored/read.ts';
import type { Backend } from './backend.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { deliver, type OutputFlags, prepareOutput } from './output.ts';
import { version } from './version.ts';

/** As commander collects them. */
export interface ExplainFlags extends OutputFlags {
  readonly design?: string;
  readonly property?: readonly string[];
}

/** @returns 0 if every counterexample replays and still violates its property, else 1 @throws FaultlineError */
export async function explainCommand(file: string, flags: ExplainFlags, io: Io, backend: Backend): Promise<number> {
  const started = performance.now();
  const stored = chosen(readStored(file), flags.property, file);
  const known = await backend.propertyIds();
  const designs = await designsOf(stored, flags.design, file);
  const output = await prepareOutput(flags);
  const explained: ExplainedRun[] = [];
  for (const [i, run] of stored.entries()) {
    const replay = () => explain(designs[i]!, run, { sites: output.sites });
    explained.push(await runOn(flags.design ?? run.design, replay));
  }
  const counterexamples = explained.flatMap((e) => e.counterexamples);
  const code = counterexamples.every(isAsStored) ? EXIT.ok : EXIT.violated;
  const report: Report = {
    version: version(),
    directory: process.cwd(),
    command: 'explain',
    runs: explained.map((e) => e.run),
    // What is not as stored: every format has a place for what did not come about.
    failed: counterexamples
      .filter((c) => !isAsStored(c))
      .map((c) => ({ design: c.design, scenario: c.scenario, error: explainedText(c).join('\n') })),
    known,
    properties: await backend.describeProperties(),
    overview: false,
    vacuous: [],
    elsewhere: [],
    coverage: false,
    quiet: false,
    seconds: (performance.now() - started) / 1000,
    exitCode: code,
  };
  deliver(output, report, () => io.out(textOf(explained)), io);
  if (output.stdout) {
    for (const c of counterexamples) if (!isAsStored(c)) io.err.write(`${explainedText(c).join('\n')}\n`);
  }
  return code;
}

const isAsStored = ({ departure, harmless }: Explained): boolean => !departure && !harmless;

/** For each counterexample: its table if it replays, then what became of it. */
function textOf(explained: readonly ExplainedRun[]): string {
  const sections = explained.flatMap(({ run, counterexamples }) =>
    counterexamples.map((c) => {
      const result = isAsStored(c) ? run.properties.find((p) => p.id === c.property) : undefined;
      return [...(result ? [...counterexample(run, result), ''] : []), ...explainedText(c)];
    }),
  );
  return sections.map((s) => `${s.join('\n')}\n`).join('\n');
}

/** The counterexamples of the named properties. @throws FaultlineError E_RESULT_FILE, E_UNKNOWN_NAME where there are none */
function chosen(runs: readonly StoredRun[], properties: readonly string[] | undefined, file: string): StoredRun[] {
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
 * @throws FaultlineError E_UNKNOWN_NAME
 */
async function designsOf(runs: readonly StoredRun[], given: string | undefined, file: string): Promise<Design[]> {
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
      'Name its file: faultline explain RESULT.json --design FILE. A design is never loaded by what a result says.',
      { file },
    );
  }
  return Promise.all(runs.map((r) => loadDesign(r.design)));
}

const unknownName = (what: string, name: string, known: readonly string[], file: string): FaultlineError =>
  new FaultlineError('E_UNKNOWN_NAME', `there is no ${what} ${quoted(name)}`, nearNames(name, known), {
    file,
  });
