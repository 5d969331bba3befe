/** Random runs that make the tables grow: deeper than the first states of a search, and without storing any. */
import type { Move } from '../findings.ts';
import { BLOCKED, type Tables } from '../tables.ts';
import type { Symmetry } from './symmetry.ts';

/** A run that has not ended by then goes round. */
const LONGEST = 2_000;
/** One in so many steps is another process's than the last one's; in turns. */
const PACES = [1, 2, 4, 8, 16, 64];

/** Ends after `runs`, or after `idle` in a row that made nothing grow. The same tables each time. */
export function warmUp(tables: Tables, runs: number, idle: number, symmetry?: Symmetry): void {
  const random = randomNumbers();
  const initial = tables.initial();
  let last = tables.growth;
  for (let run = 0, since = 0; run < runs && since < idle; run++) {
    randomRun(tables, initial, random, PACES[run % PACES.length]!, symmetry);
    since = tables.growth === last ? since + 1 : 0;
    last = tables.growth;
  }
}

type Random = (below: number) => number;

function randomRun(tables: Tables, initial: Int32Array, random: Random, pace: number, symmetry?: Symmetry): void {
  const { system } = tables;
  const processes = system.processes.length;
  let vec: Int32Array = initial.slice();
  let child: Int32Array = new Int32Array(vec.length);
  let process = random(processes);
  for (let n = 0; n < LONGEST; n++) {
    for (const j of tables.judged) if (!j.onlyAtEnd) tables.codeOf(j, vec);
    if (random(pace) === 0) process = random(processes);
    const step = randomStep(tables, random, process, vec);
    if (!step) return;
    process = step.process;
    const leaf = tables.leaves[tables.trees.found[step.alternative]!]!;
    tables.apply(process, leaf, vec, child);
    symmetry?.meet(process, step.alternative, leaf, vec, child);
    [vec, child] = [child, vec];
  }
}

/** A step of `first`, else of the next process that can step; the tables' last steps are that process's. */
function randomStep(tables: Tables, random: Random, first: number, vec: Int32Array): Move | undefined {
  const { system } = tables;
  const processes = system.processes.length;
  for (let i = 0; i < processes; i++) {
    const process = (first + i) % processes;
    if (tables.finished(process, vec[system.firstProcess + process]!)) continue;
    const leaves = tables.steps(process, vec);
    let steps = 0;
    for (let i = 0; i < leaves.length; i++) if (leaves[i] !== BLOCKED) steps++;
    if (steps === 0) continue;
    let alternative = -1;
    for (let left = random(steps); left >= 0; ) if (leaves[++alternative] !== BLOCKED) left--;
    return { process, alternative };
  }
  return undefined;
}

/** A linear congruence: its high bits, since the low ones soon repeat. */
function randomNumbers(): Random {
  let x = 1;
  return (below) => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return Math.floor((x / 2 ** 32) * below);
  };
}
