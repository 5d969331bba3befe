/** Questions that tests of operations ask of a design in a scenario. */
import { parseConfig } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import type { Engine } from '../../verify/index.ts';
import { designIds, loadDesign } from '../../verify/registry.ts';
import type { RunResult } from '../../verify/result.ts';
import { verify } from '../../verify/verify.ts';

const designOf = async (design: string | Design): Promise<Design> =>
  typeof design === 'string' ? loadDesign(design) : design;

/** The verdict of one property, with the length of its shortest counterexample: `holds`, `violated in 23`. */
export async function ask(design: string | Design, scenario: string, property: string): Promise<string> {
  const run = await verify(await designOf(design), scenario, { properties: [property] });
  const [found] = run.properties;
  if (!found) return 'n/a';
  return found.trace ? `${found.verdict} in ${found.trace.length}` : found.verdict;
}

/** The shortest run that violates a property, and what it does; or the verdict. @param settings of the config, with blanks between */
export async function asked(design: string | Design, scenario: string, property: string, settings = '') {
  const config = parseConfig(settings === '' ? [] : settings.split(' '));
  const run = await verify(await designOf(design), scenario, { config, properties: [property] });
  const { verdict, trace, damage } = run.properties[0]!;
  return trace ? `${trace.length}: ${damage}` : verdict;
}

interface Local {
  readonly value: unknown;
  readonly context: Readonly<Record<string, unknown>>;
}
export type End = Readonly<Record<string, Local>>;

/** Every state in which all have finished, by component. */
export async function endsOf(design: string | Design, scenario: string): Promise<End[]> {
  const run = await verify(await designOf(design), scenario, { properties: [] });
  return run.ends().map((end) => Object.fromEntries(JSON.parse(end) as [string, Local][]));
}

/** A PTE of an end state: `none`, `ro blk.a`, `rw blk.a dirty`. */
export function pteIn(end: End, vma: string, page: string): string {
  const { value, context } = end[`pte[${vma}].${page}`]!;
  return value === 'none' ? 'none' : `${value} ${context.pfn}${context.d ? ' dirty' : ''}`;
}

/** All of a result but the times. */
export const facts = (run: RunResult) => ({
  counts: [run.states, run.transitions, run.depth, run.complete],
  properties: run.properties,
  ends: run.ends(),
  taken: run.coverage.points.map((p) => run.coverage.taken.has(p.alternative)),
});

export const factsOf = async (design: string, scenario: string, engine: Engine) =>
  facts(await verify(await loadDesign(design), scenario, { engine }));

/** The built-in designs of DAX; page-cache.test.ts and others are about the page cache. */
export const daxIds = async (): Promise<string[]> => {
  const designs = await Promise.all((await designIds()).map(loadDesign));
  return designs.filter((d) => !d.parts.page_cache).map((d) => d.id);
};
