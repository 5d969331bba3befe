/** Searches with the largest group of a system's renamings that turns out to be one of symmetries. */

import { now } from '../clock.ts';
import { type Exploration, once, type SymmetryFacts } from '../exploration.ts';
import type { ExploreOptions } from '../options.ts';
import type { System } from '../system.ts';
import { type Element, type Group, groupOf, renamingText } from './renaming.ts';
import { NotSymmetric } from './symmetry.ts';

/** @throws NotSymmetric where an element of the group is found to be no symmetry */
export type SymmetricSearch = (system: System, options: ExploreOptions, group?: Group) => Exploration;

/** Searches again with a smaller group whenever an element of it is found to be no symmetry of the system. */
export function withSymmetry(system: System, options: ExploreOptions, search: SymmetricSearch): Exploration {
  const started = now();
  const refused: Element[] = [];
  const because: string[] = [];
  for (let rounds = 0; ; ) {
    const group = groupOf(system, system.renamings, refused);
    try {
      rounds++;
      const found = search(system, options, group.elements.length > 1 ? group : undefined);
      const seconds = (now() - started) / 1000;
      const symmetry = factsOf(group, refused, because);
      if (symmetry.size === 1) return { ...found, seconds, symmetry };
      // Readers of the graph want every state under its own name.
      const whole = once(() => search(system, { ...options, reduce: {} }));
      const { behaviour: _, ...rest } = found;
      return {
        ...rest,
        seconds,
        symmetry,
        reduced: { ...found.reduced, symmetry: true, rounds: rounds - 1 + (found.reduced?.rounds ?? 1) },
        graph: () => whole().graph(),
        shape: () => whole().shape(),
        near: (maxDepth, maxStates) => whole().near(maxDepth, maxStates),
      };
    } catch (e) {
      if (!(e instanceof NotSymmetric)) throw e;
      refused.push(group.elements[e.element]!);
      because.push(e.message);
    }
  }
}

const factsOf = (group: Group, refused: readonly Element[], because: readonly string[]): SymmetryFacts => ({
  size: group.elements.length,
  renamings: group.generators.map(renamingText),
  refused: refused.map((r, i) => ({ renaming: renamingText(r.renaming), because: because[i]! })),
  cut: group.cut,
});
