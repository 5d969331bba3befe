/** What a program in JavaScript can give the library by mistake: refused, never ignored. */
import { describe, expect, it } from 'vitest';
import {
  DEFAULT_CONFIG,
  FaultlineError,
  loadDesign,
  parseConfig,
  SCENARIOS,
  stateGraph,
  type VerifyOptions,
  verify,
} from '../index.ts';
import { holds, type ScenarioOptions } from '../verify/expectation.ts';

const LOAD = 'a=hole: load a';
const design = await loadDesign('v4.14');
/** As a caller without types gives it. */
const given = <T>(value: unknown): T => value as T;
const refusal = (what: Promise<unknown>): Promise<string> =>
  what.then(
    () => 'nothing refused',
    (e: unknown) => (e instanceof FaultlineError ? e.report() : `not of ours: ${e}`),
  );
const optionsRefused = (options: unknown): Promise<string> => refusal(verify(design, LOAD, given(options)));

describe('the library refuses', () => {
  it('what is no design', async () => {
    expect(await refusal(verify(given('v4.14'), LOAD))).toMatch(/^E_USAGE: "v4\.14" in the place of a design\n.*loadD/);
    expect(await refusal(verify(given(undefined), LOAD))).toMatch(/^E_USAGE: undefined in the place of a design/);
    expect(await refusal(loadDesign(given(undefined)))).toMatch(/^E_USAGE: a design is not loaded by undefined/);
  });
  it('a list of texts, a name, or nothing in the place of a scenario', async () => {
    expect(await refusal(verify(design, given(SCENARIOS['store-write'])))).toMatch(/^E_USAGE: a list in the place of/);
    expect(await refusal(verify(design, 'store-write'))).toMatch(/^E_USAGE: "store-write" is a name.*\n.*SCENARIOS/);
    expect(await refusal(stateGraph(design, given(undefined)))).toMatch(/^E_USAGE: undefined in the place of a scen/);
  });
  it('an option that there is not, or of another type', async () => {
    expect(await optionsRefused({ propertys: [] })).toMatch(
      /^E_USAGE: verify\(\) has no option "propertys"\n.*propert/,
    );
    expect(await optionsRefused({ properties: 'no-warn' })).toMatch(/^E_USAGE: "no-warn" in the place of a list/);
    expect(await optionsRefused({ engine: 'fast' })).toMatch(/^E_USAGE: there is no engine "fast"\n {2}Known: packed/);
    expect(await optionsRefused({ maxStates: '5' })).toMatch(/^E_USAGE: maxStates cannot be "5"/);
  });
  it('a config that leaves settings open, or has others', async () => {
    expect(await optionsRefused({ config: { fs: 'xfs' } })).toMatch(
      /^E_USAGE: the config says nothing of pte-special\n/,
    );
    expect(await optionsRefused({ config: 'fs=xfs' })).toMatch(/^E_USAGE: "fs=xfs" in the place of a config/);
    expect(await optionsRefused({ config: { ...DEFAULT_CONFIG, fs: 'ext3' } })).toMatch(/^E_USAGE: fs is not "ext3"/);
    expect(await optionsRefused({ config: { ...DEFAULT_CONFIG, fz: 'xfs' } })).toMatch(/no config "fz"\n.*fs/);
  });
  it('an expectation without a scenario', async () => {
    expect(await refusal(holds('v4.14', 'no-warn', given<ScenarioOptions>(undefined)))).toMatch(
      /^E_USAGE: no scenario is named/,
    );
  });
});

it('the library takes every option that there is', async () => {
  const options: Required<Omit<VerifyOptions, 'reduce' | 'compact' | 'workers'>> = {
    config: parseConfig(['fs=xfs']),
    properties: ['no-deadlock'],
    own: [],
    engine: 'packed',
    sites: false,
    stop: false,
    maxStates: 1000,
    maxBytes: 1e6,
    maxDepth: 1000,
    onProgress: () => {},
  };
  const { properties, config } = await verify(design, LOAD, options);
  expect([properties.map((p) => p.verdict), config.fs]).toEqual([['holds'], 'xfs']);
});
