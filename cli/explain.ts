/** `faultline explain`: counterexamples of a stored result, replayed and shown again. */
import { explainedText } from '../report/departure.ts';
import type { Report } from '../report/report.ts';
import { counterexample } from '../report/summary.ts';
import { runOn } from '../verify/design-file/run.ts';
import { type Explained, type ExplainedRun, explain } from '../verify/explain.ts';
import { readStored } from '../verify/stored/read.ts';
import type { Backend } from './backend.ts';
import { EXIT } from './exit.ts';
import type { Io } from './io.ts';
import { deliver, type OutputFlags, prepareOutput } from './output.ts';
import { chosenRuns, designsOf } from './stored-runs.ts';
import { version } from './version.ts';

/** As commander collects them. */
export interface ExplainFlags extends OutputFlags {
  readonly design?: string;
  readonly property?: readonly string[];
}

/** @returns 0 if every counterexample replays and still violates its property, else 1 @throws FaultlineError */
export async function explainCommand(file: string, flags: ExplainFlags, io: Io, backend: Backend): Promise<number> {
  const started = performance.now();
  const stored = chosenRuns(readStored(file), flags.property, file);
  const known = await backend.propertyIds();
  const designs = await designsOf(stored, flags.design, file, 'explain');
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
    notRun: [],
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
