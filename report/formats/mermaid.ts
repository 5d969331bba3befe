/**
 * A counterexample as a Mermaid sequence diagram, one per file: a lane per process, and one for each component that a
 * step changes, other than the locks that the step's own text names.
 */
import type { TraceStep } from '../../explorer/trace.ts';
import type { Format } from '../format.ts';
import { mermaidText } from '../mermaid-text.ts';
import { caption, processTexts } from '../processes.ts';
import { fatalStep, LAST_GOOD, readingTexts } from '../reading.ts';
import { damageText, type NamedViolation, violationsIn } from '../violations.ts';

const format: Format = {
  title: 'Mermaid sequence diagrams, one file per counterexample',
  extension: 'mmd',
  render: (report) => violationsIn(report).map((v) => ({ name: v.name, text: `${diagram(v).join('\n')}\n` })),
};
export default format;

function diagram({ run, result }: NamedViolation): string[] {
  const { trace = [], loopFrom } = result;
  const processes = processTexts(run.scenario, run.processes);
  const components = [...new Set(trace.flatMap((s) => shownChanges(s).map(([name]) => name)))];
  const lanes = new Map<string, string>([
    ...processes.map((p, i) => [p.id, `P${i}`] as const),
    ...components.map((name, i) => [name, `C${i}`] as const),
  ]);
  const all = `P0${processes.length > 1 ? `,P${processes.length - 1}` : ''}`;
  const note = (text: string): string => `  Note over ${all}: ${mermaidText(text)}`;
  const [fatal, said] = [fatalStep(result), readingTexts(result, processes.length)];
  // Above the step that it is about.
  const choice = fatal === undefined ? [] : said.filter((text) => text.startsWith(LAST_GOOD)).map(note);
  const steps = trace.map((step, i) => [...(i === fatal ? choice : []), ...stepLines(step, i + 1, lanes)]);
  const before = steps.slice(0, loopFrom ?? steps.length).flat();
  const loop = loopFrom === undefined ? [] : steps.slice(loopFrom).flat();
  return [
    'sequenceDiagram',
    ...processes.map((p, i) => `  participant P${i} as ${mermaidText(caption(p))}`),
    ...components.map((name, i) => `  participant C${i} as ${mermaidText(name)}`),
    ...before,
    ...(loop.length > 0 ? ['  loop for ever', ...loop.map((l) => `  ${l}`), '  end'] : []),
    note(`${result.id} violated: ${damageText(result)}`),
    ...said.filter((text) => fatal === undefined || !text.startsWith(LAST_GOOD)).map(note),
  ];
}

function stepLines(step: TraceStep, number: number, lanes: ReadonlyMap<string, string>): string[] {
  const who = lanes.get(step.process) ?? 'P0';
  const text = step.step === '' ? (step.stack.at(-1) ?? '') : step.step;
  const changes = shownChanges(step).map(
    ([name, [before, after]]) => `  ${who}->>${lanes.get(name)!}: ${mermaidText(`${before} → ${after}`)}`,
  );
  return [`  ${who}->>${who}: ${mermaidText(`${number}. ${step.function}(): ${text}`)}`, ...changes];
}

const shownChanges = (step: TraceStep): [string, readonly [string, string]][] =>
  Object.entries(step.changes).filter(([name]) => !(step.section === 'lock' && step.step.includes(`(${name})`)));
