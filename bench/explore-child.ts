/**
 * One exploration in a process of its own, so that every run starts cold and its memory is its own. The task comes as the
 * first argument, the figures go to stdout, both JSON.
 */
import { setV8Flags } from '../cli/v8-flags.ts';
import { exploreCompiled } from '../explorer/compiled.ts';
import type { Exploration } from '../explorer/exploration.ts';
import { explore, isReduced } from '../explorer/explore.ts';
import type { ExploreOptions } from '../explorer/options.ts';
import { explorePacked } from '../explorer/packed.ts';
import type { System } from '../explorer/system.ts';
import { loadDesign } from '../verify/registry.ts';
import { prepare } from '../verify/verify.ts';
import type { ExploreFigures, ExploreTask } from './explore-task.ts';

function run(system: System, { engine, workers, reduce, stop }: ExploreTask): Exploration {
  const options: ExploreOptions = { workers, reduce, ...(stop && { stop }) };
  if (engine === 'typed-arrays') return explorePacked(system, options);
  // `explore` goes on with typed arrays where the core gets no memory. That would be measured as another engine's.
  if (engine === 'packed' && system.properties.length === 0 && !isReduced(reduce))
    return exploreCompiled(system, options);
  return explore(system, { ...options, engine });
}

// As the command line does.
setV8Flags();
const task = JSON.parse(process.argv[2]!) as ExploreTask;
const design = await loadDesign(task.design);
const clock = (): number => Number(process.hrtime.bigint() / 1000n);
const started = clock();
const { system } = await prepare(design, task.scenario, { properties: task.properties });
const ready = clock();
const found = run(system, task);
const ended = clock();
const figures: ExploreFigures = {
  states: found.states,
  transitions: found.transitions,
  depth: found.depth,
  searchSeconds: (ended - ready) / 1e6,
  ...(found.tableSeconds !== undefined && { tableSeconds: found.tableSeconds }),
  prepareSeconds: (ready - started) / 1e6,
  clock: { started, ready, ended },
  storedBytes: found.peakBytes,
  complete: found.complete,
  ...(found.findings[0] && {
    verdict: found.findings[0].verdict,
    ...(found.findings[0].run && { steps: found.findings[0].run.length }),
  }),
};
process.stdout.write(`${JSON.stringify(figures)}\n`);
