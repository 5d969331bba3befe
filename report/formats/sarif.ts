/**
 * SARIF 2.1.0 for code scanning: a result per run and property, a violation with its counterexample as a code flow.
 * A violation that the design declares is suppressed, so that only news is an alert.
 */
import { createHash } from 'node:crypto';
import type { Log, Notification, ReportingDescriptor, Result } from 'sarif';
import type { PropertyResult } from '../../verify/result.ts';
import { configText } from '../bounds.ts';
import { type Format, WHOLE } from '../format.ts';
import { isOfFile } from '../hidden.ts';
import { isDeclared, type Report } from '../report.ts';
import { codeFlow, messageOf } from '../sarif/code-flow.ts';
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
    const text = withoutStepNames(about.sentence);
    return {
      id,
      shortDescription: { text: firstSentence(text) },
      fullDescription: { text },
      help: { text: `${text}\n\nPromised by: ${about.promisedBy}` },
      defaultConfiguration: { level: 'error' },
    };
  });
}

const firstSentence = (text: string): string => /^.*?\.(?= |$)/s.exec(text)?.[0] ?? text;

/** Without the names that our notes give to the kernel's steps, `F8` or `T7`: whoever reads an alert has no such list. */
const withoutStepNames = (text: string): string =>
  text.replace(/\b[A-Z]\d+; /g, '').replace(/ \([^()]*\b[FT]\d+\b[^()]*\)/g, '');

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
    ...placesOf(run, result, locations),
    codeFlows: [codeFlow(run, result, locations)],
    ...(isDeclared(report, run, id) && {
      suppressions: [{ kind: 'external', justification: 'The design declares this violation.' }],
    }),
  };
}

/**
 * Of a user's file: the last step of the run that is written there, else its design; an alert belongs to the lines that
 * were changed. Of a built-in design: where the damage is done; without steps, the design.
 */
function placesOf(run: Run, { trace = [] }: PropertyResult, locations: Locations): Places {
  const last = trace.at(-1);
  const design = { ...locations.ofDesign(run), message: { text: `the design ${run.design}` } };
  if (!isOfFile(run)) {
    return { locations: [last ? locations.ofStep(run, last) : locations.ofDesign(run)], relatedLocations: [design] };
  }
  const own = trace.findLast((step) => locations.isInFile(run, step));
  const kernel = last && locations.ofKernel(last, `the last step of the run: ${messageOf(last)}`);
  return {
    locations: [own ? locations.ofStep(run, own) : locations.ofDesign(run)],
    relatedLocations: [...(kernel ? [kernel] : []), design],
  };
}

type Places = Required<Pick<Result, 'locations' | 'relatedLocations'>>;

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
