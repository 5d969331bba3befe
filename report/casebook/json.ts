/** Schema `faultline.casebook/1`. */
import type { Answer } from '../../casebook/ask.ts';
import type { Decided } from '../../casebook/decide.ts';
import { propertyJson } from '../json.ts';
import { scopeOf } from './scope.ts';
import { shortestShown } from './shortest.ts';

export async function casebookJson(decided: readonly Decided[]): Promise<string> {
  const cases = await Promise.all(decided.map(caseJson));
  return JSON.stringify({ schema: 'faultline.casebook/1', cases }, undefined, 2);
}

async function caseJson(d: Decided): Promise<Record<string, unknown>> {
  const { id, kind, claim, who, means, note } = d.case;
  const shown = shortestShown(d);
  const scope = await scopeOf(d);
  return {
    id,
    kind,
    ...(who !== undefined && { who }),
    claim,
    verdict: d.verdict,
    ...(d.reason && { reason: d.because === undefined ? d.reason : `${d.reason}: ${d.because}` }),
    evidence: {
      ...(means !== undefined && { means }),
      ...(d.conditions && { conditions: d.conditions }),
      answers: d.parts.flatMap((p) => p.answers.map((a) => answerJson(p.name, a))),
      ...(scope && { scope }),
      ...(shown && {
        shortest: {
          scenario: shown.scenario,
          processes: shown.processes,
          ...propertyJson(shown.result),
        },
      }),
      ...(note !== undefined && { note }),
    },
    seconds: d.seconds,
  };
}

const answerJson = (part: string | undefined, a: Answer): Record<string, unknown> => ({
  ...(part !== undefined && { when: part }),
  asClaimed: a.agrees ?? null,
  says: a.says,
  at: a.at,
  ...(a.detail !== undefined && { detail: a.detail }),
  ...(a.changelog && { changelog: a.changelog }),
  runs: a.explored.map(({ design, scenario, config, states, transitions, complete, bounds }) => ({
    design,
    scenario,
    config,
    states,
    transitions,
    complete,
    bounds,
  })),
});
