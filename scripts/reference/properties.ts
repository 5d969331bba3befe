import { DEFAULT_CONFIG } from '../../model/config.ts';
import type { Design } from '../../model/design.ts';
import { parseScenario } from '../../model/scenario.ts';
import { SCENARIOS } from '../../model/scenarios.ts';
import { sceneOf } from '../../model/scene.ts';
import type { PropertyDefinition } from '../../properties/define.ts';
import { designIds, loadDesign, loadProperties, operationMap } from '../../verify/registry.ts';
import { bullets, code, page, prose, stopped } from './markdown.ts';

export default async function properties(): Promise<string> {
  const all = await loadProperties();
  const designs = await Promise.all((await designIds()).map(loadDesign));
  const sections = await Promise.all(all.map((p) => section(p, designs)));
  return page(
    'Properties',
    'What is checked. A run checks all of them that apply, or those named with `--property`. A property *holds* if no ' +
      'interleaving violates it and its premise came about in some; it is *vacuous* if its premise never did; it *does ' +
      'not apply* where the design, the config or the scenario lacks what it needs. [properties.md](../properties.md) says more of ' +
      'how each is judged.',
    bullets(all.map((p) => `[${code(p.id)}](#${p.id})`)),
    ...sections,
  );
}

async function section(p: PropertyDefinition, designs: readonly Design[]): Promise<string> {
  const violating = designs.filter((d) => d.expects[p.id]);
  return [
    `## ${p.id}`,
    `> ${prose(p.sentence)}`,
    bullets([
      `Promised by: ${stopped(p.promisedBy)}`,
      `Premise: ${stopped(p.premise)}`,
      `Needs: ${await needsText(p, designs)}`,
      violating.length === 0
        ? 'No built-in design violates it in a default scenario.'
        : `Violated by ${violating.map((d) => `${code(d.id)} in ${d.expects[p.id]!.map(code).join(', ')}`).join('; ')}.`,
    ]),
  ].join('\n\n');
}

/** What it lacks, and which designs lack it in every default scenario. */
async function needsText(p: PropertyDefinition, designs: readonly Design[]): Promise<string> {
  const { needs } = p;
  if (!needs) return 'nothing.';
  const operations = await operationMap();
  const scenes = Object.values(SCENARIOS)
    .flat()
    .map((text) => sceneOf(parseScenario(text, operations), DEFAULT_CONFIG));
  const lacking = new Map<string, { readonly designs: string[]; all: boolean }>();
  for (const design of designs) {
    const lacks = new Set(scenes.map((scene) => needs(design, scene)));
    for (const what of lacks) {
      if (what === undefined) continue;
      const seen = lacking.get(what) ?? { designs: [], all: true };
      seen.designs.push(design.id);
      lacking.set(what, seen);
    }
    for (const [what, seen] of lacking) if (!lacks.has(what)) seen.all = false;
  }
  if (lacking.size === 0) return 'nothing that a built-in design lacks in a default scenario.';
  return [...lacking]
    .map(([what, seen]) => {
      const none = seen.designs.length === designs.length;
      return `${stopped(what)} ${none ? 'No default scenario has that.' : `Not in ${seen.designs.map(code).join(', ')}.`}`;
    })
    .join(' ');
}
