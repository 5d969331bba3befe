/** What stands below a counterexample: how to read it, in short lines. */
import type { TraceStep } from '../explorer/trace.ts';
import type { ReadingResult } from '../verify/reading.ts';
import type { PropertyResult } from '../verify/result.ts';
import { count, WIDTH, wrap } from './text.ts';
import { lengthOf } from './verdicts.ts';

/** How the sentence begins that says what to do in place of the first fatal step. */
export const LAST_GOOD = 'Last good choice:';

/** The same as sentences, in lines. @param processes how many the scenario has */
export const readingLines = (result: PropertyResult, processes: number): string[] =>
  readingTexts(result, processes).flatMap((text) => wrap(`  ${text}`, WIDTH, 4));

/** How to read a counterexample, a sentence each. @param processes how many: of one alone nothing is said about switches */
export function readingTexts(result: PropertyResult, processes: number): string[] {
  const { reading } = result;
  if (!reading) return [];
  const { switches, switchesOpen, open } = reading;
  if (open === 'too large' && switchesOpen === 'too large') {
    return ['Not looked for among so many states: the fewest context switches, and the last good choice.'];
  }
  return [
    ...(processes > 1 ? [`${count(switches, 'context switch', 'context switches')}${leastOf(result)}.`] : []),
    ...(open === undefined ? choiceTexts(result) : [`Where the last good choice was is not known: ${WHY_OPEN[open]}.`]),
  ];
}

const WHY_OPEN: Readonly<Record<NonNullable<ReadingResult['open']>, string>> = {
  incomplete: 'the search ended before all states were explored',
  'too large': 'it is not looked for among so many states',
  reduced: 'a reduced search leaves out what it takes',
};

const leastOf = ({ loopFrom, reading }: PropertyResult): string => {
  if (reading?.easier === 'fewer switches') return '; other runs of this length have fewer';
  if (reading?.easier !== undefined) return '';
  if (loopFrom !== undefined) return ', the loop gone round once';
  if (reading?.switchesOpen === 'too large') return '';
  return reading?.switchesOpen === 'incomplete'
    ? ', the fewest of the shortest runs explored'
    : ', the fewest of all shortest runs';
};

/**
 * Index in the trace of the step from which on every continuation is bad; undefined where that is not known, or a good run
 * goes on from every state.
 */
export function fatalStep(result: PropertyResult): number | undefined {
  const { goodUntil } = result.reading ?? {};
  return goodUntil === undefined || goodUntil < 0 || goodUntil >= lengthOf(result) ? undefined : goodUntil;
}

function choiceTexts(result: PropertyResult): string[] {
  const { trace = [], reading, loopFrom, id } = result;
  const { goodUntil, goodRun = [] } = reading!;
  if (goodUntil === undefined) return [];
  if (goodUntil < 0) return [`No run is good: every one violates ${id} or never finishes.`];
  const instead = choiceText(trace[goodUntil], goodRun[0]);
  if (goodUntil >= lengthOf(result)) return [`All along a good run goes on from it; e.g. ${instead}.`];
  const fatal = goodUntil + 1;
  const last = fatal === lengthOf(result) && loopFrom === undefined;
  return [
    last
      ? `Only step ${fatal} itself is bad: up to it every choice could end well.`
      : `From step ${fatal} on every continuation is bad.`,
    `${LAST_GOOD} before step ${fatal}; e.g. ${instead}.`,
    `A good run beside it: ${shapeText(goodUntil, goodRun)}.`,
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
