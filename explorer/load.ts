/**
 * The loader: builds machines and refuses charts that XState would accept but that mean something else than their
 * author thinks. What can only be seen on a run (sections, unhandled events, impurity, growth) is checked there.
 */
import { type AnyStateMachine, createMachine } from 'xstate';
import type { Alternative } from './alternative.ts';
import type { StateConfig } from './chart.ts';
import { checkAlwaysLoops, checkFeatures, checkStep, checkStructure } from './chart-checks.ts';
import { failer, type Node, type Raw, targetTable, transitions, walk } from './chart-nodes.ts';
import type { AnyKind } from './component.ts';
import { nearNames } from './errors.ts';

/** Upper limit of microsteps in one step. */
const MAX_MICROSTEPS = 100;

/** A place in a path that coverage counts: one alternative of one step. */
export interface CoveragePoint {
  readonly state: string;
  readonly fn: string;
  readonly alternative: Alternative;
}

export interface LoadedProcess {
  readonly machine: AnyStateMachine;
  readonly points: readonly CoveragePoint[];
}

/**
 * Checks a process's chart and makes its machine.
 * @param sections the section names that exist
 * @throws FaultlineError E_CHART, E_FEATURE, E_TARGET, E_NO_SOURCE, E_NO_SECTION, E_MIXED_SECTIONS, E_REFUSED,
 * E_EVENT_NAME, E_ENDLESS
 */
export function loadProcess(id: string, chart: StateConfig, sections: readonly string[]): LoadedProcess {
  const nodes = walk(chart as Raw, id);
  const fail = failer(id);
  const targets = targetTable(nodes);
  checkStructure(nodes, targets, fail);
  for (const node of nodes) {
    checkFeatures(node, fail);
    for (const key of Object.keys(node.raw.on ?? {})) {
      if (key !== 'STEP') {
        fail('E_EVENT_NAME', node, `a path handles ${key}`, 'The one event of a path is STEP: one atomic section.');
      }
    }
    if (isLeaf(node)) checkStep(node, sections, targets, fail);
  }
  checkAlwaysLoops(nodes, targets, fail);
  const machine = createMachine(
    { id, ...(chart as object), options: { maxIterations: MAX_MICROSTEPS } } as never,
    { actions: { line: () => {}, took: () => {} } } as never,
  ) as unknown as AnyStateMachine;
  return { machine, points: nodes.filter(isLeaf).flatMap(pointsOf) };
}

const isLeaf = ({ raw }: Node): boolean => !raw.states && raw.type !== 'final';

const pointsOf = ({ id, raw }: Node): CoveragePoint[] =>
  [...transitions(raw.on?.STEP), ...transitions(raw.always)].flatMap((t) => {
    const alternative = t.meta?.alternative;
    return alternative ? [{ state: id, fn: raw.meta!.fn!, alternative }] : [];
  });

/** Checks a component's machine. @throws FaultlineError E_EVENT_NAME, E_FEATURE */
export function checkComponent(kind: AnyKind): void {
  const fail = failer(kind.kind);
  for (const node of walk(kind.machine.config as unknown as Raw, kind.kind)) {
    checkFeatures(node, fail);
    for (const key of Object.keys(node.raw.on ?? {})) {
      if (!(kind.events as readonly string[]).includes(key)) {
        fail('E_EVENT_NAME', node, `handles ${key}, which the component does not declare`, nearNames(key, kind.events));
      }
    }
    if (node.raw.always !== undefined) {
      fail('E_FEATURE', node, '`always` in a component', 'A component reacts to an event in one transition.');
    }
  }
}
