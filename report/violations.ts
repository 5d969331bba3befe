/** Every counterexample of a report, each with a name of its own for its file. */
import type { PropertyResult } from '../verify/result.ts';
import { boundsText, varyingConfig } from './bounds.ts';
import type { Report } from './report.ts';
import { unknownText } from './search.ts';
import { propertiesOf, type Run } from './verdicts.ts';

export interface NamedViolation {
  readonly run: Run;
  readonly result: PropertyResult;
  /** Design, what differs of the config, scenario and property, e.g. `v4.0--load-store-1--mtime-on-write`. */
  readonly name: string;
}

/** In the order of the runs, then of the properties. */
export function violationsIn({ runs, known }: Report): NamedViolation[] {
  return runs.flatMap((run) => {
    const scenario = scenarioName(run, runs);
    return propertiesOf([run], known).flatMap((id) => {
      const result = run.properties.find((p) => p.id === id);
      if (result?.verdict !== 'violated') return [];
      return [
        { run, result, name: [run.design, varyingConfig(run.config, runs), scenario, id].filter(Boolean).join('--') },
      ];
    });
  });
}

/** `v4.14`, or `v4.14 [block-reuse=foreign]` beside runs of another config. */
export function variantText(run: Run, runs: readonly Run[]): string {
  const varying = varyingConfig(run.config, runs);
  return varying === '' ? run.design : `${run.design} [${varying}]`;
}

/** A default scenario's name, numbered where several of its texts were run; else the text. */
function scenarioName(run: Run, runs: readonly Run[]): string {
  if (run.name === undefined) return run.scenario;
  const texts = [...new Set(runs.filter((r) => r.name === run.name).map((r) => r.scenario))];
  return texts.length === 1 ? run.name : `${run.name}-${texts.indexOf(run.scenario) + 1}`;
}

/** What is wrong, as a sentence, with the element of a "for all" that is false. */
export function damageText({ damage = 'no damage given', element }: PropertyResult): string {
  return element === undefined || damage.includes(element) ? damage : `${damage} (${element})`;
}

/** Why a property does not apply. */
export function lackText(run: Run, id: string): string {
  const needed = run.lacks?.get(id);
  return needed === undefined ? 'the design, the config or the scenario lacks what it needs' : `it needs ${needed}`;
}

/** Why a property is not violated: one line per verdict, the same in all formats. */
export function reasonText(run: Run, id: string): string {
  const verdict = run.properties.find((p) => p.id === id)?.verdict;
  if (verdict === 'holds') return `holds: ${boundsText(run)}`;
  if (verdict === 'vacuous') return 'vacuous: its premise never happened';
  if (verdict === 'unknown') return unknownText(run);
  return `not applicable: ${lackText(run, id)}`;
}
