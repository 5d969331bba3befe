import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../model/config.ts';
import { CONFIG_SCENARIOS, SCENARIOS } from '../../model/scenarios.ts';
import type { Engine } from '../../verify/index.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import { supports, verify } from '../../verify/verify.ts';
import { facts } from './ask.ts';

/**
 * The interpreter is slow: it is the reference up to this size, and up to a smaller one under other configs, of which there
 * are many: there every design takes a quarter of the scenarios, and every scenario is taken by a quarter of the designs.
 * `npm run nightly` leaves nothing out.
 */
const LIMIT = 20_000;
const NIGHTLY = process.env.FAULTLINE_NIGHTLY !== undefined;
const LIMIT_UNDER_CONFIGS = NIGHTLY ? LIMIT : 1_500;
const ids = await designIds();
const defaults = Object.values(SCENARIOS).flat();
/** Texts by settings; '' is the default config. */
const texts: [string, string][] = [
  ...defaults.map((text): [string, string] => ['', text]),
  ...Object.entries(CONFIG_SCENARIOS).flatMap(([settings, some]) => some.map((t): [string, string] => [settings, t])),
];

const configOf = (settings: string) => parseConfig(settings.split(' ').filter(Boolean));

const isTurnOf = (id: string, settings: string, n: number): boolean =>
  NIGHTLY || settings === '' || (n + ids.indexOf(id)) % 4 === 0;

/** Those that the design's filesystem has. */
async function supported(id: string): Promise<[string, string][]> {
  const design = await loadDesign(id);
  const can = await Promise.all(texts.map(([settings, text]) => supports(design, text, configOf(settings))));
  return texts.filter(([settings], i) => can[i] && isTurnOf(id, settings, i));
}
const supportedTexts = new Map(await Promise.all(ids.map(async (id) => [id, await supported(id)] as const)));

describe('the packed engine and the XState interpreter give the same states, transitions, verdicts and traces', () => {
  for (const id of ids) {
    it.each(supportedTexts.get(id)!)(`${id} %s: %s`, async (settings, text) => {
      const config = configOf(settings);
      const run = async (engine: Engine) => verify(await loadDesign(id), text, { engine, config });
      const packed = await run('packed');
      if (packed.states > (settings === '' ? LIMIT : LIMIT_UNDER_CONFIGS)) {
        expect(packed.complete).toBe(true);
        return;
      }
      expect(facts(await run('interpreter'))).toEqual(facts(packed));
    });
  }
});
