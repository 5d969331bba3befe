/** What a design would have to declare: the violations that exploring finds in the default scenarios. */
import { FaultlineError } from '../explorer/errors.ts';
import type { Design } from '../model/design.ts';
import type { Here } from '../model/here.ts';
import { SCENARIOS } from '../model/scenarios.ts';
import { propertyIds } from './registry.ts';
import { verify } from './verify.ts';

export interface Explored {
  /** By property, in the order of the properties' names: the default scenarios that violate it. */
  readonly violated: Readonly<Record<string, readonly string[]>>;
  /** The same for those in which it holds (in one of the scenario's texts, and is violated in none). */
  readonly held: Readonly<Record<string, readonly string[]>>;
  /** The default scenarios in which the part that was asked for takes a step. */
  readonly reaching: readonly string[];
}

/**
 * @param part a part of the design
 * @param onScenario called with each scenario's name before it is explored
 * @throws FaultlineError E_LIMIT
 */
export async function exploredExpects(
  design: Design,
  part: string,
  onScenario?: (name: string) => void,
): Promise<Explored> {
  const reaching: string[] = [];
  const violated: Record<string, string[]> = {};
  const held: Record<string, string[]> = {};
  for (const [name, texts] of Object.entries(SCENARIOS)) {
    onScenario?.(name);
    const verdicts = new Map<string, Set<string>>();
    for (const text of texts) {
      const placed = withPlaces(design, part);
      const run = await verify(placed.design, text);
      if (!run.complete) {
        throw new FaultlineError('E_LIMIT', `${text} was not explored completely`, 'Explore it with more memory.');
      }
      for (const { id, verdict } of run.properties) verdicts.set(id, (verdicts.get(id) ?? new Set()).add(verdict));
      const steps = run.coverage.points.filter((p) => run.coverage.taken.has(p.alternative));
      const inPart = steps.some(({ state }) => placed.places.some((place) => state.startsWith(`${place}/`)));
      if (inPart && !reaching.includes(name)) reaching.push(name);
    }
    for (const [id, seen] of verdicts) {
      const list = seen.has('violated') ? violated : seen.has('holds') ? held : undefined;
      if (list) list[id] = [...(list[id] ?? []), name];
    }
  }
  const order = await propertyIds();
  const sorted = (lists: Record<string, string[]>) =>
    Object.fromEntries(order.filter((id) => lists[id]).map((id) => [id, lists[id]!]));
  return { violated: sorted(violated), held: sorted(held), reaching };
}

/** The design, whose part tells where it is called. */
function withPlaces(design: Design, name: string): { design: Design; places: readonly string[] } {
  const parts = design.parts as unknown as Readonly<Record<string, unknown>>;
  const part = parts[name] as (...args: unknown[]) => unknown;
  const places: string[] = [];
  const placed = (...args: unknown[]): unknown => {
    places.push((args[1] as Here).id);
    return part(...args);
  };
  return { design: { ...design, parts: { ...parts, [name]: placed } as unknown as Design['parts'] }, places };
}
