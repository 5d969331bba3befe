/** A design in a scenario, explored with and without the reduction by symmetry. */
import { exploreCompiled } from '../../explorer/compiled.ts';
import type { Exploration } from '../../explorer/exploration.ts';
import { explorePacked } from '../../explorer/packed.ts';
import { parseConfig } from '../../model/config.ts';
import { loadDesign } from '../../verify/registry.ts';
import { prepare } from '../../verify/verify.ts';
import { confirm } from '../explorer/confirm.ts';

export type { Exploration };

export async function explorePackedOf(design: string, text: string, config?: string) {
  const options = config === undefined ? {} : { config: parseConfig([config]) };
  const { system } = await prepare(await loadDesign(design), text, options);
  const all = explorePacked(system);
  const reduced = explorePacked(system, { reduce: { symmetry: true } });
  const compiled = exploreCompiled(system, { reduce: { symmetry: true } });
  return { all, reduced, compiled, confirmed: () => confirm(system, reduced) };
}
