/** What each operation of a scenario costs in a design, over all interleavings. */
import { type Meter, type MeteredStep, stageCosts } from '../explorer/costs.ts';
import { explore } from '../explorer/explore.ts';
import { DEFAULT_CONFIG } from '../model/config.ts';
import { operationOf } from '../model/cost.ts';
import type { Design } from '../model/design.ts';
import type { VerifyOptions } from './index.ts';
import { loadCosts } from './registry.ts';
import { prepare } from './verify.ts';

export interface LoopStep {
  readonly process: string;
  readonly function: string;
  readonly step: string;
  readonly section: string;
}

export interface OperationCost {
  /** Id of the cost, e.g. `traps`. */
  readonly id: string;
  /** In the run in which it is least; undefined: the operation is over in no run. */
  readonly best?: number;
  /** In the run in which it is most; Infinity: a loop adds to it each time. */
  readonly worst: number;
  /** One round of such a loop. */
  readonly loop?: readonly LoopStep[];
}

export interface OperationCosts {
  readonly process: string;
  /** Position in the process. */
  readonly position: number;
  /** As the scenario has it, e.g. `store a`. */
  readonly operation: string;
  readonly costs: readonly OperationCost[];
}

export interface DesignCosts {
  readonly states: number;
  /** Undefined: a limit was hit, so that nothing is known. */
  readonly operations?: readonly OperationCosts[];
}

/**
 * What each operation of a scenario costs, in the best and in the worst of all runs: numbers of times, by the ids that
 * `faultline compare` explains (`traps`, `sleeping-locks`, …). Each cost is by itself: the run that is best for one may not
 * be for another.
 * @param scenario a text
 * @returns operations in the order of processes and positions; none where a limit was hit
 * @throws FaultlineError for anything wrong with design, scenario or config
 */
export async function costsOf(
  design: Design,
  scenario: string,
  options: Pick<VerifyOptions, 'config' | 'maxStates' | 'maxBytes' | 'onProgress'> = {},
): Promise<DesignCosts> {
  const { system, scene } = await prepare(design, scenario, { ...options, properties: [] });
  const found = explore(system, options);
  if (!found.complete) return { states: found.states };
  const definitions = await loadCosts();
  const meters: Meter[] = definitions.filter((c) => c.needs?.(options.config ?? DEFAULT_CONFIG) === undefined);
  const operations = stageCosts(system, found.graph(), meters, operationOf).map(
    ({ process, stage, costs }): OperationCosts => {
      const thread = scene.threads.find((t) => t.id === process);
      const { name, page, pages, word } = thread!.operations[stage]!;
      return {
        process,
        position: stage,
        operation: [name, pages?.join('+') ?? page ?? word].filter(Boolean).join(' '),
        costs: costs.map(({ meter, best, worst, loop }) => ({
          id: meter,
          ...(best !== undefined && { best }),
          worst,
          ...(loop && { loop: loop.map(loopStep) }),
        })),
      };
    },
  );
  return { states: found.states, operations };
}

const loopStep = ({ process, lines, section, function: fn }: MeteredStep): LoopStep => ({
  process,
  function: lines.at(-1)?.function ?? fn,
  step: lines.map((l) => l.text).join('; '),
  section,
});
