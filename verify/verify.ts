/** One run: design + scenario + config → system → exploration → result with replayed counterexamples. */
import { explainDeadlock } from '../explorer/deadlock.ts';
import type { Finding } from '../explorer/exploration.ts';
import { explore } from '../explorer/explore.ts';
import type { CoveragePoint } from '../explorer/load.ts';
import type { PropertyInstance } from '../explorer/property.ts';
import { System } from '../explorer/system.ts';
import { replay } from '../explorer/trace.ts';
import { build } from '../model/build.ts';
import { DEFAULT_CONFIG } from '../model/config.ts';
import type { Design } from '../model/design.ts';
import { parseScenario } from '../model/scenario.ts';
import { type Scene, sceneOf } from '../model/scene.ts';
import type { VerifyOptions } from './index.ts';
import { loadProperties, operationMap } from './registry.ts';
import type { PropertyResult, RunResult } from './result.ts';

export interface Prepared {
  readonly system: System;
  readonly scene: Scene;
  readonly points: readonly CoveragePoint[];
  readonly notApplicable: readonly string[];
}

/** @throws FaultlineError for anything wrong with design, scenario, config or property names */
export async function prepare(design: Design, scenario: string, options: VerifyOptions = {}): Promise<Prepared> {
  const operations = await operationMap();
  const scene = sceneOf(parseScenario(scenario, operations), options.config ?? DEFAULT_CONFIG);
  const definitions = await loadProperties(options.properties);
  const applies = definitions.filter((p) => p.needs?.(design, scene) === undefined);
  const properties: PropertyInstance[] = applies.map((p) => ({ id: p.id, ...p.instance(scene, design) }));
  const { components, processes, points } = build(design, scene, operations);
  return {
    system: new System({ components, processes, properties }),
    scene,
    points,
    notApplicable: definitions.filter((p) => !applies.includes(p)).map((p) => p.id),
  };
}

export async function verify(design: Design, scenario: string, options: VerifyOptions = {}): Promise<RunResult> {
  const { system, scene, points, notApplicable } = await prepare(design, scenario, options);
  const found = explore(system, options);
  const { states, transitions, depth, seconds, peakBytes, complete } = found;
  return {
    design: design.id,
    scenario,
    config: scene.config,
    states,
    transitions,
    depth,
    seconds,
    peakBytes,
    complete,
    properties: system.properties.map((p, i) => propertyResult(system, p, found.findings[i]!)),
    notApplicable,
    bounds: { processes: scene.threads.length, addressSpaces: scene.mms.length, pages: scene.pages.length },
    processes: scene.threads.map((t) => t.id),
    coverage: { taken: found.taken, points },
    ends: found.ends,
  };
}

function propertyResult(system: System, property: PropertyInstance, finding: Finding): PropertyResult {
  const { verdict, run, damage, element, loopFrom } = finding;
  if (!run) return { id: property.id, verdict };
  const { steps, blocked } = replay(system, run);
  return {
    id: property.id,
    verdict,
    trace: steps,
    damage: property.deadlock ? explainDeadlock(blocked).text : (damage ?? ''),
    ...(element !== undefined && { element }),
    ...(loopFrom !== undefined && { loopFrom }),
    ...(property.deadlock && { blocked }),
  };
}
