/**
 * JUnit XML for continuous integration: a suite per run, a case per property. What makes the exit code 1 fails; what is
 * not decided is an error. A violation that the design declares passes, with its counterexample as the case's output.
 */
import { differenceText } from '../declared.ts';
import { type Format, WHOLE } from '../format.ts';
import { isDeclared, type Report } from '../report.ts';
import { counterexample } from '../summary.ts';
import { propertiesOf, type Run } from '../verdicts.ts';
import { damageText, reasonText, variantText } from '../violations.ts';
import { attributes, xmlText } from '../xml.ts';

type Outcome = 'passed' | 'failures' | 'errors' | 'skipped';

interface Case {
  readonly outcome: Outcome;
  readonly xml: string;
}

interface Suite {
  readonly name: string;
  readonly seconds: number;
  readonly properties: Readonly<Record<string, string | number | boolean>>;
  readonly cases: readonly Case[];
}

const format: Format = {
  title: 'JUnit XML: a suite per run, a case per property',
  extension: 'junit.xml',
  render: (report) => [{ name: WHOLE, text: document(suitesOf(report), report.seconds) }],
};
export default format;

function document(suites: readonly Suite[], seconds: number): string {
  const cases = suites.flatMap((s) => s.cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'faultline', ...counts(cases), time: seconds.toFixed(3) })}>`,
    ...suites.map(suiteXml),
    '</testsuites>\n',
  ].join('\n');
}

function counts(cases: readonly Case[]): Record<string, number> {
  const of = (outcome: Outcome): number => cases.filter((c) => c.outcome === outcome).length;
  return { tests: cases.length, failures: of('failures'), errors: of('errors'), skipped: of('skipped') };
}

function suiteXml({ name, seconds, properties, cases }: Suite): string {
  const facts = Object.entries(properties).map(
    ([k, v]) => `      <property${attributes({ name: k, value: String(v) })}/>`,
  );
  return [
    `  <testsuite${attributes({ name, ...counts(cases), time: seconds.toFixed(3) })}>`,
    ...(facts.length > 0 ? ['    <properties>', ...facts, '    </properties>'] : []),
    ...cases.map((c) => c.xml),
    '  </testsuite>',
  ].join('\n');
}

function suitesOf(report: Report): Suite[] {
  const runs = report.runs.map((run) => ({
    name: `${variantText(run, report.runs)}: ${run.scenario}`,
    seconds: run.seconds,
    properties: {
      states: run.states,
      transitions: run.transitions,
      depth: run.depth,
      exhaustive: run.complete,
      ...run.config,
    },
    cases: propertiesOf([run], report.known).map((id) => caseOf(report, run, id)),
  }));
  const broken = report.failed.map(({ design, scenario, error }) => ({
    name: `${design}: ${scenario}`,
    seconds: 0,
    properties: {},
    cases: [testcase(design, 'exploration', 'errors', element('error', 'broken', error.split('\n', 1)[0]!, error))],
  }));
  return [...runs, ...broken, ...strayDeclarations(report)];
}

/** Declarations about a scenario or property that does not exist: no case can stand for them. */
function strayDeclarations({ compared = [] }: Report): Suite[] {
  const stray = compared.filter((d) => d.found.startsWith('no such'));
  if (stray.length === 0) return [];
  const cases = stray.map((d) => {
    const text = differenceText(d);
    return testcase(d.design, d.property, 'failures', element('failure', 'undeclared', text, text));
  });
  return [{ name: 'declared verdicts', seconds: 0, properties: {}, cases }];
}

function caseOf(report: Report, run: Run, id: string): Case {
  const make = (outcome: Outcome, content: string): Case => testcase(run.design, id, outcome, content);
  const result = run.properties.find((p) => p.id === id);
  const reason = reasonText(run, id);
  if (result?.verdict === 'violated') {
    const table = counterexample(run, result).join('\n');
    if (isDeclared(report, run, id)) return make('passed', `<system-out>${xmlText(table)}</system-out>`);
    const steps = result.trace?.length ?? 0;
    return make(
      'failures',
      element('failure', 'violation', `violated in ${steps} steps: ${damageText(result)}`, table),
    );
  }
  const missed = report.compared?.find((d) => d.design === run.design && d.scenario === run.name && d.property === id);
  if (missed) {
    const message = `declared ${missed.declared}, found ${missed.found}`;
    return make('failures', element('failure', 'undeclared', message, message));
  }
  if (result?.verdict === 'holds') return make('passed', `<system-out>${xmlText(reason)}</system-out>`);
  if (result?.verdict === 'unknown') return make('errors', element('error', 'limit', reason, reason));
  if (report.vacuous.includes(id)) return make('failures', element('failure', 'vacuous', reason, reason));
  return make('skipped', `<skipped${attributes({ message: reason })}/>`);
}

const testcase = (design: string, name: string, outcome: Outcome, content: string): Case => ({
  outcome,
  xml: `    <testcase${attributes({ classname: design, name })}>${content}</testcase>`,
});

const element = (name: string, type: string, message: string, text: string): string =>
  `<${name}${attributes({ type, message })}>${xmlText(text)}</${name}>`;
