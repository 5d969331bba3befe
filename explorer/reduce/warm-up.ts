/** Random runs that make the tables grow: deeper than the first states of a search, and without storing any. */
import { BLOCKED, type Tables } from '../tables.ts';

/** A run that has not ended by then goes round. */
const LONGEST = 2_000;
/** One in so many steps is another process's than the last one's; in turns. */
const PACES = [1, 2, 4, 8, 16, 64];

/** Ends after `runs`, or after `idle` in a row that made nothing grow. The same tables each time. */
export function warmUp(tables: Tables, runs: number, idle: number): void {
  const random = randomNumbers();
  let last = tables.growth;
  for (let run = 0, since = 0; run < runs && since < idle; run++) {
    randomRun(tables, random, PACES[run % PACES.length]!);
    since = tables.growth === last ? since + 1 : 0;
    last = tables.growth;
  }
}

type Random = (below: number) => number;

function randomRun(tables: Tables, random: Random, pace: number): void {
  const { system } = tables;
  const processes = system.processes.length;
  let vec: Int32Array = tables.initial();
  let child: Int32Array = new Int32Array(vec.length);
  let process = random(processes);
  for (let n = 0; n < LONGEST; n++) {
    for (const j of tables.judged) if (!j.onlyAtEnd) tables.codeOf(j, vec);
    if (random(pace) === 0) process = random(processes);
    const leaf = randomStep(tables, random, process, vec);
    if (leaf < 0) return;
    process = leaf % processes;
    tables.apply(process, tables.leaves[Math.floor(leaf / processes)]!, vec, child);
    [vec, child] = [child, vec];
  }
}

/** A step of `first`, else of the next process that can step. @returns leaf times processes plus process; -1: none */
function randomStep(tables: Tables, random: Random, first: number, vec: Int32Array): number {
  const { system } = tables;
  const processes = system.processes.length;
  for (let i = 0; i < processes; i++) {
    const p = (first + i) % processes;
    if (tables.finished(p, vec[system.firstProcess + p]!)) continue;
    const found = tables.steps(p, vec).filter((l) => l !== BLOCKED);
    if (found.length > 0) return found[random(found.length)]! * processes + p;
  }
  return -1;
}

/** A linear congruence: its high bits, since the low ones soon repeat. */
function randomNumbers(): Random {
  let x = 1;
  return (below) => {
    x = (Math.imul(x, 1664525) + 1013904223) >>> 0;
    return Math.floor((x / 2 ** 32) * below);
  };
}
