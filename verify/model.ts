/** One design in one scenario as a whole system, for other checkers. */
import { explore } from '../explorer/explore.ts';
import type { Design } from '../model/design.ts';
import type { SystemModel } from '../report/format.ts';
import type { VerifyOptions } from './index.ts';
import { prepare } from './verify.ts';

/**
 * Explores completely, since the model has what is reachable and no more.
 * @param scenario a text @throws FaultlineError E_LIMIT where a limit was hit, and what verify() throws
 */
export async function systemModel(design: Design, scenario: string, options: VerifyOptions = {}): Promise<SystemModel> {
  const { system, scene, lacks } = await prepare(design, scenario, options);
  const config = Object.entries(scene.config).map(([name, value]) => `${name}=${value}`);
  const behaviour = explore(system, { ...options, reduce: {} }).behaviour;
  if (!behaviour) throw new Error('an engine without tables');
  const notApplicable = [...lacks.keys()];
  return { design: design.id, scenario, config: config.join(' '), behaviour: behaviour(), notApplicable };
}
