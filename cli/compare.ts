/** `faultline compare`: explore all variants, count costs, follow counterexamples, report. */
import { type Comparison, variantsOf } from '../report/compare/comparison.ts';
import { comparisonJson } from '../report/compare/json.ts';
import { comparisonMarkdown } from '../report/compare/markdown.ts';
import { comparisonText, isComplete } from '../report/compare/text.ts';
import type { RenderedFile } from '../report/format.ts';
import type { Report } from '../report/report.ts';
import { WIDTH } from '../report/text.ts';
import { vacuousProperties } from '../report/verdicts.ts';
import { isDesignFile } from '../verify/design-file/is-design-file.ts';
import { overlaidText } from '../verify/design-file/overlaid.ts';
import { loadCosts, loadDesign } from '../verify/registry.ts';
import type { Backend } from './backend.ts';
import type { CompareRequest } from './compare-request.ts';
import { Comparing, Subject } from './comparing.ts';
import { exitCode } from './exit.ts';
import type { Io } from './io.ts';
import { deliver, type Output, prepareOutput, withRenderers } from './output.ts';
import { leftOutText, makePlan, shortNames } from './plan.ts';
import { sharedTexts } from './shared-texts.ts';
import { version } from './version.ts';

/** @returns the exit code @throws FaultlineError for what is wrong before the first exploration */
export async function compareCommand(request: CompareRequest, io: Io, backend: Backend): Promise<number> {
  const started = performance.now();
  const plan = await makePlan(request, backend);
  const output = await prepareOutput(request.output);
  const subjects = await subjectsOf(request.designs);
  const variants = variantsOf([...subjects.keys()], request.configs);
  const planned = [...new Map(plan.map((job) => [job.scenario, job])).values()];
  const compared = variants.map((v) => ({ design: subjects.get(v.design)!.design, config: v.config }));
  const { texts, leftOut } = await sharedTexts(planned, compared, request.scenarios.length > 0);
  if (!request.quiet) {
    const own = [...subjects.values()].map((s) => s.design);
    io.err.write(leftOutText(shortNames(leftOut), request.configs) + (await overlaidText(own, request.configs)));
  }
  const work = new Comparing(request, io, subjects, output.sites);
  const known = await backend.propertyIds();
  const found = await work.all(variants, texts, known);
  const all = found.runs.flat();
  const comparison: Comparison = {
    variants,
    ...found,
    known,
    asked: request.properties !== undefined,
    meters: await loadCosts(),
    vacuous: request.allowVacuous || work.failed.length > 0 ? [] : vacuousProperties(all, known),
    failed: work.failed,
    notRun: [...subjects.keys()].flatMap((design) => leftOut.map(({ scenario }) => ({ design, scenario }))),
    seconds: (performance.now() - started) / 1000,
  };
  const code = exitCode({
    broken: work.failed.length > 0,
    unwanted: comparison.vacuous.length > 0 || all.some((r) => r.properties.some((p) => p.verdict === 'violated')),
    unknown: !isComplete(comparison),
  });
  const report: Report = {
    version: version(),
    directory: process.cwd(),
    command: 'compare',
    runs: all,
    failed: work.failed,
    notRun: comparison.notRun,
    known,
    properties: await backend.describeProperties(),
    overview: false,
    vacuous: comparison.vacuous,
    elsewhere: [],
    coverage: false,
    quiet: request.quiet,
    seconds: comparison.seconds,
    exitCode: code,
  };
  const shown = comparisonText(comparison, io.columns ?? WIDTH, request.quiet);
  deliver(withComparison(output, comparison, request.quiet), report, () => io.out(shown), io);
  return code;
}

/** By the design's id. */
async function subjectsOf(designs: readonly string[]): Promise<Map<string, Subject>> {
  const subjects = new Map<string, Subject>();
  for (const idOrFile of designs) {
    const design = await loadDesign(idOrFile);
    subjects.set(design.id, new Subject(design, isDesignFile(idOrFile) ? idOrFile : undefined));
  }
  return subjects;
}

/** Formats that show what is compared; the others show the runs as they show those of `verify`. */
function withComparison(output: Output, c: Comparison, quiet: boolean): Output {
  const whole = (text: string): readonly RenderedFile[] => [{ name: 'comparison', text }];
  return withRenderers(output, {
    table: () => whole(comparisonText(c, WIDTH, quiet)),
    markdown: () => whole(comparisonMarkdown(c)),
    json: () => whole(`${comparisonJson(c)}\n`),
  });
}
