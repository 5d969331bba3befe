/** What stands below a counterexample: how to read it, in short lines. */
import type { TraceStep } from '../explorer/trace.ts';
import type { PropertyResult } from '../verify/result.ts';
import { count, wrap } from './text.ts';
import { lengthOf } from './verdicts.ts';

const WIDTH = 100;
const line = (text: string): string[] => wrap(`  ${text}`, WIDTH, 4);

/** @param processes how many the scenario has: of one alone there is nothing to say about switches */
export function readingLines(result: PropertyResult, processes: number): string[] {
  const { reading } = result;
  if (!reading) return [];
  const { switches, open } = reading;
  if (open === 'too large') {
    return line('Not looked for among so many states: the fewest context switches, and the last good choice.');
  }
  return [
    ...(processes > 1 ? line(`${count(switches, 'context switch', 'context switches')}, ${leastOf(result)}.`) : []),
    ...(open === 'incomplete'
      ? line('Where the last good choice was is not known: the search ended before all states were explored.')
      : choiceLines(result)),
  ];
}

const leastOf = ({ loopFrom, reading }: PropertyResult): string => {
  if (loopFrom !== undefined) return 'the loop gone round once';
  return reading?.open === undefined ? 'the fewest of all shortest runs' : 'the fewest of the shortest runs explored';
};

function choiceLines(result: PropertyResult): string[] {
  const { trace = [], reading, loopFrom, id } = result;
  const { goodUntil, goodRun = [] } = reading!;
  if (goodUntil === undefined) return [];
  if (goodUntil < 0) return line(`No run is good: every one violates ${id} or never finishes.`);
  const instead = choiceText(trace[goodUntil], goodRun[0]);
  if (goodUntil >= lengthOf(result)) return line(`All along a good run goes on from it; e.g. ${instead}.`);
  const fatal = goodUntil + 1;
  const last = fatal === lengthOf(result) && loopFrom === undefined;
  return [
    ...(last
      ? line(`Only step ${fatal} itself is bad: up to it every choice could end well.`)
      : line(`From step ${fatal} on every continuation is bad.`)),
    ...line(`Last good choice: before step ${fatal}; e.g. ${instead}.`),
    ...line(`A good run beside it: ${shapeText(goodUntil, goodRun)}.`),
  ];
}

/** `T1 steps there instead: down_read(i_mmap_sem)` */
function choiceText(bad: TraceStep | undefined, good: TraceStep | undefined): string {
  if (!good) return 'all have finished there';
  const who =
    good.process === bad?.process ? `${good.process} goes another way` : `${good.process} steps there instead`;
  return `${who}: ${good.step === '' ? good.function : good.step}`;
}

/** `steps 1 to 10, then T0 12 steps, T1 9, T0 4, and all have finished` */
function shapeText(until: number, rest: readonly TraceStep[]): string {
  const turns: { process: string; steps: number }[] = [];
  for (const { process } of rest) {
    const turn = turns.at(-1);
    if (turn?.process === process) turn.steps++;
    else turns.push({ process, steps: 1 });
  }
  const told = turns.map(({ process, steps }, i) => `${process} ${i === 0 ? count(steps, 'step') : steps}`);
  const begins = until === 0 ? [] : [until === 1 ? 'step 1' : `steps 1 to ${until}`];
  return `${[...begins, told.join(', ')].join(', then ')}, and all have finished`;
}
