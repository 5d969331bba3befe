/** What a design file that no compiler has looked at may ask of `ret`. */
import { describe, expect, it } from 'vitest';
import type { StateConfig } from '../../explorer/chart.ts';
import { chart, dispatch, otherwise } from '../../explorer/chart.ts';
import { FaultlineError } from '../../explorer/errors.ts';
import { build } from '../../model/build.ts';
import { DEFAULT_CONFIG } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import v414 from '../../model/designs/v4.14.ts';
import type { Here } from '../../model/here.ts';
import type { IomapParts } from '../../model/parts.ts';
import { parseScenario } from '../../model/scenario.ts';
import { sceneOf } from '../../model/scene.ts';
import { V414 } from '../../model/sources.ts';
import { operationMap } from '../../verify/registry.ts';

const operations = await operationMap();
type Ret = Readonly<Record<string, string>>;
type LoadHole = (d: IomapParts, here: Here, ret: Ret) => StateConfig;

function errorOf(dax_load_hole: LoadHole): FaultlineError | undefined {
  const design: Design = { ...v414, parts: { ...v414.parts, dax_load_hole } as Design['parts'] };
  try {
    build(design, sceneOf(parseScenario('a=hole: load a', operations), DEFAULT_CONFIG), operations);
  } catch (e) {
    if (e instanceof FaultlineError) return e;
    throw e;
  }
  return undefined;
}
const insertion = (d: IomapParts, here: Here, ret: { RETURN: string; ENOMEM: string }): StateConfig =>
  chart(here, {
    insert: d.dax_insert_mapping_entry(d, here.at('insert'), ret, () => ({ kind: 'zero', pfn: null }), 'zero'),
    end: dispatch('dax_load_hole', V414.dax, otherwise(ret.RETURN, '')),
  });

describe('a return value that does not exist is E_TARGET when the design is loaded', () => {
  it('in an alternative: with machine, state, function, and those that there are', () => {
    const error = errorOf((_d, here, ret) =>
      chart(here, { out: dispatch('dax_load_hole', V414.dax, otherwise(ret.OOM!, '')) }),
    );
    expect(error?.code).toBe('E_TARGET');
    expect(error?.message).toBe('the return value "OOM" of dax_load_hole() does not exist');
    expect(error?.mend).toBe('Known: RETURN, LOCKED.');
    expect(error?.place.machine).toBe('T0');
    expect(error?.place.state).toMatch(/^T0\/op0_load\/.*\/dax_load_hole$/);
  });

  it('in the table of another part, on a way that this config never takes', () => {
    const error = errorOf((d, here, ret) => insertion(d, here, { RETURN: ret.RETURN!, ENOMEM: ret.OOM! }));
    expect(error?.message).toBe('the return value "OOM" of dax_load_hole() does not exist');
  });

  it('in a table that holds undefined from elsewhere', () => {
    const targets: Ret = {};
    const error = errorOf((d, here, ret) => insertion(d, here, { RETURN: ret.RETURN!, ENOMEM: targets.OOM! }));
    expect(error?.code).toBe('E_TARGET');
    expect(error?.message).toBe('the return value ENOMEM of dax_insert_mapping_entry() leads to undefined');
    expect(error?.place.state).toMatch(/\/dax_load_hole\/insert$/);
  });

  it('not where it is asked whether there is one, nor for those that there are', () => {
    const error = errorOf((d, here, ret) => {
      const ENOMEM = ('OOM' in ret && ret.OOM) || ret.RETURN!;
      expect(JSON.stringify({ ...ret })).toBe(JSON.stringify(ret));
      return insertion(d, here, { RETURN: ret.RETURN!, ENOMEM });
    });
    expect(error).toBeUndefined();
  });
});
