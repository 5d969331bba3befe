/**
 * SARIF 2.1.0 for code scanning: a result per run and property, a violation with its counterexample as a code flow.
 * A violation that the design declares is suppressed, so that only news is an alert.
 */
import { createHash } from 'node:crypto';
import type { Location, Log, Notification, ReportingDescriptor, Result } from 'sarif';
import type { PropertyResult } from '../../verify/result.ts';
import { configText } from '../bounds.ts';
import { type Format, WHOLE } from '../format.ts';
import { isDeclared, type Report } from '../report.ts';
import { codeFlow } from '../sarif/code-flow.ts';
import { Locations } from '../sarif/locations.ts';
import { propertiesOf, type Run } from '../verdicts.ts';
import { damageText, reasonText, variantText } from '../violations.ts';

const format: Format = {
  title: 'SARIF 2.1.0 with code flows, for code scanning',
  extension: 'sarif',
  sites: true,
  render: (report) => [{ name: WHOLE, text: `${JSON.stringify(logOf(report), undefined, 1)}\n` }],
};
export default format;

function logOf(report: Report): Log {
  const locations = new Locations(report.directory);
  const rules = rulesOf(report);
  const results = report.runs.flatMap((run) =>
    propertiesOf([run], report.known).map((id) =>
      resultOf(
        report,
        run,
        id,
        rules.findIndex((r) => r.id === id),
        locations,
      ),
    ),
  );
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'faultline', version: report.version, rules } },
        invocations: [
          {
            executionSuccessful: report.failed.length === 0,
            exitCode: report.exitCode,
            ...(report.failed.length > 0 && { toolExecutionNotifications: notifications(report) }),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results,
        originalUriBaseIds: locations.originalUriBaseIds,
      },
    ],
  };
}

const notifications = ({ failed }: Report): Notification[] =>
  failed.map(({ design, scenario, error }) => ({
    level: 'error',
    message: { text: `${design} in "${scenario}": ${error}` },
  }));

function rulesOf({ runs, known, properties }: Report): ReportingDescriptor[] {
  return propertiesOf(runs, known).map((id) => {
    const about = properties.find((p) => p.id === id);
    if (!about) return { id };
    return {
      id,
      shortDescription: { text: firstSentence(about.sentence) },
      fullDescription: { text: about.sentence },
      help: { text: `${about.sentence}\n\nPromised by: ${about.promisedBy}` },
      defaultConfiguration: { level: 'error' },
    };
  });
}

const firstSentence = (text: string): string => /^.*?[.;:](?= |$)/s.exec(text)?.[0] ?? text;

function resultOf(report: Report, run: Run, id: string, ruleIndex: number, locations: Locations): Result {
  const result = run.properties.find((p) => p.id === id);
  const about = { ruleId: id, ruleIndex, partialFingerprints: { 'faultlineRun/v1': fingerprint(run, id) } };
  if (result?.verdict !== 'violated') {
    const kind = kindOf(result);
    const text = `${variantText(run, report.runs)} in "${run.scenario}": ${reasonText(run, id)}`;
    return { ...about, kind, level: 'none', message: { text }, locations: [locations.ofDesign(run)] };
  }
  return {
    ...about,
    kind: 'fail',
    level: 'error',
    message: { text: `${variantText(run, report.runs)} violates ${id} in "${run.scenario}": ${damageText(result)}` },
    locations: [lastStep(run, result, locations)],
    relatedLocations: [{ ...locations.ofDesign(run), message: { text: `the design ${run.design}` } }],
    codeFlows: [codeFlow(run, result, locations)],
    ...(isDeclared(report, run, id) && {
      suppressions: [{ kind: 'external', justification: 'The design declares this violation.' }],
    }),
  };
}

/** Where the damage is done; of a violation in the initial state, or without a file, the design. */
function lastStep(run: Run, { trace = [] }: PropertyResult, locations: Locations): Location {
  const last = trace.at(-1);
  return last ? locations.ofStep(run, last) : locations.ofDesign(run);
}

function kindOf(result: PropertyResult | undefined): Result.kind {
  if (result?.verdict === 'holds') return 'pass';
  if (result?.verdict === 'unknown') return 'open';
  return result?.verdict === 'vacuous' ? 'review' : 'notApplicable';
}

/** The same for the same question, whatever the answer: an alert stays the same alert when its run changes. */
const fingerprint = (run: Run, property: string): string =>
  createHash('sha256')
    .update([run.design, run.scenario, configText(run.config), property].join('\n'))
    .digest('hex')
    .slice(0, 32);
