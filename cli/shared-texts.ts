/** Of several designs that are compared: the scenarios that each of them has. */
import type { Config } from '../model/config.ts';
import type { Design } from '../model/design.ts';
import type { ScenarioText } from '../verify/scenario-texts.ts';
import { supports } from '../verify/verify.ts';

/** A design under a config. */
export interface Compared {
  readonly design: Design;
  readonly config: Config;
}

/**
 * What nobody named is compared where all have it. Where there is no such text none is left out: each says what it lacks.
 * @param named whether the texts were asked for
 */
export async function sharedTexts(
  texts: readonly ScenarioText[],
  all: readonly Compared[],
  named: boolean,
): Promise<{ texts: readonly ScenarioText[]; leftOut: readonly ScenarioText[] }> {
  if (named) return { texts, leftOut: [] };
  const has = await Promise.all(
    texts.map(async ({ scenario }) => {
      const each = await Promise.all(all.map(({ design, config }) => supports(design, scenario, config)));
      return each.every(Boolean);
    }),
  );
  if (!has.includes(true)) return { texts, leftOut: [] };
  return { texts: texts.filter((_, i) => has[i]), leftOut: texts.filter((_, i) => !has[i]) };
}
