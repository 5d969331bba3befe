/** What questions are asked of. Within one run of the casebook nothing is explored twice. */
import type { Config } from '../model/config.ts';
import type { Design } from '../model/design.ts';
import type { PropertyDefinition } from '../properties/define.ts';
import { costsOf, type OperationCosts } from '../verify/costs.ts';
import { type EquivResult, equiv } from '../verify/equiv.ts';
import type { VerifyOptions } from '../verify/index.ts';
import { loadDesign } from '../verify/registry.ts';
import type { RunResult } from '../verify/result.ts';
import { verify } from '../verify/verify.ts';
import { type End, parseEnd } from './ends.ts';

/** A built-in design's id, or a design. */
export type DesignRef = string | Design;

/** A run without what holds on to its states. */
export type Run = Omit<RunResult, 'ends'>;

export type Limits = Pick<VerifyOptions, 'maxStates' | 'maxBytes'>;

export class Explorer {
  private readonly known = new Map<string, Promise<unknown>>();
  private readonly limits: Limits;

  constructor(limits: Limits = {}) {
    this.limits = limits;
  }

  /** One property, so that its monitor alone is in the state. */
  verify(ref: DesignRef, scenario: string, config: Config, property: string | PropertyDefinition): Promise<Run> {
    const id = typeof property === 'string' ? property : property.id;
    return this.once([nameOf(ref), scenario, configKey(config), `verify ${id}`], async () => {
      const own = typeof property === 'string' ? {} : { own: [property] };
      const options = { ...this.limits, config, properties: [id], ...own };
      const { ends, ...run } = await verify(await designOf(ref), scenario, options);
      return run;
    });
  }

  /** All properties that apply. */
  all(ref: DesignRef, scenario: string, config: Config): Promise<Run> {
    return this.once([nameOf(ref), scenario, configKey(config), 'all'], async () => {
      const { ends, ...run } = await verify(await designOf(ref), scenario, { ...this.limits, config });
      return run;
    });
  }

  ends(
    ref: DesignRef,
    scenario: string,
    config: Config,
  ): Promise<{ readonly run: Run; readonly ends: readonly End[] }> {
    return this.once([nameOf(ref), scenario, configKey(config), 'ends'], async () => {
      const { ends, ...run } = await verify(await designOf(ref), scenario, { ...this.limits, config, properties: [] });
      return { run, ends: ends().map(parseEnd) };
    });
  }

  costs(
    ref: DesignRef,
    scenario: string,
    config: Config,
  ): Promise<{ readonly run: Run; readonly operations: readonly OperationCosts[] | undefined }> {
    return this.once([nameOf(ref), scenario, configKey(config), 'costs'], async () => {
      const { run } = await this.ends(ref, scenario, config);
      const { operations } = await costsOf(await designOf(ref), scenario, { ...this.limits, config });
      return { run, operations };
    });
  }

  equiv(refs: readonly [DesignRef, DesignRef], scenario: string, config: Config): Promise<EquivResult> {
    return this.once([...refs.map(nameOf), scenario, configKey(config), 'equiv'], async () =>
      equiv([await designOf(refs[0]), await designOf(refs[1])], scenario, { ...this.limits, config }),
    );
  }

  /** Every alternative that some reachable step takes: `op0_load/…/insert_pfn insert_pfn: set_pte_at(ro)`. */
  async taken(
    ref: DesignRef,
    scenario: string,
    config: Config,
  ): Promise<{ readonly run: Run; readonly taken: readonly string[] }> {
    const { run } = await this.ends(ref, scenario, config);
    const { points, taken } = run.coverage;
    const seen = points.filter((p) => taken.has(p.alternative));
    return { run, taken: seen.map((p) => `${p.state} ${p.fn}: ${p.alternative.line}`) };
  }

  private once<T>(key: readonly string[], make: () => Promise<T>): Promise<T> {
    const text = JSON.stringify(key);
    const made = (this.known.get(text) as Promise<T> | undefined) ?? make();
    this.known.set(text, made);
    return made;
  }
}

const nameOf = (ref: DesignRef): string => (typeof ref === 'string' ? ref : ref.id);
const designOf = async (ref: DesignRef) => (typeof ref === 'string' ? loadDesign(ref) : ref);
const configKey = (config: Config): string => JSON.stringify(config);
