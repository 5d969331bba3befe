/** One run: design + scenario + config → system → exploration → result with replayed counterexamples. */
import { explainDeadlock } from '../explorer/deadlock.ts';
import { type Reading, readings } from '../explorer/explain.ts';
import { explore } from '../explorer/explore.ts';
import type { Finding } from '../explorer/findings.ts';
import type { CoveragePoint } from '../explorer/load.ts';
import type { PropertyInstance } from '../explorer/property.ts';
import { recordingSites } from '../explorer/site.ts';
import { System } from '../explorer/system.ts';
import { replay } from '../explorer/trace.ts';
import { build } from '../model/build.ts';
import { type Config, DEFAULT_CONFIG } from '../model/config.ts';
import type { Design } from '../model/design.ts';
import { onFilesystem } from '../model/filesystem.ts';
import { renamingsOf } from '../model/renamings.ts';
import { parseScenario } from '../model/scenario.ts';
import { type Scene, sceneOf } from '../model/scene.ts';
import { unsupported } from '../model/unsupported/unsupported.ts';
import { checkArguments, refuseUnknown, VERIFY_OPTIONS } from './arguments.ts';
import { ownProperties } from './design-file/properties.ts';
import { guarded } from './guarded.ts';
import type { VerifyOptions } from './index.ts';
import { readingResult } from './reading.ts';
import { reducedBy } from './reductions.ts';
import { fileOf, loadProperties, operationMap, propertyIds } from './registry.ts';
import type { PropertyResult, RunResult } from './result.ts';

export interface Prepared {
  readonly system: System;
  readonly scene: Scene;
  readonly points: readonly CoveragePoint[];
  /** What each property that does not apply needs, by id. */
  readonly lacks: ReadonlyMap<string, string>;
}

/** @throws FaultlineError for anything wrong with design, scenario, config or property names */
export async function prepare(design: Design, scenario: string, options: VerifyOptions = {}): Promise<Prepared> {
  checkArguments(design, scenario, options);
  const operations = await operationMap();
  const config = options.config ?? DEFAULT_CONFIG;
  const parsed = parseScenario(scenario, operations);
  const refused = unsupported(design, parsed, config);
  if (refused) throw refused;
  const scene = sceneOf(parsed, config);
  const laid = onFilesystem(design, config.fs);
  const own = ownProperties(design, options.own, await propertyIds());
  const definitions = await loadProperties(options.properties, own);
  const lacks = new Map<string, string>();
  for (const p of definitions) {
    const needed = p.needs?.(laid, scene);
    if (needed !== undefined) lacks.set(p.id, needed);
  }
  const applies = definitions.filter((p) => !lacks.has(p.id));
  const properties: PropertyInstance[] = applies.map((p) => ({ id: p.id, ...p.instance(scene, laid) }));
  const { components, processes, points } = recordingSites(options.sites === true, () =>
    build(guarded(laid), scene, operations),
  );
  return {
    system: new System({ components, processes, properties, renamings: () => renamingsOf(scene) }),
    scene,
    points,
    lacks,
  };
}

/** Whether the design can be run in the scenario under the config; what else may be wrong with them is thrown. */
export async function supports(design: Design, scenario: string, config: Config): Promise<boolean> {
  return unsupported(design, parseScenario(scenario, await operationMap()), config) === undefined;
}

/**
 * Explores one design in one scenario completely (unless a limit is hit: `complete`) and judges the properties.
 * @param design e.g. `await loadDesign('v4.14')`, or the default export of a design file
 * @param scenario a text such as `a=hole: load a; store a || write a`; the texts behind a default scenario's name are in
 * `SCENARIOS`
 * @returns figures (`seconds`; `peakBytes` in bytes), and for each property that applies its verdict; a violation comes
 * with its shortest run (`trace`, `run`), the damage as a sentence, and how to read it (`reading`)
 * @throws FaultlineError for anything wrong with the design, the scenario, the config or a property's name
 */
export async function verify(design: Design, scenario: string, options: VerifyOptions = {}): Promise<RunResult> {
  refuseUnknown('verify', options, VERIFY_OPTIONS);
  const { system, scene, points, lacks } = await prepare(design, scenario, options);
  const found = explore(system, options);
  const { states, transitions, depth, seconds, peakBytes, complete, unfinished, compact, reduced, workers } = found;
  const file = fileOf(design);
  const read = readings(system, found);
  return {
    design: design.id,
    ...(file !== undefined && { file }),
    scenario,
    config: scene.config,
    states,
    transitions,
    depth,
    seconds,
    peakBytes,
    complete,
    ...(unfinished && { unfinished }),
    ...(compact && { compact: { bits: compact.bits, missed: compact.missed } }),
    ...(reduced && { reduced: reducedBy(reduced) }),
    ...(workers !== undefined && workers > 1 && { workers }),
    properties: system.properties.map((p, i) => propertyResult(system, p, found.findings[i]!, read[i])),
    notApplicable: [...lacks.keys()],
    lacks,
    bounds: { processes: scene.threads.length, addressSpaces: scene.mms.length, pages: scene.pages.length },
    processes: scene.threads.map((t) => t.id),
    ...(found.symmetry && { symmetry: found.symmetry }),
    coverage: { taken: found.taken, points },
    ends: found.ends,
  };
}

function propertyResult(
  system: System,
  property: PropertyInstance,
  { verdict, loopFrom, notShortest }: Finding,
  reading: Reading | undefined,
): PropertyResult {
  if (!reading) return { id: property.id, verdict };
  const { run, damage, element } = reading.violation;
  const { steps, initial, blocked } = replay(system, run);
  return {
    id: property.id,
    verdict,
    trace: steps,
    run: run.map(({ process, alternative }) => ({ process: system.processes[process]!.id, alternative })),
    initial,
    damage: property.deadlock ? explainDeadlock(blocked).text : damage,
    ...(element !== undefined && { element }),
    ...(loopFrom !== undefined && { loopFrom }),
    ...(notShortest && { notShortest }),
    ...(property.deadlock && { blocked }),
    reading: readingResult(system, reading),
  };
}
